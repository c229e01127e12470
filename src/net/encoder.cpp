#include "net/encoder.h"

namespace madang::net {

namespace {

struct CellPlace {
  std::uint16_t x;
  std::uint16_t y;
};

CellPlace place_of(const world::Grid& grid, world::CellIndex cell) {
  return {static_cast<std::uint16_t>(grid.column(cell)), static_cast<std::uint16_t>(grid.row(cell))};
}

wire::Step step_of(const world::Grid& grid, const world::CellEvent& event) {
  const world::Position origin = grid.origin(event.cell);
  return {event.alias.value, static_cast<std::uint8_t>(event.position.x - origin.x),
          static_cast<std::uint8_t>(event.position.y - origin.y)};
}

wire::Piece piece_of(const world::Zone& zone, world::Alias alias) {
  const world::Piece piece = zone.piece(alias);
  const world::Position origin = zone.grid().origin(zone.grid().cell_of(piece.position));
  return {.entity = piece.id.value,
          .alias = alias.value,
          .x = static_cast<std::uint8_t>(piece.position.x - origin.x),
          .y = static_cast<std::uint8_t>(piece.position.y - origin.y),
          .looks = static_cast<wire::Looks>(piece.looks),
          .name = piece.name};
}

std::uint32_t size_of(const Buffer& buffer) { return static_cast<std::uint32_t>(buffer.size()); }

}  // namespace

void Encoder::encode(const world::Zone& zone, const world::TickEvents& events, TickOutput& output) {
  output.clear();
  Buffer& out = output.bytes;
  const auto add_part = [&](std::vector<TickOutput::CellPart>& parts, world::CellIndex cell, auto encode_it) {
    const std::uint32_t begin = size_of(out);
    encode_it();
    if (size_of(out) > begin) parts.push_back({cell, {begin, size_of(out)}});
  };

  for (const world::CellChanges& changes : events.cells) {
    add_part(output.updates, changes.cell, [&] { encode_updates(zone, changes, out); });
    add_part(output.leaves, changes.cell, [&] { encode_leaves(zone, changes, out); });
  }
  for (const world::CellIndex cell : events.newly_watched)
    add_part(output.states, cell, [&] { encode_state(zone, cell, out); });

  output.for_all.begin = size_of(out);
  for (const world::Shouted& shouted : events.shouts)
    wire::append(out, wire::Shouted{.entity = shouted.id.value, .name = shouted.name, .text = shouted.text});
  output.for_all.end = size_of(out);

  sort_personal(events, output);
}

void Encoder::encode_updates(const world::Zone& zone, const world::CellChanges& changes, Buffer& out) {
  const world::Grid& grid = zone.grid();
  const CellPlace place = place_of(grid, changes.cell);

  pieces_.clear();
  for (const world::CellEvent& enter : changes.enters) pieces_.push_back(piece_of(zone, enter.alias));
  encode_pieces(zone, changes.cell, out);

  steps_.clear();
  for (const world::CellEvent& step : changes.steps) steps_.push_back(step_of(grid, step));
  wire::append_split(out, wire::CellMove{place.x, place.y, steps_});

  for (const world::Said& said : changes.says)
    wire::append(out, wire::Said{.alias = said.alias.value, .text = said.text});
}

void Encoder::encode_leaves(const world::Zone& zone, const world::CellChanges& changes, Buffer& out) {
  const CellPlace place = place_of(zone.grid(), changes.cell);
  leavers_.clear();
  for (const world::CellEvent& leave : changes.leaves) leavers_.push_back({leave.alias.value});
  wire::append_split(out, wire::CellLeave{place.x, place.y, leavers_});
}

void Encoder::encode_state(const world::Zone& zone, world::CellIndex cell, Buffer& out) {
  const CellPlace place = place_of(zone.grid(), cell);
  obstacles_.resize(world::Map::obstacle_bytes(zone.grid().cell_size()));
  zone.map().write_obstacles(zone.grid(), cell, obstacles_);
  wire::append(out, wire::CellBegin{place.x, place.y, obstacles_});

  zone.pieces_in(cell, aliases_);
  pieces_.clear();
  for (const world::Alias alias : aliases_) pieces_.push_back(piece_of(zone, alias));
  encode_pieces(zone, cell, out);
}

/// The pieces gathered in pieces_, as many packets as it takes.
void Encoder::encode_pieces(const world::Zone& zone, world::CellIndex cell, Buffer& out) {
  const CellPlace place = place_of(zone.grid(), cell);
  wire::append_split(out, wire::CellEnter{place.x, place.y, pieces_});
}

void Encoder::sort_personal(const world::TickEvents& events, TickOutput& output) {
  const auto sort = [&](const auto& from, auto member) {
    for (const auto& event : from) (output.personal[event.owner.series()].*member).push_back(event);
  };
  sort(events.entered, &TickOutput::Personal::entered);
  sort(events.enter_refused, &TickOutput::Personal::enter_refused);
  sort(events.moved, &TickOutput::Personal::moved);
  sort(events.watch_changes, &TickOutput::Personal::watch_changes);
}

}  // namespace madang::net
