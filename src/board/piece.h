// Piece: a chess piece on the board, which stands for a player. A plain value.
#pragma once

#include <cstdint>

#include "board/packets.h"
#include "madang/world/attributes.h"

namespace madang::board {

struct Piece {
  Looks looks = Looks::king;
  ShortText<name_bytes_max> name;
  std::uint64_t next_move_tick = 0;

  static constexpr auto table = world::attributes(
      "Piece", "A chess piece, which stands for a player.",
      world::shown("looks", &Piece::looks, "its chess piece"),
      world::shown("name", &Piece::name, "the name of its player"),
      world::hidden("next_move_tick", &Piece::next_move_tick, "the tick from which on it may move"));
};

}  // namespace madang::board
