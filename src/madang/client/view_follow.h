// The functions of View (madang/client/view.h, which includes this file).
#pragma once

#include "madang/client/view.h"

namespace madang::client {

template <class Parts>
CloseReason View<Parts>::apply(const wire::Frame& frame) {
  // The entities of a cell that begins follow at once. See apply_enter().
  if (frame.opcode < world::kind_opcode_min) beginning_.reset();
  const bool is_of_session = frame.opcode < wire::opcode_of<wire::CellBegin>;
  if (!is_welcomed() && !is_of_session) return CloseReason::wrong_state;
  if (is_of_session)
    return wire::visit_packet(
        wire::SessionServerPackets{}, frame,
        wire::Overloaded{[this](const wire::Welcome& welcome) { return this->on(welcome); },
                         [](const auto&) { return CloseReason::none; }});
  if (frame.opcode < wire::game_server_opcode_min)
    return wire::visit_packet(wire::CellPackets<Offset>{}, frame,
                              [this](const auto& packet) { return this->on(packet); });
  if (frame.opcode < world::kind_opcode_min)
    return wire::visit_packet(typename Parts::Answers{}, frame, [](const auto&) {});
  return apply_kind(frame);
}

template <class Parts>
std::size_t View<Parts>::entity_count() const {
  std::size_t count = 0;
  records_.for_each([&](const Record& record) { count += record.is_newest ? 1 : 0; });
  return count;
}

template <class Parts>
std::optional<Seen> View<Parts>::find(const wire::Id& id) const {
  const Record* record = newest_of(id);
  return record ? std::optional(seen_of(*record)) : std::nullopt;
}

template <class Parts>
std::optional<Seen> View<Parts>::find(Cell cell, wire::CellAlias alias) const {
  const Record* record = records_.find(key_of(cell, alias));
  return record ? std::optional(seen_of(*record)) : std::nullopt;
}

// --- Packets ---

template <class Parts>
CloseReason View<Parts>::on(const wire::Welcome& welcome) {
  const CloseReason reason = keep(welcome, cell_size_max);
  if (reason == CloseReason::none) cells_.set_up(welcome);
  return reason;
}

template <class Parts>
CloseReason View<Parts>::on(const wire::CellBegin& begin) {
  if (begin.obstacles.size() != cells_.obstacle_bytes()) return CloseReason::bad_packet;
  const Cell cell{begin.cell_x, begin.cell_y};
  if (cells_.contains(cell))
    findings_.add(Violation::begun_twice, "cell ({}, {}) begins and is watched already", cell.x, cell.y);
  cells_.add(cell, begin.obstacles);
  beginning_ = cell;
  return CloseReason::none;
}

template <class Parts>
CloseReason View<Parts>::on(const wire::CellForget& forget) {
  const Cell cell{forget.cell_x, forget.cell_y};
  if (!cells_.remove(cell)) {
    findings_.add(Violation::forgot_unwatched, "cell ({}, {}) is forgotten and was not watched", cell.x,
                  cell.y);
    return CloseReason::none;
  }
  records_.erase_if([&](const Record& record) {
    if (record.cell != cell) return false;
    forget_newest(record);
    columns_.remove(record.kind, record.place);
    return true;
  });
  return CloseReason::none;
}

template <class Parts>
CloseReason View<Parts>::on(const wire::CellMove<Offset>& packet) {
  const Cell cell{packet.cell_x, packet.cell_y};
  if (!watches(cell, "CellMove")) return CloseReason::none;
  if (cells_.is_throttled(cell))
    findings_.add(Violation::step_while_throttled, "steps in cell ({}, {}), whose steps are suppressed",
                  cell.x, cell.y);
  for (const auto& one : packet.steps) step(one, cell, false);
  return CloseReason::none;
}

/// An alias that the client does not hold is right: it began to watch the cell after that entity had left.
template <class Parts>
CloseReason View<Parts>::on(const wire::CellLeave& packet) {
  const Cell cell{packet.cell_x, packet.cell_y};
  if (!watches(cell, "CellLeave")) return CloseReason::none;
  for (const wire::Alias& one : packet.entities) {
    const Record* record = records_.find(key_of(cell, one.alias));
    if (!record) continue;
    ++updates_;
    erase(*record);
  }
  return CloseReason::none;
}

template <class Parts>
CloseReason View<Parts>::on(const wire::CellThrottled& packet) {
  const Cell cell{packet.cell_x, packet.cell_y};
  if (watches(cell, "CellThrottled")) cells_.set_throttled(cell, true);
  return CloseReason::none;
}

/// The positions may come in several packets. So each entity stays vague until its own position has come.
template <class Parts>
CloseReason View<Parts>::on(const wire::CellPositions<Offset>& packet) {
  const Cell cell{packet.cell_x, packet.cell_y};
  if (!watches(cell, "CellPositions")) return CloseReason::none;
  if (cells_.is_throttled(cell)) {
    cells_.set_throttled(cell, false);
    records_.for_each([&](Record& record) {
      if (record.cell == cell) record.is_vague = true;
    });
  }
  for (const auto& one : packet.steps) step(one, cell, true);
  return CloseReason::none;
}

template <class Parts>
CloseReason View<Parts>::on(const wire::CellSaid& said) {
  const Cell cell{said.cell_x, said.cell_y};
  if (watches(cell, "CellSaid")) check_speaker(cell, said.alias);
  return CloseReason::none;
}

template <class Parts>
CloseReason View<Parts>::on(const wire::CellTold& told) {
  Bytes rest = told.packet;
  const wire::FrameResult frame = wire::next_frame(rest);
  if (!frame || !rest.empty()) return CloseReason::bad_packet;
  const Cell cell{told.cell_x, told.cell_y};
  if (watches(cell, "CellTold") && told.alias != wire::alias_of_cell) check_speaker(cell, told.alias);
  return wire::visit_packet(typename Parts::Answers{}, *frame, [](const auto&) {});
}

// --- Packets about the kinds of entities ---

template <class Parts>
CloseReason View<Parts>::apply_kind(const wire::Frame& frame) {
  CloseReason reason = CloseReason::unknown_opcode;
  const auto apply_as = [&]<class E>(wire::Types<E>) {
    using Opcodes = world::KindOpcodes<E, Kinds>;
    if (frame.opcode == Opcodes::enter) {
      reason = apply_enter<E>(frame.body);
    } else if (frame.opcode == Opcodes::change) {
      beginning_.reset();
      if constexpr (world::AttributesFor<E, world::Audience::everybody>::count > 0)
        reason = apply_change<E>(frame.body);
    } else if (frame.opcode == Opcodes::own) {
      beginning_.reset();
      if constexpr (world::AttributesFor<E, world::Audience::owner>::count > 0)
        reason = apply_own<E>(frame.body);
    }
  };
  [&]<class... E>(wire::Types<E...>) { (apply_as(wire::Types<E>{}), ...); }(Kinds{});
  return reason;
}

template <class Parts>
template <class E>
CloseReason View<Parts>::apply_enter(Bytes body) {
  using Shown = world::AttributesFor<E, world::Audience::everybody>;
  Cell cell;
  std::uint16_t count = 0;
  if (!wire::parse(body, cell.x) || !wire::parse(body, cell.y) || !wire::parse(body, count))
    return CloseReason::bad_packet;
  const bool is_watched = watches(cell, "CellEnter");
  if (beginning_ != cell) beginning_.reset();
  for (; count > 0; --count) {
    wire::Id id;
    wire::Step<Offset> at;
    E attributes{};
    if (!wire::parse(body, id) || !wire::parse(body, at) || !Shown::parse(body, attributes, Shown::all) ||
        !id || at.alias == wire::alias_of_cell)
      return CloseReason::bad_packet;
    if (is_watched) enter(cell, id, at, attributes);
  }
  return body.empty() ? CloseReason::none : CloseReason::bad_packet;
}

template <class Parts>
template <class E>
CloseReason View<Parts>::apply_change(Bytes body) {
  using Shown = world::AttributesFor<E, world::Audience::everybody>;
  Cell cell;
  std::uint16_t count = 0;
  if (!wire::parse(body, cell.x) || !wire::parse(body, cell.y) || !wire::parse(body, count))
    return CloseReason::bad_packet;
  const bool is_watched = watches(cell, "CellChange");
  for (; count > 0; --count) {
    wire::CellAlias alias = 0;
    typename Shown::Mask mask = 0;
    if (!wire::parse(body, alias) || !wire::parse(body, mask)) return CloseReason::bad_packet;
    const Record* record = is_watched ? records_.find(key_of(cell, alias)) : nullptr;
    const bool is_of_kind = record && record->kind == world::index_in<E, Kinds>;
    E other{};
    if (!Shown::parse(body, is_of_kind ? columns_.template at<E>(record->place) : other, mask))
      return CloseReason::bad_packet;
    if (!is_watched) continue;
    ++updates_;
    if (!record) {
      findings_.add(Violation::unknown_changer, "entity {} of cell ({}, {}), which is not in sight, changes",
                    alias, cell.x, cell.y);
      continue;
    }
    if (!is_of_kind)
      findings_.add(Violation::wrong_kind, "entity {} of cell ({}, {}) changes as a {} and is none", alias,
                    cell.x, cell.y, E::table.name);
    check_cell(*record);
  }
  return body.empty() ? CloseReason::none : CloseReason::bad_packet;
}

template <class Parts>
template <class E>
CloseReason View<Parts>::apply_own(Bytes body) {
  using Own = world::AttributesFor<E, world::Audience::owner>;
  typename Own::Mask mask = 0;
  if (!wire::parse(body, mask) || !Own::parse(body, std::get<E>(own_), mask) || !body.empty())
    return CloseReason::bad_packet;
  return CloseReason::none;
}

// --- Records ---

template <class Parts>
template <class E>
void View<Parts>::enter(Cell cell, const wire::Id& id, const wire::Step<Offset>& at, const E& attributes) {
  ++updates_;
  const std::optional<world::Position> position = position_in(cell, at);
  if (!position) return;
  check_ground(*position, id);
  if (const Record* here = records_.find(key_of(cell, at.alias))) {
    if (here->id == id) {
      findings_.add(Violation::entered_twice, "entity {:x} enters cell ({}, {}), where it is already",
                    id.high, cell.x, cell.y);
    } else {
      findings_.add(Violation::alias_clash, "entity {} of cell ({}, {}) is {:x} and now {:x}", at.alias,
                    cell.x, cell.y, here->id.high, id.high);
    }
    erase(*here);
  }
  constexpr std::uint8_t kind = world::index_in<E, Kinds>;
  supersede(id, cell, kind, *position);
  Record record;
  record.id = id;
  record.cell = cell;
  record.alias = at.alias;
  record.kind = kind;
  record.is_newest = true;
  record.x = at.x;
  record.y = at.y;
  record.place = columns_.add(attributes);
  records_.insert(record);
  newest_.erase(entity_key(id));
  newest_.insert({entity_key(id), record.key()});
  if (id == welcome().entity) on_own_position(*position);
}

/// An entity that enters has come from a cell where the client may still hold it. It may also have been in a
/// cell that the client does not watch for one tick. So it may even come back to the same cell, with another
/// alias.
template <class Parts>
void View<Parts>::supersede(const wire::Id& id, Cell cell, std::uint8_t kind, world::Position position) {
  const Record* newest = newest_of(id);
  if (!newest) return;
  Record* before = records_.find(newest->key());
  if (before->kind != kind)
    findings_.add(Violation::wrong_kind, "entity {:x} was of kind {} and is now of kind {}", id.high,
                  before->kind, kind);
  if (beginning_ != cell && !is_vague(*before)) check_way(*before, position, true);
  before->is_newest = false;
}

/// After suppressed steps an entity may be anywhere in its cell.
template <class Parts>
void View<Parts>::step(const wire::Step<Offset>& step, Cell cell, bool was_suppressed) {
  ++updates_;
  const std::optional<world::Position> position = position_in(cell, step);
  if (!position) return;
  Record* record = records_.find(key_of(cell, step.alias));
  if (!record) {
    findings_.add(Violation::unknown_mover, "entity {} of cell ({}, {}), which is not in sight, moves",
                  step.alias, cell.x, cell.y);
    return;
  }
  check_cell(*record);
  check_ground(*position, record->id);
  if (!was_suppressed && !is_vague(*record)) check_way(*record, *position, false);
  record->x = step.x;
  record->y = step.y;
  record->is_vague = false;
  if (record->id == welcome().entity) on_own_position(*position);
}

template <class Parts>
void View<Parts>::erase(const Record& record) {
  forget_newest(record);
  columns_.remove(record.kind, record.place);
  records_.erase(record.key());
}

template <class Parts>
void View<Parts>::forget_newest(const Record& record) {
  if (record.is_newest) newest_.erase(entity_key(record.id));
}

template <class Parts>
Seen View<Parts>::seen_of(const Record& record) const {
  return {record.id, position_of(record), record.cell, record.alias, record.kind, record.place};
}

template <class Parts>
world::Position View<Parts>::position_of(const Record& record) const {
  const std::uint32_t size = welcome().cell_size;
  return {static_cast<std::int32_t>(record.cell.x * size + record.x),
          static_cast<std::int32_t>(record.cell.y * size + record.y)};
}

template <class Parts>
const typename View<Parts>::Record* View<Parts>::newest_of(const wire::Id& id) const {
  const Newest* newest = newest_.find(entity_key(id));
  const Record* record = newest ? records_.find(newest->record) : nullptr;
  return record && record->is_newest && record->id == id ? record : nullptr;
}

// --- Checks ---

template <class Parts>
bool View<Parts>::watches(Cell cell, std::string_view packet) {
  if (cells_.contains(cell)) return true;
  findings_.add(Violation::unwatched_cell, "a {} about cell ({}, {}), which entity {:x} does not watch",
                packet, cell.x, cell.y, welcome().entity.high);
  return false;
}

template <class Parts>
void View<Parts>::check_speaker(Cell cell, wire::CellAlias alias) {
  if (!records_.find(key_of(cell, alias)))
    findings_.add(Violation::unknown_speaker, "entity {} of cell ({}, {}), which is not in sight, speaks",
                  alias, cell.x, cell.y);
}

template <class Parts>
void View<Parts>::check_cell(const Record& record) {
  if (!record.is_newest)
    findings_.add(Violation::wrong_cell, "entity {:x} has left cell ({}, {}), where it moves or changes",
                  record.id.high, record.cell.x, record.cell.y);
}

template <class Parts>
std::optional<world::Position> View<Parts>::position_in(Cell cell, const wire::Step<Offset>& at) {
  const std::uint64_t size = welcome().cell_size;
  const std::uint64_t x = cell.x * size + at.x;
  const std::uint64_t y = cell.y * size + at.y;
  if (at.x >= size || at.y >= size || x >= welcome().map_width || y >= welcome().map_height) {
    findings_.add(Violation::outside_of_cell, "entity {} is at ({}, {}) of cell ({}, {})", at.alias, at.x,
                  at.y, cell.x, cell.y);
    return std::nullopt;
  }
  return world::Position{static_cast<std::int32_t>(x), static_cast<std::int32_t>(y)};
}

template <class Parts>
void View<Parts>::check_ground(world::Position position, const wire::Id& id) {
  if (!motion_.may_stand_on_obstacles && cells_.tile_at(position) == Tile::obstacle)
    findings_.add(Violation::on_obstacle, "entity {:x} stands on the obstacle at ({}, {})", id.high,
                  position.x, position.y);
}

/// `may_have_hidden_step`: it may have taken two steps, if the first one led into a cell that the client does
/// not watch.
template <class Parts>
void View<Parts>::check_way(const Record& record, world::Position to, bool may_have_hidden_step) {
  if (motion_.step_max == 0) return;
  const world::Position from = position_of(record);
  const std::int64_t length = std::abs(std::int64_t{from.x} - to.x) + std::abs(std::int64_t{from.y} - to.y);
  if (length <= motion_.step_max) return;
  if (may_have_hidden_step && length <= 2 * std::int64_t{motion_.step_max} &&
      !cells_.contain_all_within(from, motion_.step_max))
    return;
  findings_.add(Violation::too_far, "entity {:x}, seen by {:x}, jumps from ({}, {}) to ({}, {})",
                record.id.high, welcome().entity.high, from.x, from.y, to.x, to.y);
}

}  // namespace madang::client
