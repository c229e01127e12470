#include "madang/net/encoder.h"

#include "madang/net/to_wire.h"

namespace madang::net {

namespace {

struct CellCoordinates {
  std::uint16_t x;
  std::uint16_t y;
};

CellCoordinates coordinates_of(const board::Grid& grid, board::CellIndex cell) {
  return {static_cast<std::uint16_t>(grid.column(cell)), static_cast<std::uint16_t>(grid.row(cell))};
}

wire::Step step_of(const board::Grid& grid, board::CellIndex cell, board::Alias alias,
                   board::Position position) {
  const world::Position origin = grid.origin(cell);
  return {alias.value, static_cast<std::uint8_t>(position.x - origin.x),
          static_cast<std::uint8_t>(position.y - origin.y)};
}

wire::Piece piece_of(const board::Zone& zone, board::Alias alias) {
  const board::Piece piece = zone.piece(alias);
  const world::Position origin = zone.grid().origin(zone.grid().cell_of(piece.position));
  return {.entity = piece.id.value,
          .alias = alias.value,
          .x = static_cast<std::uint8_t>(piece.position.x - origin.x),
          .y = static_cast<std::uint8_t>(piece.position.y - origin.y),
          .looks = looks_to_wire(piece.looks),
          .name = piece.name};
}

std::uint32_t size_of(const Buffer& buffer) { return static_cast<std::uint32_t>(buffer.size()); }

}  // namespace

void Encoder::encode(const board::Zone& zone, const board::TickEvents& events,
                     std::span<const board::CellIndex> positions_of, TickOutput& output) {
  output.clear();
  Buffer& out = output.bytes;
  const auto add_part = [&](std::vector<TickOutput::CellPart>& parts, board::CellIndex cell, auto encode_it) {
    const std::uint32_t begin = size_of(out);
    encode_it();
    if (size_of(out) > begin) parts.push_back({cell, {begin, size_of(out)}});
  };

  for (const board::CellChanges& changes : events.cells) {
    const std::uint32_t begin = size_of(out);
    encode_enters_and_words(zone, changes, out);
    const std::uint32_t steps_begin = size_of(out);
    encode_steps(zone, changes, out);
    if (size_of(out) > begin) output.updates.push_back({changes.cell, {begin, size_of(out)}, steps_begin});
    add_part(output.leaves, changes.cell, [&] { encode_leaves(zone, changes, out); });
  }
  for (const board::CellIndex cell : positions_of)
    add_part(output.positions, cell, [&] { encode_positions(zone, cell, out); });
  for (const board::CellIndex cell : events.newly_watched)
    add_part(output.states, cell, [&] { encode_state(zone, cell, out); });

  output.for_all.begin = size_of(out);
  for (const board::Shouted& shouted : events.shouts)
    wire::append(out, wire::Shouted{.entity = shouted.id.value, .name = shouted.name, .text = shouted.text});
  output.for_all.end = size_of(out);

  group_personal(events, output);
}

void Encoder::encode_enters_and_words(const board::Zone& zone, const board::CellChanges& changes,
                                      Buffer& out) {
  pieces_.clear();
  for (const board::CellEvent& enter : changes.enters) pieces_.push_back(piece_of(zone, enter.alias));
  encode_pieces(zone, changes.cell, out);
  for (const board::Said& said : changes.says)
    wire::append(out, wire::Said{.alias = said.alias.value, .text = said.text});
}

void Encoder::encode_steps(const board::Zone& zone, const board::CellChanges& changes, Buffer& out) {
  const CellCoordinates at = coordinates_of(zone.grid(), changes.cell);
  steps_.clear();
  for (const board::CellEvent& step : changes.steps)
    steps_.push_back(step_of(zone.grid(), step.cell, step.alias, step.position));
  wire::append_split(out, wire::CellMove{at.x, at.y, steps_});
}

/// Encodes an empty cell too, because its watchers wait for the packet.
void Encoder::encode_positions(const board::Zone& zone, board::CellIndex cell, Buffer& out) {
  const CellCoordinates at = coordinates_of(zone.grid(), cell);
  zone.pieces_in(cell, aliases_);
  steps_.clear();
  for (const board::Alias alias : aliases_)
    steps_.push_back(step_of(zone.grid(), cell, alias, zone.piece(alias).position));
  const wire::CellPositions positions{at.x, at.y, steps_};
  if (steps_.empty()) {
    wire::append(out, positions);
  } else {
    wire::append_split(out, positions);
  }
}

void Encoder::encode_leaves(const board::Zone& zone, const board::CellChanges& changes, Buffer& out) {
  const CellCoordinates at = coordinates_of(zone.grid(), changes.cell);
  leavers_.clear();
  for (const board::CellEvent& leave : changes.leaves) leavers_.push_back({leave.alias.value});
  wire::append_split(out, wire::CellLeave{at.x, at.y, leavers_});
}

void Encoder::encode_state(const board::Zone& zone, board::CellIndex cell, Buffer& out) {
  const CellCoordinates at = coordinates_of(zone.grid(), cell);
  obstacles_.resize(board::Map::obstacle_bytes(zone.grid().cell_size()));
  zone.map().write_obstacles(zone.grid(), cell, obstacles_);
  wire::append(out, wire::CellBegin{at.x, at.y, obstacles_});

  zone.pieces_in(cell, aliases_);
  pieces_.clear();
  for (const board::Alias alias : aliases_) pieces_.push_back(piece_of(zone, alias));
  encode_pieces(zone, cell, out);
}

/// Encodes the pieces in pieces_, in as many packets as they need.
void Encoder::encode_pieces(const board::Zone& zone, board::CellIndex cell, Buffer& out) {
  const CellCoordinates at = coordinates_of(zone.grid(), cell);
  wire::append_split(out, wire::CellEnter{at.x, at.y, pieces_});
}

void Encoder::group_personal(const board::TickEvents& events, TickOutput& output) {
  const auto group_by_worker = [&](const auto& from, auto member) {
    for (const auto& event : from) (output.personal[worker_of(event.owner)].*member).push_back(event);
  };
  group_by_worker(events.entered, &TickOutput::Personal::entered);
  group_by_worker(events.enter_refused, &TickOutput::Personal::enter_refused);
  group_by_worker(events.moved, &TickOutput::Personal::moved);
  group_by_worker(events.watch_changes, &TickOutput::Personal::watch_changes);
}

}  // namespace madang::net
