// The packets of the lecture's server. Each is about one piece in one cell. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "lecture_board.h"
#include "madang/base/buffer.h"
#include "madang/wire/packets.h"

namespace madang::lecture {

/// The properties of a player that other clients get, without its position.
struct Face {
  std::uint64_t entity = 0;
  wire::Looks looks = wire::Looks::king;
  std::string name;
};

void append_enter(Buffer& out, const board::Grid& grid, Alias alias, Position position, const Face& face);
/// The position is in the same cell.
void append_step(Buffer& out, const board::Grid& grid, Alias alias, Position position);
void append_leave(Buffer& out, const board::Grid& grid, Alias alias, Position position);

/// Appends a packet for each cell of `now` that is not in `before`.
void append_begins(Buffer& out, const Board& board, const CellRect& before, const CellRect& now);
/// Appends a packet for each cell of `before` that is not in `now`.
void append_forgets(Buffer& out, const Board& board, const CellRect& before, const CellRect& now);

}  // namespace madang::lecture
