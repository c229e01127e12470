// Every packet that travels between a client and the server, and nothing else.
//
// This table is the protocol: the codec (codec.h), the schema hash, docs/protocol.md, the TypeScript codec,
// the Wireshark dissector and the fuzzers' dictionary are all derived from it. To add a packet: write its
// struct with its table, and add it to ClientPackets or ServerPackets at the end.
//
// Two things hold in every version, so that clients and servers of different versions can still part
// politely: Login has opcode 1 and begins with the schema hash, and Goodbye keeps its opcode and its layout.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/close_reason.h"
#include "wire/codec.h"
#include "wire/dispatch.h"
#include "wire/frame.h"
#include "wire/list.h"
#include "wire/schema.h"
#include "wire/table.h"

namespace madang::wire {

// ---- Enumerations

enum class Direction : std::uint8_t { up, down, left, right };
template <>
inline constexpr auto enumeration<Direction> =
    Enumeration<4>{"Direction",
                   "Where a step goes.",
                   {{{"up", "y - 1"}, {"down", "y + 1"}, {"left", "x - 1"}, {"right", "x + 1"}}}};

enum class Looks : std::uint8_t { king, queen, rook, bishop, knight, pawn };
template <>
inline constexpr auto enumeration<Looks> = Enumeration<6>{
    "Looks",
    "Which chess piece stands for a player.",
    {{{"king", ""}, {"queen", ""}, {"rook", ""}, {"bishop", ""}, {"knight", ""}, {"pawn", ""}}}};

enum class MoveResult : std::uint8_t { ok, blocked, too_soon };
template <>
inline constexpr auto enumeration<MoveResult> =
    Enumeration<3>{"MoveResult",
                   "What became of a move.",
                   {{{"ok", "the piece stands there now"},
                     {"blocked", "an obstacle or the edge of the map is there"},
                     {"too_soon", "the time between two moves is not over"}}}};

enum class NotSaidReason : std::uint8_t { not_presentable, too_long, too_fast, too_many_shouts, muted };
template <>
inline constexpr auto enumeration<NotSaidReason> =
    Enumeration<5>{"NotSaidReason",
                   "Why words were not said.",
                   {{{"not_presentable", "they hold what cannot be shown, or nothing that can be seen"},
                     {"too_long", "their normal form (Unicode NFC) is longer than allowed"},
                     {"too_fast", "the client's own budget is used up for the moment"},
                     {"too_many_shouts", "the budget for the shouts of all clients is"},
                     {"muted", "the operator has muted this player"}}}};

template <>
inline constexpr auto enumeration<CloseReason> = [] {
  Enumeration<close_reason_texts.size()> reasons{"CloseReason", "Why a session ends.", {}};
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
      field("looks", &Login::looks, "the piece that others see"));
};

struct Move {
  Direction direction = Direction::up;
  std::uint32_t client_time = 0;

  static constexpr auto table = packet(
      2, "Move", "Asks for one step. The answer is Moved.", field("direction", &Move::direction, "where to"),
      field("client_time", &Move::client_time, "by the client's own clock; it comes back in Moved"));
};

struct Say {
  std::string_view text;

  static constexpr auto table =
      packet(3, "Say",
             "Speaks to those who watch the cell that the speaker stands in. Words that cannot be said are "
             "answered with NotSaid.",
             field("text", &Say::text, "1 to 200 bytes of UTF-8; others get its normal form"));
};

struct Shout {
  std::string_view text;

  static constexpr auto table =
      packet(4, "Shout", "Speaks to all. Words that cannot be said are answered with NotSaid.",
             field("text", &Shout::text, "1 to 200 bytes of UTF-8; others get its normal form"));
};

struct Ping {
  std::uint32_t client_time = 0;

  static constexpr auto table =
      packet(5, "Ping", "Asks for a Pong.",
             field("client_time", &Ping::client_time, "by the client's own clock; it comes back in Pong"));
};

struct Logout {
  static constexpr auto table = packet(6, "Logout", "The client leaves. The answer is Goodbye.");
};

using ClientPackets = Types<Login, Move, Say, Shout, Ping, Logout>;

// ---- What stands in lists

struct Piece {
  std::uint64_t entity = 0;
  std::uint32_t alias = 0;
  std::uint8_t x = 0;
  std::uint8_t y = 0;
  Looks looks = Looks::king;
  std::string_view name;

