// Command: a player's request to the zone. A plain value. A worker makes it and queues it; a tick applies it.
//
// The gateway has checked names and texts before: they can be shown, and are within the limits. A command
// with another text is a bug of the program, not a fault of a player.
#pragma once

#include <cstdint>
#include <string>

#include "board/alias.h"
#include "board/position.h"
#include "madang/base/ids.h"

namespace madang::board {

struct Command {
  enum class Kind : std::uint8_t {
    none,
    enter,  ///< uses owner, looks, text (the name)
    leave,  ///< uses owner
    move,   ///< uses owner, alias, direction, client_time
    say,    ///< uses owner, alias, text
    shout,  ///< uses owner, alias, text
  };

  Kind kind = Kind::none;
  Direction direction = Direction::up;
  std::uint8_t looks = 0;
  std::uint32_t client_time = 0;  ///< returned in Moved; the zone does not interpret it
  Alias alias;                    ///< of the piece, as in Entered
  SessionId owner;                ///< the owner of the piece; the zone only compares it and returns it
  std::string text;
};

}  // namespace madang::board
