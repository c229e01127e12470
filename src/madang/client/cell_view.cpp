#include "madang/client/cell_view.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <utility>

#include "madang/base/check.h"
#include "madang/wire/dispatch.h"
#include "madang/world/kind_packets.h"

namespace madang::client {

template <class Offset>
CloseReason CellView::apply_of_engine(const wire::Frame& frame) {
  if (frame.opcode >= wire::opcode_of<wire::CellBegin>)
    return wire::visit_packet(wire::CellPackets<Offset>{}, frame,
                              [this](const auto& packet) { return this->on(packet); });
  const auto welcome = [this](const wire::Welcome& packet) {
    constexpr std::uint32_t cell_size_max = std::uint32_t{std::numeric_limits<Offset>::max()} + 1;
    const CloseReason reason = keep(packet, cell_size_max);
    if (reason != CloseReason::none) return reason;
    cells_.set_up(packet);
    on_welcome();
    return CloseReason::none;
  };
  return wire::visit_packet(wire::SessionServerPackets{}, frame,
                            wire::Overloaded{welcome, [](const auto&) { return CloseReason::none; }});
}

template CloseReason CellView::apply_of_engine<std::uint8_t>(const wire::Frame&);
template CloseReason CellView::apply_of_engine<std::uint16_t>(const wire::Frame&);

template <class Offset>
void CellView::prefetch_for(Bytes frames) const {
  constexpr std::size_t bytes_min = 128;  // for a packet or two it takes longer than it saves
  if (frames.size() < bytes_min) return;
  cells_.prefetch();
  const auto prefetch_all = [this](Cell cell, const auto& list) {
    for (const auto& one : list) sightings_.prefetch(Sighting::key_of(cell, one.alias));
  };
  const wire::Overloaded prefetch{
      [&](const wire::CellMove<Offset>& move) { prefetch_all({move.cell_x, move.cell_y}, move.steps); },
      [&](const wire::CellPositions<Offset>& positions) {
        prefetch_all({positions.cell_x, positions.cell_y}, positions.steps);
      },
      [&](const wire::CellLeave& leave) { prefetch_all({leave.cell_x, leave.cell_y}, leave.entities); },
      [](const auto&) {}};
  while (const wire::FrameResult frame = wire::next_frame(frames)) {
    if (frame->opcode >= world::kind_opcode_min) {
      prefetch_for_kind(*frame);
    } else {
      wire::visit_packet(wire::CellPackets<Offset>{}, *frame, prefetch);
    }
  }
}

/// Fetches for the first entity alone, because its attributes, of any length, are before the second one.
void CellView::prefetch_for_kind(const wire::Frame& frame) const {
  if ((frame.opcode - world::kind_opcode_min) % world::opcodes_a_kind != 0) return;  // no CellEnterKIND
  Bytes rest = frame.body;
  Cell cell;
  std::uint16_t count = 0;
  wire::Id id;
  wire::CellAlias alias = 0;
  if (wire::parse(rest, cell.x) && wire::parse(rest, cell.y) && wire::parse(rest, count) &&
      wire::parse(rest, id) && wire::parse(rest, alias))
    prefetch_for_enter(cell, id, alias);
}

template void CellView::prefetch_for<std::uint8_t>(Bytes) const;
template void CellView::prefetch_for<std::uint16_t>(Bytes) const;

std::optional<Seen> CellView::find(const wire::Id& id) const {
  const Whereabouts* here = whereabouts_.find(Whereabouts::key_of(id));
  const std::optional<Seen> seen = here ? find(here->cell, here->alias) : std::nullopt;
  return seen && seen->id == id ? seen : std::nullopt;
}

std::optional<Seen> CellView::find_own() const {
  const Sighting* own = sighting_of(own_cell_, own_alias_);
  return own && own->is_own && own->counts ? std::optional(seen_of(*own)) : std::nullopt;
}

std::optional<Seen> CellView::find(Cell cell, wire::CellAlias alias) const {
  const Sighting* sighting = sighting_of(cell, alias);
  return sighting ? std::optional(seen_of(*sighting)) : std::nullopt;
}

// --- Packets ---

CloseReason CellView::on(const wire::CellBegin& begin) {
  if (begin.obstacles.size() != cells_.obstacle_bytes()) return CloseReason::bad_packet;
  const Cell cell{begin.cell_x, begin.cell_y};
  if (cells_.contains(cell))
    findings_.add(Violation::begun_twice, "cell ({}, {}) begins and is watched already", cell.x, cell.y);
  cells_.add(cell, begin.obstacles);
  beginning_ = cell;
  return CloseReason::none;
}

CloseReason CellView::on(const wire::CellForget& forget) {
  WatchedCell* cell = cells_.find({forget.cell_x, forget.cell_y});
  if (!cell) {
    findings_.add(Violation::forgot_unwatched, "cell ({}, {}) is forgotten and was not watched",
                  forget.cell_x, forget.cell_y);
    return CloseReason::none;
  }
  for_each_in(*cell, [this](const Sighting& one) { whereabouts_.prefetch(Whereabouts::key_of(one.id)); });
  for_each_in(*cell, [this](const Sighting& one) { lose(one); });
  if (has_low_aliases(*cell)) {
    for (wire::CellAlias alias = 0; alias < cell->alias_end; ++alias)
      sightings_.erase(Sighting::key_of(cell->cell, alias));
  } else {
    sightings_.erase_if([cell](const Sighting& one) { return one.cell == cell->cell; });
  }
  cells_.remove(*cell);
  return CloseReason::none;
}

template <class Offset>
CloseReason CellView::on(const wire::CellMove<Offset>& move) {
  // While it comes, the cell is found.
  if (!move.steps.empty())
    sightings_.prefetch(Sighting::key_of({move.cell_x, move.cell_y}, (*move.steps.begin()).alias));
  WatchedCell* cell = watched({move.cell_x, move.cell_y}, "CellMove");
  if (!cell) return CloseReason::none;
  if (cell->is_throttled)
    findings_.add(Violation::step_while_throttled, "steps in cell ({}, {}), whose steps are suppressed",
                  move.cell_x, move.cell_y);
  for (const auto& one : move.steps) step(*cell, one.alias, one.x, one.y, false);
  return CloseReason::none;
}

/// An alias that the client does not hold is right: it began to watch the cell after that entity had left.
CloseReason CellView::on(const wire::CellLeave& leave) {
  WatchedCell* cell = watched({leave.cell_x, leave.cell_y}, "CellLeave");
  if (!cell) return CloseReason::none;
  for (const wire::Alias& one : leave.entities) {
    const Sighting* sighting = sighting_of(cell->cell, one.alias);
    if (!sighting) continue;
    ++updates_;
    erase(*sighting);
  }
  return CloseReason::none;
}

CloseReason CellView::on(const wire::CellThrottled& throttled) {
  if (WatchedCell* cell = watched({throttled.cell_x, throttled.cell_y}, "CellThrottled"))
    cell->is_throttled = true;
  return CloseReason::none;
}

/// The positions may come in several packets. So each entity stays vague until its own position has come.
template <class Offset>
CloseReason CellView::on(const wire::CellPositions<Offset>& positions) {
  WatchedCell* cell = watched({positions.cell_x, positions.cell_y}, "CellPositions");
  if (!cell) return CloseReason::none;
  if (std::exchange(cell->is_throttled, false))
    for_each_in(*cell, [](Sighting& sighting) { sighting.is_vague = true; });
  for (const auto& one : positions.steps) step(*cell, one.alias, one.x, one.y, true);
  return CloseReason::none;
}

CloseReason CellView::on(const wire::CellSaid& said) {
  if (const WatchedCell* cell = watched({said.cell_x, said.cell_y}, "CellSaid"))
    check_speaker(cell->cell, said.alias);
  return CloseReason::none;
}

CloseReason CellView::on(const wire::CellTold& told) {
  Bytes rest = told.packet;
  const wire::FrameResult frame = wire::next_frame(rest);
  if (!frame || !rest.empty()) return CloseReason::bad_packet;
  const WatchedCell* cell = watched({told.cell_x, told.cell_y}, "CellTold");
  if (cell && told.alias != wire::alias_of_cell) check_speaker(cell->cell, told.alias);
  return apply_told(*frame);
}

// --- Sightings ---

void CellView::prefetch_for_enter(Cell cell, const wire::Id& id, wire::CellAlias alias) const {
  sightings_.prefetch(Sighting::key_of(cell, alias));
  whereabouts_.prefetch(Whereabouts::key_of(id));
}

Sighting* CellView::enter(WatchedCell& cell, const wire::Id& id, wire::CellAlias alias, std::uint16_t x,
                          std::uint16_t y, std::uint8_t kind) {
  ++updates_;
  if (!check_within(cell.cell, alias, x, y)) return nullptr;
  check_ground(cell, id, x, y);
  if (const Sighting* here = sighting_of(cell.cell, alias)) {
    if (here->id == id) {
      findings_.add(Violation::entered_twice, "entity {:x} enters cell ({}, {}), where it is already",
                    id.high, cell.cell.x, cell.cell.y);
    } else {
      findings_.add(Violation::alias_clash, "entity {} of cell ({}, {}) is {:x} and now {:x}", alias,
                    cell.cell.x, cell.cell.y, here->id.high, id.high);
    }
    erase(*here);
  }
  const world::Position position = cells_.position_of(cell.cell, x, y);
  const std::uint64_t key = Whereabouts::key_of(id);
  if (Whereabouts* before = whereabouts_.find(key)) {
    supersede(*before, id, kind, position);
    *before = {key, cell.cell, alias};
  } else {
    whereabouts_.insert({key, cell.cell, alias});
  }
  const bool is_own = id == welcome().entity;
  cell.alias_end = std::max<std::uint16_t>(cell.alias_end, alias + 1);
  Sighting& added = sightings_.insert({.id = id,
                                       .cell = cell.cell,
                                       .alias = alias,
                                       .kind = kind,
                                       .counts = true,
                                       .is_own = is_own,
                                       .x = x,
                                       .y = y});
  if (is_own) {
    own_cell_ = cell.cell;
    own_alias_ = alias;
    on_own_position(position);
  }
  return &added;
}

/// An entity that enters has come from a cell where the client may still hold it. It may also have been in a
/// cell that the client does not watch for one tick. So it may even come back to the same cell, with another
/// alias.
void CellView::supersede(const Whereabouts& whereabouts, const wire::Id& id, std::uint8_t kind,
                         world::Position position) {
  Sighting& before = *sightings_.find(Sighting::key_of(whereabouts.cell, whereabouts.alias));
  before.counts = false;
  if (before.id != id) return;  // another entity with the same hash, which is now out of sight
  if (before.kind != kind)
    findings_.add(Violation::wrong_kind, "entity {:x} was of kind {} and is now of kind {}", id.high,
                  before.kind, kind);
  if (!beginning_ && !is_vague(before)) check_way(id, position_of(before), position, true);
}

/// After suppressed steps an entity may be anywhere in its cell.
void CellView::step(const WatchedCell& cell, wire::CellAlias alias, std::uint16_t x, std::uint16_t y,
                    bool was_suppressed) {
  ++updates_;
  if (!check_within(cell.cell, alias, x, y)) return;
  Sighting* sighting = sightings_.find(Sighting::key_of(cell.cell, alias));
  if (!sighting) {
    findings_.add(Violation::unknown_mover, "entity {} of cell ({}, {}), which is not in sight, moves", alias,
                  cell.cell.x, cell.cell.y);
    return;
  }
  check_counts(*sighting);
  check_ground(cell, sighting->id, x, y);
  if (!was_suppressed && !cell.is_throttled && !sighting->is_vague)
    check_way(sighting->id, position_of(*sighting), cells_.position_of(cell.cell, x, y), false);
  sighting->x = x;
  sighting->y = y;
  sighting->is_vague = false;
  if (sighting->is_own) on_own_position(cells_.position_of(cell.cell, x, y));
}

void CellView::erase(const Sighting& sighting) {
  lose(sighting);
  sightings_.erase(sighting.key());
}

void CellView::lose(const Sighting& sighting) {
  if (sighting.counts) whereabouts_.erase(Whereabouts::key_of(sighting.id));
  on_gone(sighting);
}

template <class Visit>
void CellView::for_each_in(const WatchedCell& cell, Visit visit) {
  if (!has_low_aliases(cell)) {
    sightings_.for_each([&](Sighting& sighting) {
      if (sighting.cell == cell.cell) visit(sighting);
    });
    return;
  }
  for (wire::CellAlias alias = 0; alias < cell.alias_end; ++alias)
    sightings_.prefetch(Sighting::key_of(cell.cell, alias));
  for (wire::CellAlias alias = 0; alias < cell.alias_end; ++alias)
    if (Sighting* sighting = sightings_.find(Sighting::key_of(cell.cell, alias))) visit(*sighting);
}

// --- Checks ---

WatchedCell* CellView::watched(Cell cell, std::string_view packet) {
  WatchedCell* found = cells_.find(cell);
  if (!found)
    findings_.add(Violation::unwatched_cell, "a {} about cell ({}, {}), which entity {:x} does not watch",
                  packet, cell.x, cell.y, welcome().entity.high);
  return found;
}

void CellView::check_change(Cell cell, wire::CellAlias alias, const Sighting* sighting, std::uint8_t kind,
                            std::string_view kind_name) {
  ++updates_;
  if (!sighting) {
    findings_.add(Violation::unknown_changer, "entity {} of cell ({}, {}), which is not in sight, changes",
                  alias, cell.x, cell.y);
    return;
  }
  if (sighting->kind != kind)
    findings_.add(Violation::wrong_kind, "entity {} of cell ({}, {}) changes as a {} and is none", alias,
                  cell.x, cell.y, kind_name);
  check_counts(*sighting);
}

void CellView::check_speaker(Cell cell, wire::CellAlias alias) {
  if (!sighting_of(cell, alias))
    findings_.add(Violation::unknown_speaker, "entity {} of cell ({}, {}), which is not in sight, speaks",
                  alias, cell.x, cell.y);
}

void CellView::check_counts(const Sighting& sighting) {
  if (!sighting.counts)
    findings_.add(Violation::wrong_cell, "entity {:x} has left cell ({}, {}), where it moves or changes",
                  sighting.id.high, sighting.cell.x, sighting.cell.y);
}

bool CellView::check_within(Cell cell, wire::CellAlias alias, std::uint32_t x, std::uint32_t y) {
  if (cells_.is_within(cell, x, y)) return true;
  findings_.add(Violation::outside_of_cell, "entity {} is at ({}, {}) of cell ({}, {})", alias, x, y, cell.x,
                cell.y);
  return false;
}

void CellView::check_ground(const WatchedCell& cell, const wire::Id& id, std::uint16_t x, std::uint16_t y) {
  if (motion_.may_stand_on_obstacles || !cells_.is_obstacle(cell, x, y)) return;
  const world::Position position = cells_.position_of(cell.cell, x, y);
  findings_.add(Violation::on_obstacle, "entity {:x} stands on the obstacle at ({}, {})", id.high, position.x,
                position.y);
}

/// `may_have_hidden_step`: it may have taken two steps, if the first one led into a cell that the client does
/// not watch.
void CellView::check_way(const wire::Id& id, world::Position from, world::Position to,
                         bool may_have_hidden_step) {
  if (motion_.step_max == 0) return;
  const std::int64_t length = std::abs(std::int64_t{from.x} - to.x) + std::abs(std::int64_t{from.y} - to.y);
  if (length <= motion_.step_max) return;
  if (may_have_hidden_step && length <= 2 * std::int64_t{motion_.step_max} &&
      !cells_.contain_all_within(from, motion_.step_max))
    return;
  findings_.add(Violation::too_far, "entity {:x}, seen by {:x}, jumps from ({}, {}) to ({}, {})", id.high,
                welcome().entity.high, from.x, from.y, to.x, to.y);
}

}  // namespace madang::client
