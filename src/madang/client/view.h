// View: what one client knows of the world of a game. It also checks every packet of the server.
//
// A view follows the packets about cells (wire/cell_packets.h, world/kind_packets.h). It holds the cells that
// the client watches, and a record for each (cell, alias). An entity that goes to another cell has two
// records for a tick. Only the record of its latest enter counts; the other one only gives the old alias its
// meaning, until its CellLeave comes. If the record that counts is gone, the entity is out of sight.
//
// If a packet contradicts the view, the view adds a fault to the Findings, and then follows the packet, so
// that one fault of the server is counted once. Any bytes are allowed. A view is small, because a process may
// hold fifteen thousand of them. One thread.
//
// `Parts` are those of the game (world/rules.h). A view needs its Entities, its Answers and its Offset.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "madang/base/bytes.h"
#include "madang/base/close_reason.h"
#include "madang/base/random.h"
#include "madang/client/alias_table.h"
#include "madang/client/any_view.h"
#include "madang/client/findings.h"
#include "madang/client/watched_cells.h"
#include "madang/wire/cell_packets.h"
#include "madang/wire/dispatch.h"
#include "madang/world/columns.h"
#include "madang/world/kind_packets.h"
#include "madang/world/position.h"

namespace madang::client {

/// An entity as a client knows it. Valid until the next packet.
struct Seen {
  wire::Id id;
  world::Position position;  ///< in units; its last known one, if the steps of its cell are suppressed
  Cell cell;
  wire::CellAlias alias = 0;
  std::uint8_t kind = 0;    ///< its number in the game's list of kinds
  std::uint32_t place = 0;  ///< of its attributes; for View
};

/// How entities of a game move, for the checks of a view.
struct Motion {
  /// The greatest length of a step: of both axes together, in units. 0: steps are not checked.
  std::uint32_t step_max = 0;
  bool may_stand_on_obstacles = false;
};

template <class Parts>
class View : public AnyView {
 public:
  using Kinds = Parts::Entities;
  using Offset = Parts::Offset;

  /// `findings` must outlive the view.
  explicit View(Findings& findings, const Motion& motion = {}) : findings_(findings), motion_(motion) {}

  CloseReason apply(const wire::Frame& frame) override;

  const WatchedCells& cells() const { return cells_; }
  /// Returns the number of entities in sight. Visits all of them.
  std::size_t entity_count() const;
  /// Returns nothing if the entity is not in sight.
  std::optional<Seen> find(const wire::Id& id) const;
  /// Returns the entity that packets about the cell name so; nothing if there is none. An entity that has
  /// just left the cell is still found: with its last position there.
  std::optional<Seen> find(Cell cell, wire::CellAlias alias) const;
  /// Calls visit(seen) for each entity in sight, once.
  template <class Visit>
  void for_each_entity(Visit visit) const {
    records_.for_each([&](const Record& record) {
      if (record.is_newest) visit(seen_of(record));
    });
  }
  /// Returns the attributes that everybody gets. The others have their default values. Returns null if the
  /// entity is of another kind. Valid until the next packet.
  template <class E>
  const E* attributes(const Seen& seen) const {
    return seen.kind == world::index_in<E, Kinds> ? &columns_.template at<E>(seen.place) : nullptr;
  }
  /// Returns the attributes of the client's own entity that only this client gets.
  template <class E>
  const E& own() const {
    return std::get<E>(own_);
  }
  /// Returns the number of enters, steps, changes and leaves so far.
  std::uint64_t updates() const { return updates_; }
  /// Returns how many bytes the view has allocated.
  std::size_t memory_bytes() const {
    return records_.memory_bytes() + newest_.memory_bytes() + columns_.memory_bytes() + cells_.memory_bytes();
  }

 protected:
  /// Called when an enter, a step or a full state has brought the position of the client's own entity.
  virtual void on_own_position(world::Position) {}
  /// Returns whether the position of the entity may be an old one, because steps are suppressed.
  bool is_vague(const Seen& seen) const {
    const Record* record = records_.find(key_of(seen.cell, seen.alias));
    return !record || is_vague(*record);
  }
  Findings& findings() { return findings_; }

