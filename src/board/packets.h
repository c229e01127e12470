// The packets of the board, and what its players choose when they enter. Plain values; any thread.
#pragma once

#include <array>
#include <cstdint>

#include "madang/base/short_text.h"
#include "madang/wire/table.h"
#include "madang/world/position.h"

namespace madang::board {

enum class Direction : std::uint8_t { up, down, left, right };
inline constexpr std::array directions = {Direction::up, Direction::down, Direction::left, Direction::right};

/// Returns the neighbouring tile. It may be beyond the edge of the map.
constexpr world::Position neighbour(world::Position from, Direction direction) {
  switch (direction) {
    case Direction::up: return {from.x, from.y - 1};
    case Direction::down: return {from.x, from.y + 1};
    case Direction::left: return {from.x - 1, from.y};
    case Direction::right: return {from.x + 1, from.y};
  }
  return from;
}

enum class Looks : std::uint8_t { king, queen, rook, bishop, knight, pawn };
enum class MoveResult : std::uint8_t { ok, blocked, too_soon };

}  // namespace madang::board

namespace madang::wire {

template <>
inline constexpr auto enumeration<board::Direction> =
    Enumeration<4>{"Direction",
                   "The direction of a step.",
                   {{{"up", "y - 1"}, {"down", "y + 1"}, {"left", "x - 1"}, {"right", "x + 1"}}}};
template <>
inline constexpr auto enumeration<board::Looks> = Enumeration<6>{
    "Looks",
    "The chess piece that stands for a player.",
    {{{"king", ""}, {"queen", ""}, {"rook", ""}, {"bishop", ""}, {"knight", ""}, {"pawn", ""}}}};
template <>
inline constexpr auto enumeration<board::MoveResult> =
    Enumeration<3>{"MoveResult",
                   "The result of a move.",
                   {{{"ok", "the piece has moved"},
                     {"blocked", "an obstacle or the edge of the map is in the way"},
                     {"too_soon", "the time between two moves has not passed"}}}};

}  // namespace madang::wire

namespace madang::board {

inline constexpr std::size_t name_bytes_max = 24;

struct Entry {
  ShortText<name_bytes_max> name;
  Looks looks = Looks::king;

  static constexpr auto table =
      wire::record("Entry", "What a player chooses before the piece appears.",
                   wire::field("name", &Entry::name, "the name of the player"),
                   wire::field("looks", &Entry::looks, "the chess piece that others see"));
};

// ---- Client to server

struct Move {
  Direction direction = Direction::up;
  std::uint32_t client_time = 0;

  static constexpr auto table = wire::packet(
      32, "Move", "Asks for one step. The answer is Moved.",
      wire::field("direction", &Move::direction, "the direction of the step"),
      wire::field("client_time", &Move::client_time, "the time of the client's clock; Moved brings it back"));
};

// ---- Server to client

struct Moved {
  std::uint32_t client_time = 0;
  std::uint16_t x = 0;
  std::uint16_t y = 0;
  MoveResult result = MoveResult::ok;

  static constexpr auto table =
      wire::packet(160, "Moved", "The answer to Move. Only the client that moved gets it.",
                   wire::field("client_time", &Moved::client_time, "the client_time of the Move"),
                   wire::field("x", &Moved::x, "the piece's tile on the map now, counted from the left"),
                   wire::field("y", &Moved::y, "the piece's tile on the map now, counted from the top"),
                   wire::field("result", &Moved::result, "the result of the move"));
};

struct Pace {
  std::uint32_t move_interval_ms = 0;

  static constexpr auto table = wire::packet(
      161, "Pace", "How fast a piece may move. It comes right after the Welcome.",
      wire::field("move_interval_ms", &Pace::move_interval_ms, "minimum time between two moves"));
};

}  // namespace madang::board
