// Request: what a gateway asks of a world for one of its sessions. A plain value. A worker makes it and
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
  /// Of a leave: the session goes on to another world, and gets Departed when its character has left. Of an
  /// enter: the session comes from another world.
  bool is_travel = false;
  std::uint16_t opcode = 0;  ///< of a command
  SessionId session;
  CharacterId character;
  /// As of the input; but that of an enter begins with three texts: see EnterBody.
  std::string body;
};

/// The parts of the body of an enter. They point into the request.
struct EnterBody {
  std::string_view origin;  ///< Origin::bytes() of the client; empty: its address is not counted
  std::string_view world;
  std::string_view name;
  Bytes entry;  ///< the game's Entry: with the name, if the game wants it

  /// Precondition: the request is of a gateway, so it is whole.
  EnterBody(const Request& enter, const world::GameInfo& game) : origin(text_at(enter.body)) {
    std::string_view rest = std::string_view(enter.body).substr(1 + origin.size());
    world = text_at(rest);
    rest.remove_prefix(1 + world.size());
    name = text_at(rest);
    entry = as_bytes(game.has_name ? rest : rest.substr(1 + name.size()));
  }

 private:
  static std::string_view text_at(std::string_view body) {
    return body.substr(1, static_cast<std::uint8_t>(body.front()));
  }
};

}  // namespace madang::net
