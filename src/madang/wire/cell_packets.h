// The packets about the cells that a client watches. They are the same for every game. Those that hold the
// attributes of a game's entities are in world/kind_packets.h, which also says how all of them work together.
//
// `Offset` is the type of a position within a cell, counted from its upper left corner. It is std::uint8_t if
// the cells of the game have at most 256 units a side, else std::uint16_t.
#pragma once

#include <cstdint>
#include <string_view>

#include "madang/base/bytes.h"
#include "madang/wire/codec.h"
#include "madang/wire/list.h"
#include "madang/wire/protocol_checks.h"
#include "madang/wire/table.h"

namespace madang::wire {

/// The short name of an entity in its cell.
using CellAlias = std::uint16_t;
/// No entity has this alias: the cell itself.
inline constexpr CellAlias alias_of_cell = UINT16_MAX;

inline constexpr std::string_view cell_x_doc = "column of the cell, from the left";
inline constexpr std::string_view cell_y_doc = "row of the cell, from the top";

// ---- Records of lists

template <class Offset>
struct Step {
  CellAlias alias = 0;
  Offset x = 0;
  Offset y = 0;

  static constexpr auto table =
      record("Step", "The position of an entity.", field("alias", &Step::alias, "the entity"),
             field("x", &Step::x, "its position within the cell, counted from the left"),
             field("y", &Step::y, "its position within the cell, counted from the top"));
};

struct Alias {
  CellAlias alias = 0;

  static constexpr auto table =
      record("Alias", "The short name of an entity.", field("alias", &Alias::alias, "the entity"));
};

// ---- Server to client

struct CellBegin {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;
  Bytes obstacles;

  static constexpr auto table = packet(
      140, "CellBegin", "The client begins to watch this cell. The entities in the cell follow at once.",
      field("cell_x", &CellBegin::cell_x, cell_x_doc), field("cell_y", &CellBegin::cell_y, cell_y_doc),
      field("obstacles", &CellBegin::obstacles,
            "one bit for each tile, row by row, the lowest bit of a byte first; 1 is an obstacle"));
};

struct CellForget {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;

  static constexpr auto table = packet(
      141, "CellForget", "The client stops watching this cell. All entities in the cell are out of sight.",
      field("cell_x", &CellForget::cell_x, cell_x_doc), field("cell_y", &CellForget::cell_y, cell_y_doc));
};

template <class Offset>
struct CellMove {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;
  List<Step<Offset>> steps;

  static constexpr auto table =
      packet(142, "CellMove", "These entities have moved within the cell.",
             field("cell_x", &CellMove::cell_x, cell_x_doc), field("cell_y", &CellMove::cell_y, cell_y_doc),
             field("steps", &CellMove::steps, "the entities and their positions now"));
};

struct CellLeave {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;
  List<Alias> entities;

  static constexpr auto table = packet(
      143, "CellLeave",
      "These entities have left the cell, a tick ago. The client ignores an alias that it does not know.",
      field("cell_x", &CellLeave::cell_x, cell_x_doc), field("cell_y", &CellLeave::cell_y, cell_y_doc),
      field("entities", &CellLeave::entities, "the entities"));
};

struct CellThrottled {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;

  static constexpr auto table =
      packet(144, "CellThrottled",
             "The rate of this session is used up. From now on the server suppresses the CellMove of this "
             "cell, until "
             "CellPositions brings the positions. All else about the cell still comes.",
             field("cell_x", &CellThrottled::cell_x, cell_x_doc),
             field("cell_y", &CellThrottled::cell_y, cell_y_doc));
};

template <class Offset>
struct CellPositions {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;
  List<Step<Offset>> steps;

  static constexpr auto table = packet(
      145, "CellPositions",
      "The positions of all entities of the cell, after suppressed ones. A cell with many entities has "
      "several of these packets.",
      field("cell_x", &CellPositions::cell_x, cell_x_doc),
      field("cell_y", &CellPositions::cell_y, cell_y_doc),
      field("steps", &CellPositions::steps, "the entities and their positions now"));
};

struct CellSaid {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;
  CellAlias alias = 0;
  std::string_view text;

  static constexpr auto table =
      packet(146, "CellSaid", "A player in sight says something.",
             field("cell_x", &CellSaid::cell_x, cell_x_doc), field("cell_y", &CellSaid::cell_y, cell_y_doc),
             field("alias", &CellSaid::alias, "the entity of the player"),
             field("text", &CellSaid::text, "the message"));
};

struct CellTold {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;
  CellAlias alias = 0;
  Bytes packet;

  static constexpr auto table = wire::packet(
      147, "CellTold", "A packet of the game, from an entity in sight or from the cell itself.",
      field("cell_x", &CellTold::cell_x, cell_x_doc), field("cell_y", &CellTold::cell_y, cell_y_doc),
      field("alias", &CellTold::alias, "the entity; 65535: the cell itself"),
      field("packet", &CellTold::packet, "the whole frame of the packet"));
};

template <class Offset>
using CellPackets = Types<CellBegin, CellForget, CellMove<Offset>, CellLeave, CellThrottled,
                          CellPositions<Offset>, CellSaid, CellTold>;

static_assert(check_packets<140, 159>(CellPackets<std::uint8_t>{}));

}  // namespace madang::wire
