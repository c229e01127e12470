// All packets between a client and the server.
//
// These tables are the protocol. The codec (codec.h), the schema hash, docs/protocol.md, the TypeScript
// codec, the Wireshark dissector and the fuzzers' dictionary are made from them. docs/style.md has the steps
// to add a packet.
//
// Two things never change, so that a server can say goodbye to a client of another version. Login has opcode
// 1 and begins with the schema hash. Goodbye keeps its opcode and its layout.
#pragma once

#include <cstdint>
#include <string_view>

#include "madang/base/bytes.h"
#include "madang/base/close_reason.h"
#include "madang/wire/codec.h"
#include "madang/wire/dispatch.h"
#include "madang/wire/frame.h"
#include "madang/wire/list.h"
#include "madang/wire/schema.h"
#include "madang/wire/table.h"

namespace madang::wire {

// ---- Enumerations

enum class Direction : std::uint8_t { up, down, left, right };
template <>
inline constexpr auto enumeration<Direction> =
    Enumeration<4>{"Direction",
                   "The direction of a step.",
                   {{{"up", "y - 1"}, {"down", "y + 1"}, {"left", "x - 1"}, {"right", "x + 1"}}}};

enum class Looks : std::uint8_t { king, queen, rook, bishop, knight, pawn };
template <>
inline constexpr auto enumeration<Looks> = Enumeration<6>{
    "Looks",
    "The chess piece that stands for a player.",
    {{{"king", ""}, {"queen", ""}, {"rook", ""}, {"bishop", ""}, {"knight", ""}, {"pawn", ""}}}};

enum class MoveResult : std::uint8_t { ok, blocked, too_soon };
template <>
inline constexpr auto enumeration<MoveResult> =
    Enumeration<3>{"MoveResult",
                   "The result of a move.",
                   {{{"ok", "the piece has moved"},
                     {"blocked", "an obstacle or the edge of the map is in the way"},
                     {"too_soon", "the time between two moves has not passed"}}}};

enum class NotSaidReason : std::uint8_t { not_presentable, too_long, too_fast, too_many_shouts, muted };
template <>
inline constexpr auto enumeration<NotSaidReason> = Enumeration<5>{
    "NotSaidReason",
    "The reason for which a message was not sent to others.",
    {{{"not_presentable", "the message has characters that are not allowed, or nothing visible"},
      {"too_long", "its normal form (Unicode NFC) is longer than allowed"},
      {"too_fast", "too many messages of this client at once; try again soon"},
      {"too_many_shouts", "too many shouts of all players, or of one address, at once; try again soon"},
      {"muted", "the operator has muted this player"}}}};

template <>
inline constexpr auto enumeration<CloseReason> = [] {
  Enumeration<close_reason_texts.size()> reasons{"CloseReason", "The reason for the end of a session.", {}};
  for (std::size_t i = 0; i < close_reason_texts.size(); ++i)
    reasons.values[i] = {close_reason_texts[i].name, close_reason_texts[i].text};
  return reasons;
}();

// ---- Client to server, from 1

struct Login {
  std::uint64_t schema = 0;
  std::string_view name;
  Looks looks = Looks::king;

  static constexpr auto table = packet(
      1, "Login", "The first packet of a client. The answer is Welcome or Goodbye.",
      field("schema", &Login::schema, "the schema hash of the client's protocol; always the first field"),
      field("name", &Login::name, "1 to 24 bytes of UTF-8; others see its normal form"),
      field("looks", &Login::looks, "the chess piece that others see"));
};

struct Move {
  Direction direction = Direction::up;
  std::uint32_t client_time = 0;

  static constexpr auto table = packet(
      2, "Move", "Asks for one step. The answer is Moved.",
      field("direction", &Move::direction, "the direction of the step"),
      field("client_time", &Move::client_time, "the time of the client's clock; Moved brings it back"));
};

struct Say {
  std::string_view text;

  static constexpr auto table = packet(
      3, "Say",
      "Sends a message to all clients that watch the player's cell. The answer to a refused message is "
      "NotSaid.",
      field("text", &Say::text, "1 to 200 bytes of UTF-8; others get its normal form"));
};

struct Shout {
  std::string_view text;

  static constexpr auto table =
      packet(4, "Shout", "Sends a message to all clients. The answer to a refused message is NotSaid.",
             field("text", &Shout::text, "1 to 200 bytes of UTF-8; others get its normal form"));
};

struct Ping {
  std::uint32_t client_time = 0;

  static constexpr auto table =
      packet(5, "Ping", "Asks for a Pong.",
             field("client_time", &Ping::client_time, "the time of the client's clock; Pong brings it back"));
};

struct Logout {
  static constexpr auto table = packet(6, "Logout", "Ends the session. The answer is Goodbye.");
};

using ClientPackets = Types<Login, Move, Say, Shout, Ping, Logout>;

// ---- Records of lists

struct Piece {
  std::uint64_t entity = 0;
  std::uint32_t alias = 0;
  std::uint8_t x = 0;
  std::uint8_t y = 0;
  Looks looks = Looks::king;
  std::string_view name;

