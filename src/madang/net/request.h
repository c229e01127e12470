// Request: what a gateway asks of the world for one of its sessions. A plain value. A worker makes it and
// queues it; a tick makes a world::Input of it.
//
// The gateway has checked packets, names and texts before. Short bodies need no memory of their own: most
// commands have at most 15 bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "madang/base/bytes.h"
#include "madang/base/ids.h"
#include "madang/world/game_info.h"
#include "madang/world/input.h"

namespace madang::net {

struct Request {
  world::Input::Kind kind = world::Input::Kind::command;
  std::uint16_t opcode = 0;  ///< of a command
  SessionId session;
  CharacterId character;
  /// As of the input; but that of an enter begins with the name of the player, as a text.
  std::string body;
};

/// Returns the name in the body of an enter. Precondition: it is of a gateway, so it is whole.
inline std::string_view name_in(const Request& enter) {
  return std::string_view(enter.body).substr(1, static_cast<std::uint8_t>(enter.body.front()));
}
/// Returns the game's Entry in the body of an enter: with the name, if the game wants it.
inline Bytes entry_in(const Request& enter, const world::GameInfo& game) {
  const Bytes whole = as_bytes(enter.body);
  return game.has_name ? whole : whole.subspan(1 + name_in(enter).size());
}

}  // namespace madang::net
