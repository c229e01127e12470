// World: one world of a game. It gets inputs, and takes one tick after the other by the law (world/law.h).
//
// A world is one zone, or it is cut into several (WorldConfig::cut). The result is the same on every
// platform and with each cut. It does not depend on the order of inputs of different characters, nor on the
// slots that entities have. world/any_world.h says what its owner can do with it. One thread; a Crew may lend
// it more.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "madang/base/check.h"
#include "madang/world/any_world.h"
#include "madang/world/crew.h"
#include "madang/world/first_difference.h"
#include "madang/world/merge_outputs.h"
#include "madang/world/metrics.h"
#include "madang/world/zone.h"

namespace madang::world {

template <class Game>
class World final : public AnyWorld {
 public:
  using Parts = Game::Parts;
  using Kinds = Parts::Entities;

  /// Precondition: find_problem() finds nothing in the configuration (CHECK).
  World(const WorldConfig& config, const Map& map, const Game& rules = Game())
      : zone_map_(grid_of(checked(config, map), map), config.cut, config.sight) {
    make_zones(config, map, rules);
  }

  const WorldOutput& tick(std::span<const Input> inputs, std::uint32_t length = 1) override {
    MADANG_CHECK(broken().empty(), "a tick of a broken world: {}", broken());
    MADANG_CHECK(length > 0, "a tick without length: its ids would be those of the tick before");
    if (cut_) return tick_in_cut(inputs, length);
    first_zone_->tick(inputs, length);
    return first_zone_->output();
  }
  void swap_output(WorldOutput& other) override {
    if (!cut_) return first_zone_->swap_output(other);
    std::swap(cut_->output, other);
    cut_->is_output_clear = false;
  }
  void request(std::span<const CellIndex> states, std::span<const CellIndex> positions) override {
    for (const auto& zone : zones_) zone->request(states, positions);
  }
  std::optional<WorldConfigProblem> cut(Cut cut) override {
    MADANG_CHECK(first().tick == 0 && entity_count() == 0, "a world is cut that has begun");
    WorldConfig config = first().config;
    config.cut = cut;
    if (auto problem = find_problem(config, map())) return problem;
    const Map tiles = map();
    const Game rules = first_zone_->rules();
    zone_map_ = ZoneMap(grid(), cut, config.sight);
    make_zones(config, tiles, rules);
    return std::nullopt;
  }
  void set_crew(Crew& crew) override { crew_ = &crew; }
  ZoneTraffic traffic() const override { return cut_ ? cut_->traffic : ZoneTraffic{}; }

  const std::string& broken() const override { return cut_ ? cut_->broken : first_zone_->broken(); }
  void save(Buffer& out) const override;
  std::optional<std::string> load(Bytes snapshot) override;
  std::uint64_t state_schema() const override { return schema_of_state<Parts>(); }
  std::optional<Difference> first_difference(const AnyWorld& other) const override;
  std::string describe(const Input& input) const override;
  std::vector<AttributeText> attributes(EntityId id) const override;
  std::vector<AttributeText> own_attributes() const override;
  std::vector<std::byte> keep(CharacterId character) const override {
    const Row* row = find_row(character);
    return row ? zones_[zone_of(character)]->keep(*row, row->position) : std::vector<std::byte>();
  }
  void add_metrics(std::span<std::uint64_t> sums) const override { world::add_metrics(first().world, sums); }

  const WorldConfig& config() const override { return first().config; }
  const Map& map() const override { return first().map; }
  const Grid& grid() const override { return first().grid; }
  std::uint64_t tick_number() const override { return first().tick; }
  std::size_t memory_bytes() const override {
    std::size_t bytes = 0;
    for (const auto& zone : zones_) bytes += zone->memory_bytes();
    return cut_ ? bytes + cut_->zone_of.memory_bytes() : bytes;
  }
  std::uint64_t hash() const override;
  std::span<const Registry* const> registries() const override { return registries_; }
  std::size_t zone_of(CharacterId character) const override {
    const std::uint8_t* zone =
        cut_ ? std::as_const(cut_->zone_of).find(CharacterKey{character.value}) : nullptr;
    return zone ? *zone : 0;
  }

