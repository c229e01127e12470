// Match: the attributes of the world. A round ends when a fighter has enough kills, and the next one begins.
#pragma once

#include "arena/packets.h"
#include "madang/world/attributes.h"

namespace arena {

struct Match {
  static constexpr std::uint16_t score_to_win = 10;

  std::uint32_t round = 1;
  std::uint16_t best_score = 0;
  Name best_name;
  std::uint32_t fighters = 0;
  std::uint64_t kills = 0;
  std::uint64_t deaths = 0;

  static constexpr auto table = world::attributes(
      "Match", "The match.", world::hidden("round", &Match::round, "counted from 1"),
      world::hidden("best_score", &Match::best_score, "of this round"),
      world::hidden("best_name", &Match::best_name, "the fighter with this score"),
      world::gauge("fighters", &Match::fighters, "Fighters that are in a room"),
      world::counter("kills", &Match::kills, "Kills; fewer than the deaths if a killer has left"),
      world::counter("deaths", &Match::deaths, "Deaths of fighters"));
};

}  // namespace arena
