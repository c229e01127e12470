// CellEnterPiece: the packet with which pieces of the board come into sight. The engine encodes it with the
// tables of the game (world/kind_packets.h). Other servers have no such tables, so they need it as a struct.
#pragma once

#include <cstdint>

#include "board/rules.h"
#include "madang/base/short_text.h"
#include "madang/wire/cell_packets.h"
#include "madang/wire/id.h"
#include "madang/wire/list.h"
#include "madang/wire/schema.h"
#include "madang/world/kind_packets.h"

namespace madang {

struct PieceThere {
  wire::Id id;
  wire::CellAlias alias = 0;
  std::uint8_t x = 0;
  std::uint8_t y = 0;
  board::Looks looks = board::Looks::king;
  ShortText<board::name_bytes_max> name;

  static constexpr auto table =
      wire::record("Piece", "A chess piece in a cell.", wire::field("id", &PieceThere::id, "its id"),
                   wire::field("alias", &PieceThere::alias, "its short name in the cell"),
                   wire::field("x", &PieceThere::x, "its position within the cell"),
                   wire::field("y", &PieceThere::y, "its position within the cell"),
                   wire::field("looks", &PieceThere::looks, "its chess piece"),
                   wire::field("name", &PieceThere::name, "the name of its player"));
};

struct CellEnterPiece {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;
  wire::List<PieceThere> entities;

  static constexpr auto table = wire::packet(
      world::KindOpcodes<board::Piece, board::BoardParts::Entities>::enter, "CellEnterPiece",
      "These pieces are in the cell now.", wire::field("cell_x", &CellEnterPiece::cell_x, wire::cell_x_doc),
      wire::field("cell_y", &CellEnterPiece::cell_y, wire::cell_y_doc),
      wire::field("entities", &CellEnterPiece::entities, "the pieces"));
};

/// It has the format of the engine's packet.
static_assert([] {
  using Engine = world::KindPackets<board::Piece, board::BoardParts::Entities, board::BoardParts::Offset>;
  const auto hash = [](auto packets) {
    return wire::hash_schema({}, packets, &wire::InfoOf<board::Entry>::record);
  };
  constexpr auto ours = wire::packet_infos(wire::Types<CellEnterPiece>{});
  return hash(std::span<const wire::PacketInfo>(ours)) == hash(std::span(Engine::packets).first(1));
}());

}  // namespace madang
