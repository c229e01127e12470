// AnyWorld: a world of any game, as its owner sees it: a server, a replay, a simulation.
//
// A deterministic state machine: (state, inputs, length) -> (state, output). No I/O, no clock, and no chance
// but that of its seed. One thread.
//
// If a rule throws or breaks the law (world/law.h), the world is broken: broken() says why, and the world
// makes no more ticks. Its owner closes it; other worlds go on.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "madang/base/buffer.h"
#include "madang/base/check.h"
#include "madang/world/crew.h"
#include "madang/world/difference.h"
#include "madang/world/input.h"
#include "madang/world/made.h"
#include "madang/world/map.h"
#include "madang/world/registry.h"
#include "madang/world/world_config.h"

namespace madang::world {

struct AttributeText {
  std::string_view name;
  std::string text;
};

struct ZoneTraffic {
  std::uint64_t messages = 0;  ///< one from each zone in each tick, which all others receive
  std::uint64_t bytes = 0;
  std::uint64_t crossings = 0;  ///< entities that stepped from one zone into another
};

class AnyWorld {
 public:
  AnyWorld() = default;
  AnyWorld(const AnyWorld&) = delete;
  AnyWorld& operator=(const AnyWorld&) = delete;
  virtual ~AnyWorld() = default;

  /// Takes a tick that is as long as `length` ordinary ticks. Inputs of one character keep their order.
  /// Returns what the clients get; valid until the next tick. Preconditions: the world is not broken;
  /// `length` is at least 1 (CHECK).
  virtual const WorldOutput& tick(std::span<const Input> inputs, std::uint32_t length = 1) = 0;
  /// Gives the output of the last tick to the caller, and takes `other` for the next tick. So its memory is
  /// used again.
  virtual void swap_output(WorldOutput& other) = 0;
  /// Requests full states and positions of cells: they are in the output of the next tick. They are for
  /// clients that did not get all news of a cell. Requests are no part of the state.
  virtual void request(std::span<const CellIndex> states, std::span<const CellIndex> positions) = 0;

  /// Cuts the world into zones. Returns what is wrong with the cut; then the world is unchanged.
  /// Precondition: the world has taken no tick (CHECK).
  virtual std::optional<WorldConfigProblem> cut(Cut cut) = 0;
  /// Returns the messages between the zones so far; none in a world that is one zone.
  virtual ZoneTraffic traffic() const = 0;
  /// Sets who does the work of the zones, if the world is cut. The crew must outlive the last tick.
  virtual void set_crew(Crew& crew) = 0;

  /// Returns why the world cannot go on; empty as long as it can.
  virtual const std::string& broken() const = 0;
  /// Returns a hash of the whole state: equal after equal histories, on every platform.
  virtual std::uint64_t hash() const = 0;
  /// Appends a snapshot of the whole state between two ticks. A world that loads it goes on exactly as this
  /// one.
  virtual void save(Buffer& out) const = 0;
  /// Loads a snapshot. Returns what is wrong with it, or nothing; if something is wrong, the world is
  /// unchanged. Preconditions: the world has taken no tick (CHECK); it has the configuration and the map of
  /// the world that was saved.
  virtual std::optional<std::string> load(Bytes snapshot) = 0;
  /// Returns a hash of the names of all columns and effects: worlds of one version of a game have the same.
  virtual std::uint64_t state_schema() const = 0;
  /// Returns the first difference to the state of another world; nothing if both have equal hashes.
  /// Precondition: `other` is a world of the same type (CHECK).
  virtual std::optional<Difference> first_difference(const AnyWorld& other) const = 0;
  /// Returns an input as text, for a person who looks for a difference: "Move (direction left)".
  virtual std::string describe(const Input& input) const = 0;

  /// Returns the game's attributes of an entity, and of the world itself, as texts for the operator. What
  /// came from a client is safe for a screen. An entity that is gone has none.
  virtual std::vector<AttributeText> attributes(EntityId id) const = 0;
  virtual std::vector<AttributeText> own_attributes() const = 0;
  /// Adds the game's metrics of this world to `sums`: world::metric_infos says which.
  virtual void add_metrics(std::span<std::uint64_t> sums) const = 0;

  /// Returns what is kept of the entity of a character (world/kept.h). It is empty if the character is not in
  /// the world, or if its kind is not kept.
  virtual std::vector<std::byte> keep(CharacterId character) const = 0;

  virtual const WorldConfig& config() const = 0;
  virtual const Map& map() const = 0;
  virtual const Grid& grid() const = 0;
  /// Returns the entities of each zone.
  virtual std::span<const Registry* const> registries() const = 0;
  /// Returns the number of the zone that has the entity of a character, if the character is in the world.
  virtual std::size_t zone_of(CharacterId character) const = 0;
  virtual std::uint64_t tick_number() const = 0;
  /// Returns roughly how many bytes of memory the state needs, without the map.
  virtual std::size_t memory_bytes() const = 0;

  std::uint32_t entity_count() const {
    std::uint32_t count = 0;
    for (const Registry* registry : registries()) count += registry->size();
    return count;
  }
  /// Returns what the engine knows of an entity; null if it is gone. Valid until the next tick.
  const Row* find_row(CharacterId character) const {
    const Registry& registry = *registries()[zone_of(character)];
    const std::uint32_t slot = registry.find(character);
    return slot == Registry::none ? nullptr : &registry.row(slot);
  }
  const Row* find_row(EntityId id) const {
    for (const Registry* registry : registries())
      if (const std::uint32_t slot = registry->find(id); slot != Registry::none) return &registry->row(slot);
    return nullptr;
  }
  /// Calls visit(row) for each entity, in no order.
  void for_each_row(auto visit) const {
    for (const Registry* registry : registries())
      registry->for_each([&](std::uint32_t slot) { visit(registry->row(slot)); });
  }
  /// Calls visit(row) for each entity in a cell, in no order.
  void for_each_row_in(CellIndex cell, auto visit) const {
    for (const Registry* registry : registries())
      registry->for_each_in(cell, [&](std::uint32_t slot) { visit(registry->row(slot)); });
  }
  /// Returns the entities of a world that is one zone (CHECK).
  const Registry& registry() const {
    MADANG_CHECK(registries().size() == 1, "the registry of a world that is cut");
    return *registries()[0];
  }
};

}  // namespace madang::world
