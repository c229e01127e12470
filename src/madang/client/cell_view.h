// CellView: what one client knows of the cells that it watches, and of the entities in them: all but their
// attributes. It also checks every packet of the server.
//
// It follows the packets about cells (wire/cell_packets.h). An entity that goes to another cell has two
// sightings for a tick (client/sighting.h). If the one that counts is gone, the entity is out of sight.
//
// If a packet contradicts the view, the view adds a fault to the Findings, and then follows the packet, so
// that one fault of the server is counted once. Any bytes are allowed. A view is small, because a process may
// hold fifteen thousand of them, and the packets of one client find the memory of its view out of the caches.
// Therefore the entities of a cell are side by side. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "madang/base/close_reason.h"
#include "madang/client/any_view.h"
#include "madang/client/findings.h"
#include "madang/client/flat_table.h"
#include "madang/client/sighting.h"
#include "madang/client/watched_cells.h"
#include "madang/wire/cell_packets.h"
#include "madang/wire/id.h"
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

class CellView : public AnyView {
 public:
  const WatchedCells& cells() const { return cells_; }
  /// Returns the number of entities in sight.
  std::size_t entity_count() const { return whereabouts_.size(); }
  /// Returns nothing if the entity is not in sight.
  std::optional<Seen> find(const wire::Id& id) const;
  /// Returns the client's own entity; nothing if it is not in sight.
  std::optional<Seen> find_own() const;
  /// Returns the entity that packets about the cell name so; nothing if there is none. An entity that has
  /// just left the cell is still found: with its last position there.
  std::optional<Seen> find(Cell cell, wire::CellAlias alias) const;
  /// Calls visit(seen) for each entity in sight, once.
  template <class Visit>
  void for_each_entity(Visit visit) const {
    sightings_.for_each([&](const Sighting& sighting) {
      if (sighting.counts) visit(seen_of(sighting));
    });
  }
  /// Returns the number of enters, steps, changes and leaves so far.
  std::uint64_t updates() const { return updates_; }

 protected:
  /// `findings` must outlive the view.
  CellView(Findings& findings, const Motion& motion) : findings_(findings), motion_(motion) {}

  /// Called when the Welcome has come.
  virtual void on_welcome() {}
  /// Called when an enter, a step or a full state has brought the position of the client's own entity.
  virtual void on_own_position(world::Position) {}
  /// Called when an entity in sight or a cell has sent this packet of the game. Returns none, or the reason
  /// why it is not one.
  virtual CloseReason apply_told(const wire::Frame& frame) = 0;
  /// Called when an alias loses its meaning.
  virtual void on_gone(const Sighting&) {}

  /// Applies a packet of a session, or a packet about cells. `Offset` is that of the game: std::uint8_t or
  /// std::uint16_t.
  template <class Offset>
  CloseReason apply_of_engine(const wire::Frame& frame);

  /// Begins to fetch the memory for the packets about cells in these frames.
  template <class Offset>
  void prefetch_for(Bytes frames) const;

  // For the packets about the kinds of entities:

  /// Begins to fetch the memory that enter() needs.
  void prefetch_for_enter(Cell cell, const wire::Id& id, wire::CellAlias alias) const;
  /// Returns null and adds a fault if the client does not watch the cell.
  WatchedCell* watched(Cell cell, std::string_view packet);
  /// An entity enters the cell. Returns null and adds a fault if its position is not in the cell. Valid until
  /// the next packet.
  Sighting* enter(WatchedCell& cell, const wire::Id& id, wire::CellAlias alias, std::uint16_t x,
                  std::uint16_t y, std::uint8_t kind);
  /// An entity of a kind changes in the cell. Adds faults if it is not in sight, or not of this kind.
  void check_change(Cell cell, wire::CellAlias alias, const Sighting* sighting, std::uint8_t kind,
                    std::string_view kind_name);
  const Sighting* sighting_of(Cell cell, wire::CellAlias alias) const {
    return sightings_.find(Sighting::key_of(cell, alias));
  }
  /// The packets that enter entities into a cell right after its CellBegin are its full state.
  void end_beginning() { beginning_.reset(); }
  void end_beginning_unless(Cell cell) {
    if (beginning_ != cell) beginning_.reset();
  }