  static constexpr auto table =
      record("Piece", "A piece with all its properties.",
             field("entity", &Piece::entity, "its id, which no other piece ever has"),
             field("alias", &Piece::alias, "its short name in all other packets, while it is in sight"),
             field("x", &Piece::x, "its tile within the cell, counted from the left"),
             field("y", &Piece::y, "its tile within the cell, counted from the top"),
             field("looks", &Piece::looks, "its chess piece"),
             field("name", &Piece::name, "the name of its player"));
};

struct Step {
  std::uint32_t alias = 0;
  std::uint8_t x = 0;
  std::uint8_t y = 0;

  static constexpr auto table =
      record("Step", "The position of a piece.", field("alias", &Step::alias, "the piece"),
             field("x", &Step::x, "its tile within the cell, counted from the left"),
             field("y", &Step::y, "its tile within the cell, counted from the top"));
};

struct Alias {
  std::uint32_t alias = 0;

  static constexpr auto table =
      record("Alias", "The short name of a piece.", field("alias", &Alias::alias, "the piece"));
};

// ---- Server to client, from 128

struct Welcome {
  std::uint64_t entity = 0;
  std::uint32_t alias = 0;
  std::uint16_t map_width = 0;
  std::uint16_t map_height = 0;
  std::uint16_t cell_size = 0;
  std::uint16_t x = 0;
  std::uint16_t y = 0;
  std::uint16_t tick_rate = 0;
  std::uint32_t move_interval_ms = 0;
  std::uint16_t view_radius = 0;

  static constexpr auto table =
      packet(128, "Welcome", "The client is logged in, and its piece is on the map.",
             field("entity", &Welcome::entity, "the id of the client's own piece"),
             field("alias", &Welcome::alias, "the short name of the client's own piece"),
             field("map_width", &Welcome::map_width, "width of the map in tiles"),
             field("map_height", &Welcome::map_height, "height of the map in tiles"),
             field("cell_size", &Welcome::cell_size, "length of the sides of a cell in tiles"),
             field("x", &Welcome::x, "the piece's tile on the map, counted from the left"),
             field("y", &Welcome::y, "the piece's tile on the map, counted from the top"),
             field("tick_rate", &Welcome::tick_rate, "ticks of the server a second"),
             field("move_interval_ms", &Welcome::move_interval_ms, "minimum time between two moves"),
             field("view_radius", &Welcome::view_radius,
                   "distance in tiles, along both axes, that the client watches around its piece"));
};

struct Goodbye {
  CloseReason reason = CloseReason::none;
  std::string_view text;

  static constexpr auto table =
      packet(129, "Goodbye", "The last packet of the server. The connection ends after it.",
             field("reason", &Goodbye::reason, "the reason"),
             field("text", &Goodbye::text, "the reason, for a person"));
};

struct Pong {
  std::uint32_t client_time = 0;

  static constexpr auto table =
      packet(130, "Pong", "The answer to Ping.",
             field("client_time", &Pong::client_time, "the client_time of the Ping"));
};

struct Moved {
  std::uint32_t client_time = 0;
  std::uint16_t x = 0;
  std::uint16_t y = 0;
  MoveResult result = MoveResult::ok;

  static constexpr auto table =
      packet(131, "Moved", "The answer to Move. Only the client that moved gets it.",
             field("client_time", &Moved::client_time, "the client_time of the Move"),
             field("x", &Moved::x, "the piece's tile on the map now, counted from the left"),
             field("y", &Moved::y, "the piece's tile on the map now, counted from the top"),
             field("result", &Moved::result, "the result of the move"));
};

struct CellBegin {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;
  Bytes obstacles;

  static constexpr auto table =
      packet(132, "CellBegin",
             "The client begins to watch this cell. CellEnter with the pieces in the cell follows.",
             field("cell_x", &CellBegin::cell_x, "in cells, from the left"),
             field("cell_y", &CellBegin::cell_y, "in cells, from the top"),
             field("obstacles", &CellBegin::obstacles,
                   "one bit for each tile, row by row, the lowest bit of a byte first; 1 is an obstacle"));
};

struct CellForget {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;

  static constexpr auto table = packet(
      133, "CellForget", "The client stops watching this cell. All pieces in the cell are out of sight.",
      field("cell_x", &CellForget::cell_x, "in cells, from the left"),
      field("cell_y", &CellForget::cell_y, "in cells, from the top"));
};

struct CellEnter {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;
  List<Piece> pieces;

  static constexpr auto table = packet(134, "CellEnter", "These pieces are in the cell now.",
                                       field("cell_x", &CellEnter::cell_x, "in cells, from the left"),
                                       field("cell_y", &CellEnter::cell_y, "in cells, from the top"),
                                       field("pieces", &CellEnter::pieces, "the pieces"));
};

struct CellMove {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;
  List<Step> steps;

