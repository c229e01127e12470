// to_wire(), to_world(): the world's enumerations as the protocol has them, and back. Plain functions; any
// thread.
//
// The two sides have the same values, so that a conversion costs nothing. The assertions below hold the sides
// together: a value that changes on one side alone does not compile.
#pragma once

#include <cstdint>
#include <utility>

#include "board/events.h"
#include "board/position.h"
#include "madang/wire/packets.h"

namespace madang::net {

template <class From, class To>
constexpr bool are_same_value(From from, To to) {
  return std::to_underlying(from) == std::to_underlying(to);
}

static_assert(wire::enumeration<wire::Direction>.values.size() == board::directions.size());
static_assert(are_same_value(board::Direction::up, wire::Direction::up));
static_assert(are_same_value(board::Direction::down, wire::Direction::down));
static_assert(are_same_value(board::Direction::left, wire::Direction::left));
static_assert(are_same_value(board::Direction::right, wire::Direction::right));

/// Returns the direction of a Move. Precondition: the packet was decoded, so its value is one of the
/// protocol's.
constexpr board::Direction to_world(wire::Direction direction) {
  return static_cast<board::Direction>(direction);
}

static_assert(wire::enumeration<wire::MoveResult>.values.size() == 3);
static_assert(are_same_value(board::MoveResult::moved, wire::MoveResult::ok));
static_assert(are_same_value(board::MoveResult::blocked, wire::MoveResult::blocked));
static_assert(are_same_value(board::MoveResult::too_soon, wire::MoveResult::too_soon));

constexpr wire::MoveResult to_wire(board::MoveResult result) { return static_cast<wire::MoveResult>(result); }

/// The world keeps looks as a number without a meaning. Only the protocol knows what a number looks like.
constexpr std::uint8_t looks_to_world(wire::Looks looks) { return std::to_underlying(looks); }
/// Precondition: the number comes from looks_to_world().
constexpr wire::Looks looks_to_wire(std::uint8_t looks) { return static_cast<wire::Looks>(looks); }

}  // namespace madang::net
