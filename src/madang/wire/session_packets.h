// The packets of a session: what a client of any game and the server say to each other, beside the packets of
// the game and those of the cells (wire/cell_packets.h).
//
// These tables are the protocol. The codec (codec.h), the schema hash, docs/protocol.md, the TypeScript
// codec, the Wireshark dissector and the fuzzers' dictionary are made from them. docs/style.md has the steps
// to add a packet.
//
// Opcodes: 1 to 31 from the client, and 128 to 159 from the server, are the engine's; a game has 32 to 127
// and 160 to 255. Packets about the kinds of entities of a game begin at 256 (world/kind_packets.h).
//
// Two things never change, so that a server can say goodbye to a client of another version. Login has opcode
// 1 and begins with the schema hash. Goodbye keeps its opcode and its layout.
#pragma once

#include <cstdint>
#include <string_view>

#include "madang/base/bytes.h"
#include "madang/base/close_reason.h"
#include "madang/wire/codec.h"
#include "madang/wire/frame.h"
#include "madang/wire/id.h"
#include "madang/wire/protocol_checks.h"
#include "madang/wire/table.h"

namespace madang::wire {

// ---- Enumerations

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

/// A game may add reasons of its own: world::GameProtocol puts them into its table.
template <>
inline constexpr bool is_open<CloseReason> = true;

// ---- Client to server

struct Login {
  std::uint64_t schema = 0;
  std::string_view name;
  std::string_view world;
  Bytes entry;

  static constexpr auto table = packet(
      1, "Login", "The first packet of a client. The answer is Welcome or Goodbye.",
      field("schema", &Login::schema, "the schema hash of the client's protocol; always the first field"),
      field("name", &Login::name, "1 to 24 bytes of UTF-8; others see its normal form"),
      field("world", &Login::world,
            "0 to 32 bytes of UTF-8: the name of the world to enter; empty: the main world"),
      field("entry", &Login::entry, "what the player has chosen: the record Entry of the game"));
};

struct Say {
  std::string_view text;

  static constexpr auto table = packet(
      2, "Say",
      "Sends a message to all clients that watch the cell of the client's entity. The answer to a refused "
      "message is NotSaid.",
      field("text", &Say::text, "1 to 200 bytes of UTF-8; others get its normal form"));
};

struct Shout {
  std::string_view text;

  static constexpr auto table = packet(
      3, "Shout", "Sends a message to all clients in the world. The answer to a refused message is NotSaid.",
      field("text", &Shout::text, "1 to 200 bytes of UTF-8; others get its normal form"));
};

struct Ping {
  std::uint32_t client_time = 0;

  static constexpr auto table =
      packet(4, "Ping", "Asks for a Pong.",
             field("client_time", &Ping::client_time, "the time of the client's clock; Pong brings it back"));
};

struct Logout {
  static constexpr auto table = packet(5, "Logout", "Ends the session. The answer is Goodbye.");
};

struct EnterWorld {
  std::string_view world;
  Bytes entry;

  static constexpr auto table = packet(
      6, "EnterWorld",
      "Leaves the present world, and enters another one on the same connection. The answer is Welcome or "
      "NotEntered. Until then the server ignores commands and words.",
      field("world", &EnterWorld::world,
            "0 to 32 bytes of UTF-8: the name of the world to enter; empty: the main world"),
      field("entry", &EnterWorld::entry, "what the player has chosen: the record Entry of the game"));
};

using SessionClientPackets = Types<Login, Say, Shout, Ping, Logout, EnterWorld>;

// ---- Server to client

struct Welcome {
  Id entity;
  std::uint32_t map_width = 0;
  std::uint32_t map_height = 0;
  std::uint32_t cell_size = 0;
  std::uint32_t units_per_tile = 0;
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  std::uint16_t tick_rate = 0;
  std::uint32_t view_radius = 0;
  std::string_view world;

  static constexpr auto table = packet(
      128, "Welcome",
      "The client is logged in, and its entity is in a world. What the client knew of an earlier world is "
      "over.",
      field("entity", &Welcome::entity, "the id of the client's own entity"),
      field("map_width", &Welcome::map_width, "width of the map in units"),
      field("map_height", &Welcome::map_height, "height of the map in units"),
      field("cell_size", &Welcome::cell_size, "length of the sides of a cell in units, a power of two"),
      field("units_per_tile", &Welcome::units_per_tile, "length of the sides of a tile in units"),
      field("x", &Welcome::x, "the entity's position in units, counted from the left"),
      field("y", &Welcome::y, "the entity's position in units, counted from the top"),
      field("tick_rate", &Welcome::tick_rate, "ticks of the server a second"),
      field("view_radius", &Welcome::view_radius,
            "distance in units, along both axes, that the client watches around its entity"),
      field("world", &Welcome::world, "the name of the world; empty: the main world"));
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

struct NotSaid {
  std::uint32_t number = 0;
  NotSaidReason reason = NotSaidReason::not_presentable;

  static constexpr auto table = packet(
      131, "NotSaid",
      "The answer to a Say or Shout that no other client gets. It may come before the CellSaid or Shouted of "
      "an earlier message.",
      field("number", &NotSaid::number,
            "number of the Say or Shout in this session; both are counted together, from 1"),
      field("reason", &NotSaid::reason, "the reason"));
};

struct Shouted {
  Id entity;
  std::string_view name;
  std::string_view text;

  static constexpr auto table = packet(132, "Shouted", "A player anywhere in the world shouts something.",
                                       field("entity", &Shouted::entity, "the id of the player's entity"),
                                       field("name", &Shouted::name, "the name of the player"),
                                       field("text", &Shouted::text, "the message"));
};

struct Announced {
  std::string_view text;

  static constexpr auto table =
      packet(133, "Announced", "The operator of the server announces something to all players.",
             field("text", &Announced::text, "the message"));
};

struct NotEntered {
  CloseReason reason = CloseReason::none;

  static constexpr auto table = packet(
      134, "NotEntered",
      "The answer to an EnterWorld that does not succeed. The client is in no world now. It may send another "
      "EnterWorld. The server ignores its commands and words.",
      field("reason", &NotEntered::reason, "the reason"));
};

using SessionServerPackets = Types<Welcome, Goodbye, Pong, NotSaid, Shouted, Announced, NotEntered>;

static_assert(check_packets<1, 31>(SessionClientPackets{}) &&
              check_packets<128, 139>(SessionServerPackets{}));

// The opcodes of a game's own packets.
inline constexpr std::uint16_t game_client_opcode_min = 32;
inline constexpr std::uint16_t game_client_opcode_max = 127;
inline constexpr std::uint16_t game_server_opcode_min = 160;
inline constexpr std::uint16_t game_server_opcode_max = 255;

/// Returns the schema hash in a Login of any version; 0 when the body is too short. Call it before decode(),
/// so that a client of another version gets stale_client and not bad_packet.
inline std::uint64_t schema_of_login(Bytes body) {
  return body.size() < sizeof(std::uint64_t) ? 0 : load<std::uint64_t>(body.data());
}

}  // namespace madang::wire