  static constexpr auto table =
      packet(135, "CellMove", "These pieces have moved within the cell.",
             field("cell_x", &CellMove::cell_x, "in cells, from the left"),
             field("cell_y", &CellMove::cell_y, "in cells, from the top"),
             field("steps", &CellMove::steps, "the pieces and their positions now"));
};

struct CellLeave {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;
  List<Alias> pieces;

  static constexpr auto table = packet(136, "CellLeave",
                                       "These pieces have left the cell. The client ignores a piece that it "
                                       "holds to be in another cell: the piece has entered that cell in the "
                                       "same tick.",
                                       field("cell_x", &CellLeave::cell_x, "in cells, from the left"),
                                       field("cell_y", &CellLeave::cell_y, "in cells, from the top"),
                                       field("pieces", &CellLeave::pieces, "the pieces"));
};

struct Said {
  std::uint32_t alias = 0;
  std::string_view text;

  static constexpr auto table = packet(137, "Said", "A player in sight says something.",
                                       field("alias", &Said::alias, "the piece of the player"),
                                       field("text", &Said::text, "the message"));
};

struct Shouted {
  std::uint64_t entity = 0;
  std::string_view name;
  std::string_view text;

  static constexpr auto table = packet(138, "Shouted", "A player anywhere on the map shouts something.",
                                       field("entity", &Shouted::entity, "the id of the player's piece"),
                                       field("name", &Shouted::name, "the name of the player"),
                                       field("text", &Shouted::text, "the message"));
};

struct CellThrottled {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;

  static constexpr auto table = packet(
      139, "CellThrottled",
      "The rate of this session is used up. From now on the server suppresses steps in this cell, until "
      "CellPositions brings the positions. CellEnter and CellLeave still come.",
      field("cell_x", &CellThrottled::cell_x, "in cells, from the left"),
      field("cell_y", &CellThrottled::cell_y, "in cells, from the top"));
};

struct CellPositions {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;
  List<Step> pieces;

  static constexpr auto table =
      packet(140, "CellPositions", "The positions of these pieces of the cell, after suppressed steps.",
             field("cell_x", &CellPositions::cell_x, "in cells, from the left"),
             field("cell_y", &CellPositions::cell_y, "in cells, from the top"),
             field("pieces", &CellPositions::pieces, "the pieces and their positions now"));
};

struct Announced {
  std::string_view text;

  static constexpr auto table =
      packet(141, "Announced", "The operator of the server announces something to all players.",
             field("text", &Announced::text, "the message"));
};

struct NotSaid {
  std::uint32_t number = 0;
  NotSaidReason reason = NotSaidReason::not_presentable;

  static constexpr auto table = packet(
      142, "NotSaid",
      "The answer to a Say or Shout that no other client gets. It may come before the Said or Shouted of "
      "an earlier message.",
      field("number", &NotSaid::number,
            "number of the Say or Shout in this session; both are counted together, from 1"),
      field("reason", &NotSaid::reason, "the reason"));
};

using ServerPackets = Types<Welcome, Goodbye, Pong, Moved, CellBegin, CellForget, CellEnter, CellMove,
                            CellLeave, Said, Shouted, CellThrottled, CellPositions, Announced, NotSaid>;

using ListItems = Types<Piece, Step, Alias>;
using Enumerations = Types<Direction, Looks, MoveResult, CloseReason, NotSaidReason>;

static_assert(are_described_in_full(ClientPackets{}) && are_described_in_full(ServerPackets{}) &&
              are_described_in_full(ListItems{}));
static_assert(have_rising_opcodes(ClientPackets{}, 1, 127) && have_rising_opcodes(ServerPackets{}, 128, 255));

// ---- Values that are made from all tables

/// The tables as plain data, for use at run time.
inline constexpr auto client_packet_infos = packet_infos(ClientPackets{});
inline constexpr auto server_packet_infos = packet_infos(ServerPackets{});
inline constexpr auto list_item_infos = record_infos(ListItems{});
inline constexpr auto enumeration_infos = enum_infos(Enumerations{});

/// Identifies the protocol. Every change of the format changes it; a change of a doc text does not.
inline constexpr std::uint64_t schema_hash = hash_schema(client_packet_infos, server_packet_infos);

/// Returns the schema hash in a Login of any version; 0 when the body is too short. Call it before decode(),
/// so that a client of another version gets stale_client and not bad_packet.
inline std::uint64_t schema_of_login(Bytes body) {
  return body.size() < sizeof(std::uint64_t) ? 0 : load<std::uint64_t>(body.data());
}

/// Calls the visitor with the packet of a client: see visit_packet(). For the server.
template <class Visitor>
CloseReason visit_client_packet(const Frame& frame, Visitor&& visitor) {
  return visit_packet(ClientPackets{}, frame, visitor);
}

/// Calls the visitor with the packet of the server: see visit_packet(). For clients.
template <class Visitor>
CloseReason visit_server_packet(const Frame& frame, Visitor&& visitor) {
  return visit_packet(ServerPackets{}, frame, visitor);
}

}  // namespace madang::wire