  static constexpr auto table =
      record("Piece", "All that is to be known of a piece.",
             field("entity", &Piece::entity, "its id, which never names another"),
             field("alias", &Piece::alias,
                   "its short name, by which all other packets speak of it while it is in sight"),
             field("x", &Piece::x, "tile within the cell, from the left"),
             field("y", &Piece::y, "tile within the cell, from the top"),
             field("looks", &Piece::looks, "the chess piece to show"),
             field("name", &Piece::name, "its player's name"));
};

struct Step {
  std::uint32_t alias = 0;
  std::uint8_t x = 0;
  std::uint8_t y = 0;

  static constexpr auto table =
      record("Step", "Where a piece stands now.", field("alias", &Step::alias, "the piece"),
             field("x", &Step::x, "tile within the cell, from the left"),
             field("y", &Step::y, "tile within the cell, from the top"));
};

struct Alias {
  std::uint32_t alias = 0;

  static constexpr auto table =
      record("Alias", "A piece by its short name.", field("alias", &Alias::alias, "the piece"));
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

  static constexpr auto table = packet(
      128, "Welcome", "The client is logged in and its piece stands on the map.",
      field("entity", &Welcome::entity, "the id of the client's own piece"),
      field("alias", &Welcome::alias, "the short name of the client's own piece"),
      field("map_width", &Welcome::map_width, "in tiles"),
      field("map_height", &Welcome::map_height, "in tiles"),
      field("cell_size", &Welcome::cell_size, "the tiles along each side of a cell"),
      field("x", &Welcome::x, "where the piece stands, in tiles of the map"), field("y", &Welcome::y, "as x"),
      field("tick_rate", &Welcome::tick_rate, "the server's ticks a second"),
      field("move_interval_ms", &Welcome::move_interval_ms, "the least time between two moves"),
      field("view_radius", &Welcome::view_radius,
            "in tiles: what is within it of the piece, along both axes, is watched"));
};

struct Goodbye {
  CloseReason reason = CloseReason::none;
  std::string_view text;

  static constexpr auto table = packet(
      129, "Goodbye", "The last packet of the server; the connection ends behind it.",
      field("reason", &Goodbye::reason, "why"), field("text", &Goodbye::text, "why, for a person to read"));
};

struct Pong {
  std::uint32_t client_time = 0;

  static constexpr auto table = packet(130, "Pong", "The answer to Ping.",
                                       field("client_time", &Pong::client_time, "as it stood in the Ping"));
};

struct Moved {
  std::uint32_t client_time = 0;
  std::uint16_t x = 0;
  std::uint16_t y = 0;
  MoveResult result = MoveResult::ok;

  static constexpr auto table =
      packet(131, "Moved", "The answer to Move, for the mover alone.",
             field("client_time", &Moved::client_time, "as it stood in the Move"),
             field("x", &Moved::x, "where the piece stands now, in tiles of the map, moved or not"),
             field("y", &Moved::y, "as x"), field("result", &Moved::result, "what became of the move"));
};

struct CellBegin {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;
  Bytes obstacles;

  static constexpr auto table = packet(
      132, "CellBegin", "The client begins to watch this cell; what stands in it follows in CellEnter.",
      field("cell_x", &CellBegin::cell_x, "in cells, from the left"),
      field("cell_y", &CellBegin::cell_y, "in cells, from the top"),
      field("obstacles", &CellBegin::obstacles,
            "one bit a tile, row by row, the lowest bit of a byte first; 1 is an obstacle"));
};

struct CellForget {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;

  static constexpr auto table =
      packet(133, "CellForget", "The client stops watching this cell: all that is in it has left its sight.",
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
                                       field("pieces", &CellEnter::pieces, "who"));
};

struct CellMove {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;
  List<Step> steps;

  static constexpr auto table =
      packet(135, "CellMove", "These pieces, all of them in the cell, have moved within it.",
             field("cell_x", &CellMove::cell_x, "in cells, from the left"),
             field("cell_y", &CellMove::cell_y, "in cells, from the top"),
             field("steps", &CellMove::steps, "who, and where each stands now"));
};

struct CellLeave {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;
  List<Alias> pieces;

  static constexpr auto table = packet(136, "CellLeave",
                                       "These pieces have left the cell. It counts only for a piece that is "
                                       "still in this cell for the client; "
                                       "one that entered another cell in the same tick is there already.",
                                       field("cell_x", &CellLeave::cell_x, "in cells, from the left"),
                                       field("cell_y", &CellLeave::cell_y, "in cells, from the top"),
                                       field("pieces", &CellLeave::pieces, "who"));
};

