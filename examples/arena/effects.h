// The effects of the arena, in the order in which a tick applies them.
//
// Hits come first, so that a fighter that goes down does not walk or fire in the same tick. A tile is freed
// before it is claimed, so it has a new owner in the same tick.
#pragma once

#include "arena/packets.h"
#include "madang/world/effects.h"

namespace arena {

using world::effect;
using world::WhenGone;

// ---- What others do to a fighter

/// Names the shooter, because the effect comes from the shot.
struct Impact {
  EntityId shooter;
  std::uint8_t damage = 0;
  static constexpr auto table = effect("Impact", "A shot hits a fighter.", WhenGone::drop,
                                       wire::field("shooter", &Impact::shooter, "the fighter that has fired"),
                                       wire::field("damage", &Impact::damage, "in hit points"));
};
struct Credit {
  static constexpr auto table = effect("Credit", "A fighter has killed another.", WhenGone::drop);
};

// ---- The answers of the ground

/// The tile belongs to the fighter from now on. If the fighter is gone, the ground gets the tile again.
struct TileGranted {
  Tile tile;
  static constexpr auto table = effect("TileGranted", "A tile for one fighter.", WhenGone::give_back,
                                       wire::field("tile", &TileGranted::tile, "which"));
};
struct TileRefused {
  Tile tile;
  static constexpr auto table = effect("TileRefused", "The tile belongs to another fighter.", WhenGone::drop,
                                       wire::field("tile", &TileRefused::tile, "which"));
};

// ---- What a fighter does by itself

struct Arrive {
  Tile tile;
  static constexpr auto table = effect("Arrive", "A newcomer claims the tile above which it hovers.",
                                       WhenGone::drop, wire::field("tile", &Arrive::tile, "which"));
};
struct Rise {
  static constexpr auto table =
      effect("Rise", "A fighter that is down claims any free tile.", WhenGone::drop);
};
struct BeginRound {
  std::uint32_t round = 0;
  static constexpr auto table = effect("BeginRound", "A new round has begun.", WhenGone::drop,
                                       wire::field("round", &BeginRound::round, "which"));
};
struct Turn {
  Heading heading = Heading::stop;
  std::uint32_t client_time = 0;
  static constexpr auto table = effect("Turn", "A fighter obeys a Steer.", WhenGone::drop,
                                       wire::field("heading", &Turn::heading, "of the Steer"),
                                       wire::field("client_time", &Turn::client_time, "of the Steer"));
};
struct Walk {
  std::uint32_t length = 1;
  static constexpr auto table = effect("Walk", "A fighter walks on.", WhenGone::drop,
                                       wire::field("length", &Walk::length, "of the tick"));
};
struct Shoot {
  std::uint32_t client_time = 0;
  static constexpr auto table = effect("Shoot", "A fighter obeys a Fire.", WhenGone::drop,
                                       wire::field("client_time", &Shoot::client_time, "of the Fire"));
};
struct Reload {
  static constexpr auto table = effect("Reload", "A fighter gets a shell.", WhenGone::drop);
};

// ---- What a shot does by itself

struct Fly {
  Position to;
  std::uint32_t cost = 0;
  static constexpr auto table =
      effect("Fly", "A shot flies on.", WhenGone::drop, wire::field("to", &Fly::to, "where it is then"),
             wire::field("cost", &Fly::cost, "of the way, in twelfths of a unit"));
};
struct Burst {
  static constexpr auto table = effect("Burst", "A shot ends.", WhenGone::drop);
};

// ---- On the ground

struct TileFreed {
  Tile tile;
  static constexpr auto table = effect("TileFreed", "A fighter does not need the tile any more.",
                                       WhenGone::drop, wire::field("tile", &TileFreed::tile, "which"));
};
struct ClaimTile {
  Tile tile;
  static constexpr auto table = effect("ClaimTile", "A fighter asks for a tile.", WhenGone::drop,
                                       wire::field("tile", &ClaimTile::tile, "which"));
};

// ---- On the world

struct Fell {
  static constexpr auto table = effect("Fell", "A fighter went down.", WhenGone::drop);
};
struct Scored {
  std::uint32_t round = 0;
  std::uint16_t score = 0;
  Name name;
  static constexpr auto table = effect("Scored", "A fighter has killed another.", WhenGone::drop,
                                       wire::field("round", &Scored::round, "of the score"),
                                       wire::field("score", &Scored::score, "of the killer"),
                                       wire::field("name", &Scored::name, "of the killer"));
};
struct Quit {
  static constexpr auto table = effect("Quit", "A fighter has left.", WhenGone::drop);
};

using Effects = wire::Types<Impact, Credit, TileGranted, TileRefused, Arrive, Rise, BeginRound, Turn, Walk,
                            Shoot, Reload, Fly, Burst, TileFreed, ClaimTile, Fell, Scored, Quit>;

}  // namespace arena
