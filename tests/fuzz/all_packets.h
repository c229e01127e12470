// All packets of the board's protocol that have a struct, and one more whose items have texts. For tests.
#pragma once

#include "board/packets.h"
#include "madang/wire/cell_packets.h"
#include "madang/wire/dispatch.h"
#include "madang/wire/session_packets.h"

namespace madang::wire {

/// An item of different sizes.
struct Named {
  Id id;
  CellAlias alias = 0;
  board::Looks looks = board::Looks::king;
  std::string_view name;

  static constexpr auto table =
      record("Named", "", field("id", &Named::id, ""), field("alias", &Named::alias, ""),
             field("looks", &Named::looks, ""), field("name", &Named::name, ""));
};
struct CellNames {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;
  List<Named> entities;

  static constexpr auto table =
      packet(255, "CellNames", "", field("cell_x", &CellNames::cell_x, ""),
             field("cell_y", &CellNames::cell_y, ""), field("entities", &CellNames::entities, ""));
};

using ByteStep = Step<std::uint8_t>;
using ByteMove = CellMove<std::uint8_t>;

using ClientPackets = Types<Login, Say, Shout, Ping, Logout, board::Move>;
using ServerPackets =
    Types<Welcome, Goodbye, Pong, NotSaid, Shouted, Announced, CellBegin, CellForget, ByteMove, CellLeave,
          CellThrottled, CellPositions<std::uint8_t>, CellPositions<std::uint16_t>, CellSaid, CellTold,
          board::Moved, board::Pace, CellNames>;

}  // namespace madang::wire
