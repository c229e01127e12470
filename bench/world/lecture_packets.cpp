#include "lecture_packets.h"

#include <cstdint>
#include <span>

#include "cell_enter_piece.h"
#include "madang/wire/cell_packets.h"
#include "madang/wire/codec.h"

namespace madang::lecture {

namespace {

using Step = wire::Step<std::uint8_t>;

template <class CellPacket>
CellPacket about(const Grid& grid, CellIndex cell) {
  CellPacket packet;
  packet.cell_x = static_cast<std::uint16_t>(grid.column(cell));
  packet.cell_y = static_cast<std::uint16_t>(grid.row(cell));
  return packet;
}

std::uint8_t within_cell(const Grid& grid, std::int32_t coordinate) {
  return static_cast<std::uint8_t>(static_cast<std::uint32_t>(coordinate) % grid.cell_size());
}

}  // namespace

void append_enter(Buffer& out, const Grid& grid, PlayerId id, Position position, const Face& face) {
  const PieceThere piece{.id = face.entity,
                         .alias = id.alias(),
                         .x = within_cell(grid, position.x),
                         .y = within_cell(grid, position.y),
                         .looks = face.looks,
                         .name = std::string_view(face.name)};
  auto packet = about<CellEnterPiece>(grid, grid.cell_of(position));
  packet.entities = std::span(&piece, 1);
  wire::append(out, packet);
}

void append_step(Buffer& out, const Grid& grid, PlayerId id, Position position) {
  const Step step{id.alias(), within_cell(grid, position.x), within_cell(grid, position.y)};
  auto packet = about<wire::CellMove<std::uint8_t>>(grid, grid.cell_of(position));
  packet.steps = std::span(&step, 1);
  wire::append(out, packet);
}

void append_leave(Buffer& out, const Grid& grid, PlayerId id, Position position) {
  const wire::Alias piece{id.alias()};
  auto packet = about<wire::CellLeave>(grid, grid.cell_of(position));
  packet.entities = std::span(&piece, 1);
  wire::append(out, packet);
}

void append_said(Buffer& out, const Grid& grid, PlayerId id, Position position, std::string_view text) {
  auto packet = about<wire::CellSaid>(grid, grid.cell_of(position));
  packet.alias = id.alias();
  packet.text = text;
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