 private:
  /// Of one alias of one cell. Two of them fit into a cache line.
  struct Record {
    wire::Id id;
    Cell cell;
    wire::CellAlias alias = 0;
    std::uint8_t kind = no_kind;
    bool is_newest : 1 = false;
    bool is_vague : 1 = false;  ///< steps were suppressed since its last known position
    std::uint16_t x = 0;        ///< within the cell
    std::uint16_t y = 0;
    std::uint32_t place = 0;  ///< in the columns

    std::uint64_t key() const { return kind == no_kind ? 0 : key_of(cell, alias); }
  };
  static_assert(sizeof(Record) == 32);
  /// Where the record of an entity is that counts.
  struct Newest {
    std::uint64_t entity = 0;  ///< entity_key()
    std::uint64_t record = 0;  ///< its key

    std::uint64_t key() const { return entity; }
  };
  /// Returns a hash of the id. A record that is found with it must still be compared.
  static std::uint64_t entity_key(const wire::Id& id) { return (scatter(id.high) ^ id.low) | 1; }
  static constexpr std::uint8_t no_kind = 0xff;
  static constexpr std::uint32_t cell_size_max = std::uint32_t{std::numeric_limits<Offset>::max()} + 1;

  static constexpr std::uint64_t key_of(Cell cell, wire::CellAlias alias) {
    return std::uint64_t{1} << 48 | std::uint64_t{cell.x} << 32 | std::uint64_t{cell.y} << 16 | alias;
  }

  CloseReason on(const wire::Welcome& welcome);
  CloseReason on(const wire::CellBegin& begin);
  CloseReason on(const wire::CellForget& forget);
  CloseReason on(const wire::CellMove<Offset>& move);
  CloseReason on(const wire::CellLeave& leave);
  CloseReason on(const wire::CellThrottled& throttled);
  CloseReason on(const wire::CellPositions<Offset>& positions);
  CloseReason on(const wire::CellSaid& said);
  CloseReason on(const wire::CellTold& told);

  CloseReason apply_kind(const wire::Frame& frame);
  template <class E>
  CloseReason apply_enter(Bytes body);
  template <class E>
  CloseReason apply_change(Bytes body);
  template <class E>
  CloseReason apply_own(Bytes body);

  template <class E>
  void enter(Cell cell, const wire::Id& id, const wire::Step<Offset>& at, const E& attributes);
  void supersede(const wire::Id& id, Cell cell, std::uint8_t kind, world::Position position);
  void step(const wire::Step<Offset>& step, Cell cell, bool was_suppressed);
  void erase(const Record& record);
  void forget_newest(const Record& record);

  Seen seen_of(const Record& record) const;
  world::Position position_of(const Record& record) const;
  const Record* newest_of(const wire::Id& id) const;
  bool is_vague(const Record& record) const { return record.is_vague || cells_.is_throttled(record.cell); }
  bool watches(Cell cell, std::string_view packet);
  void check_speaker(Cell cell, wire::CellAlias alias);
  void check_cell(const Record& record);
  std::optional<world::Position> position_in(Cell cell, const wire::Step<Offset>& at);
  void check_ground(world::Position position, const wire::Id& id);
  void check_way(const Record& record, world::Position to, bool may_have_hidden_step);

  /// A kind without attributes for its owner costs nothing.
  template <class E>
  using OwnOf = std::conditional_t<(world::AttributesFor<E, world::Audience::owner>::count > 0),
                                   std::tuple<E>, std::tuple<>>;
  template <class... E>
  static auto own_of(wire::Types<E...>) -> decltype(std::tuple_cat(OwnOf<E>{}...));

  Findings& findings_;
  const Motion motion_;
  WatchedCells cells_;
  AliasTable<Record> records_;
  AliasTable<Newest> newest_;
  world::Columns<Kinds> columns_;
  decltype(own_of(Kinds{})) own_;
  std::optional<Cell> beginning_;  // the last packets were its CellBegin and enters
  std::uint64_t updates_ = 0;
};

}  // namespace madang::client

#include "madang/client/view_follow.h"
