// The packets of the arena, besides those of the engine. A client sends 32..127, the server 160..255.
#pragma once

#include "arena/heading.h"
#include "madang/base/short_text.h"
#include "madang/wire/id.h"
#include "madang/world/entity_id.h"

namespace arena {

using world::EntityId;
using Name = madang::ShortText<24>;

// ---- The operator, in a room

struct NewRound {
  static constexpr auto table = wire::record("NewRound", "All in the room begin again, with no score.");
};

// ---- Client to server

struct Steer {
  Heading heading = Heading::stop;
  std::uint32_t client_time = 0;
  static constexpr auto table = wire::packet(
      32, "Steer", "The fighter walks in this direction, until the next Steer.",
      wire::field("heading", &Steer::heading, "a stop, or a direction"),
      wire::field("client_time", &Steer::client_time, "the client's clock; Steered brings it back"));
};

struct Fire {
  std::uint32_t client_time = 0;
  static constexpr auto table = wire::packet(
      33, "Fire", "The fighter fires in the direction in which it looks.",
      wire::field("client_time", &Fire::client_time, "the client's clock; Fired brings it back"));
};

// ---- Server to client

struct Steered {
  std::uint32_t client_time = 0;
  static constexpr auto table =
      wire::packet(160, "Steered", "The answer to Steer.",
                   wire::field("client_time", &Steered::client_time, "the client_time of the Steer"));
};

struct Fired {
  std::uint32_t client_time = 0;
  bool has_fired = false;
  static constexpr auto table =
      wire::packet(161, "Fired", "The answer to Fire.",
                   wire::field("client_time", &Fired::client_time, "the client_time of the Fire"),
                   wire::field("has_fired", &Fired::has_fired,
                               "false: the fighter is down, or it has no shell, or it was too soon"));
};

/// Told by the fighter that was hit to all that watch it.
struct Hit {
  wire::Id shooter;
  std::uint8_t damage = 0;
  static constexpr auto table =
      wire::packet(162, "Hit", "A shot has hit the fighter that tells this.",
                   wire::field("shooter", &Hit::shooter, "the fighter that has fired"),
                   wire::field("damage", &Hit::damage, "hit points that it has taken"));
};

/// Told by the fighter that went down to all that watch it.
struct Killed {
  wire::Id killer;
  Name victim;
  static constexpr auto table =
      wire::packet(163, "Killed", "The fighter that tells this goes down.",
                   wire::field("killer", &Killed::killer, "the fighter that has fired"),
                   wire::field("victim", &Killed::victim, "the name of the fallen"));
};

/// For all, when it changes, and for a newcomer.
struct Leads {
  std::uint32_t round = 1;
  std::uint16_t score = 0;
  Name name;
  static constexpr auto table = wire::packet(
      164, "Leads", "The best score of the round.", wire::field("round", &Leads::round, "counted from 1"),
      wire::field("score", &Leads::score, "kills in this round; 0: nobody has killed"),
      wire::field("name", &Leads::name, "the fighter with this score; it may have left"));
};

/// For all.
struct RoundWon {
  std::uint32_t round = 1;
  Name winner;
  static constexpr auto table = wire::packet(165, "RoundWon", "A round is won. The next one begins.",
                                             wire::field("round", &RoundWon::round, "the round that is over"),
                                             wire::field("winner", &RoundWon::winner, "the name"));
};

using ClientPackets = wire::Types<Steer, Fire>;
using ServerPackets = wire::Types<Steered, Fired, Hit, Killed, Leads, RoundWon>;

}  // namespace arena
