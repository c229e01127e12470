// Command: what a player asks of the zone. A plain value, made by a worker, queued, and used up by a tick.
//
// Names and texts have been found presentable before they come here, and are no longer than the zone's
// limits; a command that breaks them is a bug of ours, not of a player.
#pragma once

#include <cstdint>
#include <string>

#include "base/ids.h"
#include "world/alias.h"
#include "world/position.h"

namespace madang::world {

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
  std::uint32_t client_time = 0;  ///< comes back in Moved; means nothing to the zone
  Alias alias;                    ///< of the piece, from Entered
  SessionId owner;                ///< whose piece it is; the zone only compares it and hands it back
  std::string text;
};

}  // namespace madang::world