struct Said {
  std::uint32_t alias = 0;
  std::string_view text;

  static constexpr auto table =
      packet(137, "Said", "A piece in sight speaks.", field("alias", &Said::alias, "the speaker"),
             field("text", &Said::text, "what it says"));
};

struct Shouted {
  std::uint64_t entity = 0;
  std::string_view name;
  std::string_view text;

  static constexpr auto table = packet(138, "Shouted", "A piece somewhere speaks to all.",
                                       field("entity", &Shouted::entity, "the speaker's id"),
                                       field("name", &Shouted::name, "the speaker's name"),
                                       field("text", &Shouted::text, "what it says"));
};

struct CellThrottled {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;

  static constexpr auto table =
      packet(139, "CellThrottled",
             "More happens than this client can be told: steps in this cell are held back from now on, until "
             "CellPositions tells where its pieces stand. Who enters and who leaves is told all the same.",
             field("cell_x", &CellThrottled::cell_x, "in cells, from the left"),
             field("cell_y", &CellThrottled::cell_y, "in cells, from the top"));
};

struct CellPositions {
  std::uint16_t cell_x = 0;
  std::uint16_t cell_y = 0;
  List<Step> pieces;

  static constexpr auto table = packet(
      140, "CellPositions", "Where these pieces of the cell stand now, after steps that were held back.",
      field("cell_x", &CellPositions::cell_x, "in cells, from the left"),
      field("cell_y", &CellPositions::cell_y, "in cells, from the top"),
      field("pieces", &CellPositions::pieces, "who, and where each stands now"));
};

struct Announced {
  std::string_view text;

  static constexpr auto table = packet(141, "Announced", "Whoever runs the server speaks to all.",
                                       field("text", &Announced::text, "what is said"));
};

struct NotSaid {
  std::uint32_t number = 0;
  NotSaidReason reason = NotSaidReason::not_presentable;

  static constexpr auto table =
      packet(142, "NotSaid",
             "The answer to a Say or Shout that nobody else gets to see. It may come before the Said or "
             "Shouted of words that the client sent earlier.",
             field("number", &NotSaid::number,
                   "which Say or Shout of this session it answers: both are counted together, from 1"),
             field("reason", &NotSaid::reason, "why"));
};

using ServerPackets = Types<Welcome, Goodbye, Pong, Moved, CellBegin, CellForget, CellEnter, CellMove,
                            CellLeave, Said, Shouted, CellThrottled, CellPositions, Announced, NotSaid>;

using ListItems = Types<Piece, Step, Alias>;
using Enumerations = Types<Direction, Looks, MoveResult, CloseReason, NotSaidReason>;

static_assert(are_described_in_full(ClientPackets{}) && are_described_in_full(ServerPackets{}) &&
              are_described_in_full(ListItems{}));
static_assert(have_rising_opcodes(ClientPackets{}, 1, 127) && have_rising_opcodes(ServerPackets{}, 128, 255));

// ---- What is derived from all of them

/// The tables as plain data, for what reads them at run time.
inline constexpr auto client_packet_infos = packet_infos(ClientPackets{});
inline constexpr auto server_packet_infos = packet_infos(ServerPackets{});
inline constexpr auto list_item_infos = record_infos(ListItems{});
inline constexpr auto enumeration_infos = enum_infos(Enumerations{});

/// Names the protocol: any change of what travels changes it; a better word in a doc text does not.
inline constexpr std::uint64_t schema_hash = hash_schema(client_packet_infos, server_packet_infos);

/// The schema hash in a Login of any version; 0 when the body is too short to hold one. To be asked before
/// decode, so that a stale client is told that it is stale, not that its packet is bad.
inline std::uint64_t schema_of_login(Bytes body) {
  return body.size() < sizeof(std::uint64_t) ? 0 : load<std::uint64_t>(body.data());
}

/// For the server: calls the visitor with the packet that the frame holds; see visit_packet.
template <class Visitor>
CloseReason visit_client_packet(const Frame& frame, Visitor&& visitor) {
  return visit_packet(ClientPackets{}, frame, visitor);
}

/// For the client.
template <class Visitor>
CloseReason visit_server_packet(const Frame& frame, Visitor&& visitor) {
  return visit_packet(ServerPackets{}, frame, visitor);
}

}  // namespace madang::wire
