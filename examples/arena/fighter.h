// Fighter: the entity of a player.
//
// A fighter is up or down. A fighter that is up has hit points, and a tile for itself: the tile of its
// position. A fighter that is down has none of both, and shots fly through it. A fighter is down when it has
// just come, and when it was killed. It comes up on a tile that the ground has granted.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "arena/claim.h"
#include "arena/packets.h"
#include "madang/world/attributes.h"

namespace arena {

struct Fighter {
  static constexpr std::uint8_t hit_points_max = 100;
  static constexpr std::uint8_t shells_max = 8;

  Name name;
  std::uint8_t colour = 0;
  std::uint8_t hit_points = 0;
  Heading facing = Heading::south;
  std::uint16_t score = 0;
  std::uint32_t kills = 0;
  std::uint32_t deaths = 0;
  std::uint8_t shells = shells_max;
  Heading steering = Heading::stop;
  std::array<Claim, 2> claims{};
  std::uint64_t rises_at = 0;
  std::uint64_t next_shot = 0;
  std::uint64_t next_shell = 0;
  std::uint32_t round = 0;

  bool is_up() const { return hit_points > 0; }
  bool has_claim(ClaimState state) const {
    return std::ranges::any_of(claims, [&](const Claim& claim) { return claim.state == state; });
  }
  /// Returns the claim on a tile; null if there is none.
  Claim* claim_on(Tile tile) {
    const auto is_on = [&](const Claim& claim) {
      return claim.state != ClaimState::none && claim.tile == tile;
    };
    const auto found = std::ranges::find_if(claims, is_on);
    return found == claims.end() ? nullptr : &*found;
  }
  /// Returns whether a tile was granted.
  bool is_granted(Tile tile) {
    const Claim* claim = claim_on(tile);
    return claim && claim->state == ClaimState::granted;
  }

  static constexpr auto table = world::attributes(
      "Fighter", "The entity of a player.", world::shown("name", &Fighter::name, "as the player chose it"),
      world::shown("colour", &Fighter::colour, "as the player chose it"),
      world::shown("hit_points", &Fighter::hit_points, "that are left; 0: the fighter is down"),
      world::shown("facing", &Fighter::facing, "where it looks and fires; never a stop"),
      world::shown("score", &Fighter::score, "kills in this round"),
      world::shown("kills", &Fighter::kills, "since it has come"),
      world::shown("deaths", &Fighter::deaths, "since it has come"),
      world::own("shells", &Fighter::shells, "that it may fire"),
      world::hidden("steering", &Fighter::steering, "where it walks"),
      world::hidden("claims", &Fighter::claims, "the tiles that it has claimed"),
      world::hidden("rises_at", &Fighter::rises_at, "the tick from which on it may come up again"),
      world::hidden("next_shot", &Fighter::next_shot, "the tick from which on it may fire"),
      world::hidden("next_shell", &Fighter::next_shell, "the tick from which on it gets a shell"),
      world::hidden("round", &Fighter::round, "the round to which its score belongs"));
};

/// What a player chooses.
struct Entry {
  Name name;
  std::uint8_t colour = 0;
  static constexpr auto table =
      wire::record("Entry", "What a player chooses.", wire::field("name", &Entry::name, "of the fighter"),
                   wire::field("colour", &Entry::colour, "of the fighter; the page gives it a meaning"));
};

}  // namespace arena
