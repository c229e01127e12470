// The packets of the lecture's server. Each is about one piece in one cell. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "board/packets.h"
#include "lecture_board.h"
#include "madang/base/buffer.h"
#include "madang/wire/id.h"

namespace madang::lecture {

/// The properties of a player that other clients get, without its position.
struct Face {
  wire::Id entity;
  board::Looks looks = board::Looks::king;
  std::string name;
};

void append_enter(Buffer& out, const Grid& grid, PlayerId id, Position position, const Face& face);
/// The position is in the same cell.
void append_step(Buffer& out, const Grid& grid, PlayerId id, Position position);
/// The position is in the cell that the piece has left.
void append_leave(Buffer& out, const Grid& grid, PlayerId id, Position position);
void append_said(Buffer& out, const Grid& grid, PlayerId id, Position position, std::string_view text);

/// Appends a packet for each cell of `now` that is not in `before`.
void append_begins(Buffer& out, const Board& board, const CellRect& before, const CellRect& now);
/// Appends a packet for each cell of `before` that is not in `now`.
void append_forgets(Buffer& out, const Board& board, const CellRect& before, const CellRect& now);

}  // namespace madang::lecture
