#include "lecture_packets.h"

#include <span>

namespace madang::lecture {

namespace {

template <class CellPacket>
CellPacket about(const board::Grid& grid, CellIndex cell) {
  CellPacket packet;
  packet.cell_x = static_cast<std::uint16_t>(grid.column(cell));
  packet.cell_y = static_cast<std::uint16_t>(grid.row(cell));
  return packet;
}

std::uint8_t within_cell(const board::Grid& grid, std::uint16_t coordinate) {
  return static_cast<std::uint8_t>(coordinate % grid.cell_size());
}

}  // namespace

void append_enter(Buffer& out, const board::Grid& grid, Alias alias, Position position, const Face& face) {
  const wire::Piece piece{.entity = face.entity,
                          .alias = alias.value,
                          .x = within_cell(grid, position.x),
                          .y = within_cell(grid, position.y),
                          .looks = face.looks,
                          .name = face.name};
  auto packet = about<wire::CellEnter>(grid, grid.cell_of(position));
  packet.pieces = std::span(&piece, 1);
  wire::append(out, packet);
}

void append_step(Buffer& out, const board::Grid& grid, Alias alias, Position position) {
  const wire::Step step{alias.value, within_cell(grid, position.x), within_cell(grid, position.y)};
  auto packet = about<wire::CellMove>(grid, grid.cell_of(position));
  packet.steps = std::span(&step, 1);
  wire::append(out, packet);
}

void append_leave(Buffer& out, const board::Grid& grid, Alias alias, Position position) {
  const wire::Alias piece{alias.value};
  auto packet = about<wire::CellLeave>(grid, grid.cell_of(position));
  packet.pieces = std::span(&piece, 1);
  wire::append(out, packet);
}

void append_begins(Buffer& out, const Board& board, const CellRect& before, const CellRect& now) {
  board.grid().for_each_without(now, before, [&](CellIndex cell) {
    auto packet = about<wire::CellBegin>(board.grid(), cell);
    packet.obstacles = board.obstacles_of(cell);
    wire::append(out, packet);
  });
}

void append_forgets(Buffer& out, const Board& board, const CellRect& before, const CellRect& now) {
  board.grid().for_each_without(
      before, now, [&](CellIndex cell) { wire::append(out, about<wire::CellForget>(board.grid(), cell)); });
}

}  // namespace madang::lecture