  /// Returns whether the position of the entity may be an old one, because steps are suppressed.
  bool is_vague(const Seen& seen) const {
    const Sighting* sighting = sighting_of(seen.cell, seen.alias);
    return !sighting || is_vague(*sighting);
  }
  Findings& findings() { return findings_; }
  std::size_t memory_bytes() const {
    return cells_.memory_bytes() + sightings_.memory_bytes() + whereabouts_.memory_bytes();
  }

 private:
  template <class Offset>
  CloseReason on(const wire::CellMove<Offset>& move);
  template <class Offset>
  CloseReason on(const wire::CellPositions<Offset>& positions);
  CloseReason on(const wire::CellBegin& begin);
  CloseReason on(const wire::CellForget& forget);
  CloseReason on(const wire::CellLeave& leave);
  CloseReason on(const wire::CellThrottled& throttled);
  CloseReason on(const wire::CellSaid& said);
  CloseReason on(const wire::CellTold& told);

  void prefetch_for_kind(const wire::Frame& frame) const;
  void step(const WatchedCell& cell, wire::CellAlias alias, std::uint16_t x, std::uint16_t y,
            bool was_suppressed);
  void supersede(const Whereabouts& before, const wire::Id& id, std::uint8_t kind, world::Position position);
  void erase(const Sighting& sighting);
  /// What an entity loses with its alias.
  void lose(const Sighting& sighting);
  /// Returns whether to look up each alias takes no longer than to visit all sightings.
  bool has_low_aliases(const WatchedCell& cell) const { return cell.alias_end <= sightings_.size(); }
  /// Calls visit(Sighting&) for each sighting in the cell. The visitor must not erase one.
  template <class Visit>
  void for_each_in(const WatchedCell& cell, Visit visit);

  Seen seen_of(const Sighting& sighting) const {
    return {sighting.id, position_of(sighting), sighting.cell, sighting.alias, sighting.kind, sighting.place};
  }
  bool is_vague(const Sighting& sighting) const {
    const WatchedCell* cell = cells_.find(sighting.cell);
    return sighting.is_vague || (cell && cell->is_throttled);
  }
  world::Position position_of(const Sighting& sighting) const {
    return cells_.position_of(sighting.cell, sighting.x, sighting.y);
  }
  void check_counts(const Sighting& sighting);
  void check_speaker(Cell cell, wire::CellAlias alias);
  bool check_within(Cell cell, wire::CellAlias alias, std::uint32_t x, std::uint32_t y);
  void check_ground(const WatchedCell& cell, const wire::Id& id, std::uint16_t x, std::uint16_t y);
  void check_way(const wire::Id& id, world::Position from, world::Position to, bool may_have_hidden_step);

  Findings& findings_;
  const Motion motion_;
  std::optional<Cell> beginning_;  // the last packets were its CellBegin and enters
  Cell own_cell_;                  // of the latest enter of the client's own entity
  wire::CellAlias own_alias_ = 0;
  std::uint64_t updates_ = 0;
  WatchedCells cells_;
  FlatTable<Sighting> sightings_;       // by cell and alias
  FlatTable<Whereabouts> whereabouts_;  // of the sightings that count
};

extern template CloseReason CellView::apply_of_engine<std::uint8_t>(const wire::Frame&);
extern template CloseReason CellView::apply_of_engine<std::uint16_t>(const wire::Frame&);
extern template void CellView::prefetch_for<std::uint8_t>(Bytes) const;
extern template void CellView::prefetch_for<std::uint16_t>(Bytes) const;

}  // namespace madang::client
