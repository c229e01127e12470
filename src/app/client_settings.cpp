#include "app/client_settings.h"

#include <cstdint>

namespace madang::app {

std::vector<server::Setting> table_of(BotsOptions& options) {
  constexpr std::uint64_t players_max = 100'000;
  constexpr std::uint64_t roam_max = 16'384;  // tiles: the longest side of a map
  constexpr std::uint64_t week_s = std::uint64_t{7} * 24 * 3600;
  BotsOptions& o = options;
  return {
      {"options", "connect", &o.connect, "HOST:PORT of the server"},
      {"options", "players", &o.players, "Number of bots; with --until-delay, the maximum number", 1,
       players_max},
      {"options", "for", &o.seconds, "Duration of the run after all bots have logged in; 0: until Ctrl-C", 0,
       week_s, "s"},
      {"options", "rate", &o.logins_per_second, "Number of logins", 1, 100'000, "a second"},
      {"options", "until_delay", &o.until_delay_ms,
       "Maximum p99 delay of moves; bots are added while the delay is shorter; 0: no bots are added", 0,
       60'000, "ms"},
      {"options", "roam", &o.roam, "Maximum distance of a bot from where it arrived; 0: no maximum", 0,
       roam_max, "tiles"},
      {"options", "room_of", &o.room_of,
       "Number of bots in each room, in worlds of the names \"room 1\", \"room 2\", ...; 0: all are in the "
       "main "
       "world",
       0, players_max},
      {"options", "room_stay", &o.room_stay_s,
       "Mean time until a bot goes to another room or to the main world; 0: it stays", 0, week_s, "s"},
      {"options", "name_prefix", &o.name_prefix,
       "First part of each bot's name; the second part is a number"},
      {"options", "seed", &o.seed, "Seed of the bots' looks, walks and words", 0, INT64_MAX},
      {"options", "io", &o.io, "Backend of the completion port; auto: the best one on this machine"},
      {"options", "json", &o.json, "Print the result as one line with a JSON object"},
  };
}

std::vector<server::Setting> table_of(PlayOptions& options) {
  PlayOptions& o = options;
  return {
      {"options", "connect", &o.connect, "HOST:PORT of the server"},
      {"options", "name", &o.name,
       "Name that the other players see; without this option, your user name on this machine"},
      {"options", "world", &o.world, "Name of the world to enter; empty: the main world"},
      {"options", "looks", &o.looks, "Piece that the other players see"},
      {"options", "io", &o.io, "Backend of the completion port; auto: the best one on this machine"},
  };
}

}  // namespace madang::app