  /// Returns the state of a world that is one zone (CHECK).
  const Core<Parts>& core() const {
    MADANG_CHECK(!cut_, "the core of a world that is cut");
    return first();
  }
  /// Returns the attributes of the world itself.
  const typename Parts::WorldState& state() const { return first().world; }
  std::span<const Zone<Game>* const> zones() const { return zones_; }
  /// Returns how many entities acted, or took an effect, in the last tick.
  std::size_t active_count() const {
    std::size_t count = 0;
    for (const auto& zone : zones_) count += zone->active_count();
    return count;
  }
  /// Returns how many entities did not appear, because the world was full.
  std::uint64_t births_refused() const { return first_zone_->births_refused(); }

  /// Returns the id of a character's entity; none if it is not in the world.
  EntityId entity_of(CharacterId character) const {
    const Row* row = find_row(character);
    return row ? row->id : EntityId{};
  }
  /// Returns the attributes of an entity, or null if it is gone or of another kind.
  template <class E>
  const E* find(EntityId id) const {
    for (const auto& zone : zones_) {
      const Core<Parts>& core = zone->core();
      const std::uint32_t slot = core.registry.find(id);
      if (slot == Registry::none) continue;
      const Row& row = core.registry.row(slot);
      return row.kind == index_in<E, Kinds> ? &core.columns.template at<E>(row.place) : nullptr;
    }
    return nullptr;
  }
  /// Returns the position of an entity that is here.
  Position position_of(EntityId id) const { return find_row(id)->position; }

 private:
  using All = AllEffects<typename Parts::Effects>::Type;

  void make_zones(const WorldConfig& config, const Map& map, const Game& rules) {
    cut_.reset();
    other_zones_.clear();
    zones_ = {&first_zone_.emplace(config, map, rules, zone_map_, 0)};
    for (std::uint32_t number = 1; number < zone_map_.size(); ++number) {
      other_zones_.push_back(std::make_unique<Zone<Game>>(config, map, rules, zone_map_, number));
      zones_.push_back(other_zones_.back().get());
    }
    registries_.clear();
    for (const Zone<Game>* zone : zones_) registries_.push_back(&zone->core().registry);
    if (zones_.size() == 1) return;
    cut_ = std::make_unique<CutState>();
    cut_->messages.resize(zones_.size());
    cut_->routed.resize(zones_.size());
  }
  static const WorldConfig& checked(const WorldConfig& config, const Map& map) {
    const auto problem = find_problem(config, map);
    MADANG_CHECK(!problem, "{} is out of range ({})", problem->setting, problem->text);
    MADANG_CHECK(config.cell_size - 1 <= std::numeric_limits<typename Parts::Offset>::max(),
                 "cells of {} units a side need a wider Parts::Offset", config.cell_size);
    return config;
  }
  static Grid grid_of(const WorldConfig& config, const Map& map) {
    return {map.width() * config.units_per_tile, map.height() * config.units_per_tile, config.cell_size};
  }

  const Core<Parts>& first() const { return first_zone_->core(); }
  std::vector<const Core<Parts>*> cores() const {
    std::vector<const Core<Parts>*> cores;
    for (const auto& zone : zones_) cores.push_back(&zone->core());
    return cores;
  }
  EffectQueues<All> pending() const {
    EffectQueues<All> pending;
    pending.for_each([&]<class Effect>(std::vector<Sent<Effect>>& queue) {
      for (const auto& zone : zones_) {
        const auto& its = zone->pending().template of<Effect>();
        queue.insert(queue.end(), its.begin(), its.end());
      }
    });
    return pending;
  }

  struct CharacterKey {
    std::uint64_t value = 0;
  };
  /// What a world needs besides, if it is cut.
  struct CutState {
    CellMap<std::uint8_t, CharacterKey> zone_of;
    std::vector<std::vector<Input>> routed;  ///< the inputs of each zone
    std::vector<Bytes> messages;
    ZoneTraffic traffic;
    OutputMerger merger;
    WorldOutput output;
    bool is_output_clear = true;
    std::string broken;
  };

  const WorldOutput& tick_in_cut(std::span<const Input> inputs, std::uint32_t length);
  void route(std::span<const Input> inputs);
  void note_arrivals();
  /// Calls deed(zone) for each zone, on the threads of the crew. Returns whether no zone is broken.
  template <class Deed>
  bool for_all(Deed deed) {
    crew_->run(zones_.size(), [&](std::size_t number) { deed(*zones_[number]); });
    for (const auto& zone : zones_)
      if (cut_->broken.empty()) cut_->broken = zone->broken();
    return cut_->broken.empty();
  }

  std::unique_ptr<CutState> cut_;  // null: the world is one zone
  Crew* crew_ = &Crew::alone();
  // The zones refer to the map of zones. The first one is a part of this object. Most worlds are small rooms
  // of one zone, and a tick of many rooms takes as long as their memory needs to come.
  std::optional<Zone<Game>> first_zone_;
  std::vector<std::unique_ptr<Zone<Game>>> other_zones_;
  std::vector<Zone<Game>*> zones_;  // all, by number
  std::vector<const Registry*> registries_;
  ZoneMap zone_map_;
};

template <class Game>
const WorldOutput& World<Game>::tick_in_cut(std::span<const Input> inputs, std::uint32_t length) {
  if (!std::exchange(cut_->is_output_clear, true)) cut_->output.clear();
  if (inputs.empty() &&
      std::ranges::all_of(zones_, [&](const auto& zone) { return zone->is_quiet(length); })) {
    for (const auto& zone : zones_) zone->skip(length);
    return cut_->output;
  }
  cut_->is_output_clear = false;
  route(inputs);
  const bool goes_on = for_all([&](Zone<Game>& zone) { zone.act(cut_->routed[zone.number()], length); });
  cut_->traffic.crossings = 0;
  for (std::size_t number = 0; number < zones_.size(); ++number) {
    cut_->traffic.crossings += zones_[number]->crossings();
    cut_->messages[number] = zones_[number]->message();
    ++cut_->traffic.messages;
    cut_->traffic.bytes += cut_->messages[number].size();
  }
  if (goes_on && for_all([&](Zone<Game>& zone) { zone.receive(cut_->messages); })) {
    cut_->merger.begin();
    for (const auto& zone : zones_) cut_->merger.add(zone->output());
    cut_->merger.merge_into(cut_->output);
    note_arrivals();
  }
  return cut_->output;
}

/// Gives each input to the zone of its character. The door is in the first zone, which must also know of
/// leaves: a character that enters and leaves in one tick does not enter.
template <class Game>
void World<Game>::route(std::span<const Input> inputs) {
  for (std::vector<Input>& list : cut_->routed) list.clear();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Input& input = inputs[i];
    const Input& later = inputs[std::min(i + 8, inputs.size() - 1)];
    cut_->zone_of.prefetch(CharacterKey{later.character.value});
    const bool is_for_world = input.is_entry() || input.kind == Input::Kind::operate;
    const std::size_t zone = is_for_world ? 0 : zone_of(input.character);
    cut_->routed[zone].push_back(input);
    if (zone != 0 && input.kind == Input::Kind::leave) cut_->routed[0].push_back(input);
  }
}

/// Notes in which zones the characters are now.
template <class Game>
void World<Game>::note_arrivals() {
  for (const auto& left : cut_->output.left) cut_->zone_of.erase(CharacterKey{left.character.value});
  for (const Zone<Game>* zone : zones_)
    for (const CharacterId character : zone->arrived())
      cut_->zone_of.get(CharacterKey{character.value}) = static_cast<std::uint8_t>(zone->number());
}

template <class Game>
std::uint64_t World<Game>::hash() const {
  std::uint64_t sum = hash_of_world(first());
  for (const auto& zone : zones_) {
    sum += hash_of_parts(zone->core(), zone->pending());
    for (const auto& leave : zone->leaves()) sum += scatter(scatter(leave.cell.value) + leave.alias + 3);
    for (const WorldOutput::WatchChange& change : zone->watch_changes()) {
      StateHash hash;
      hash.add(change.character.value);
      add_to(hash, change.before);
      sum += scatter(hash.value() + 2);
    }
  }
  return sum;
}

}  // namespace madang::world

#include "madang/world/world_compare.h"
#include "madang/world/world_save.h"
