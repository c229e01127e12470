#include "app/client_settings.h"

#include <cstdint>

namespace madang::app {

std::vector<Setting> table_of(BotsOptions& options) {
  constexpr std::uint64_t players_max = 100'000;
  constexpr std::uint64_t roam_max = 16'384;  // the longest side of a map
  constexpr std::uint64_t week_s = std::uint64_t{7} * 24 * 3600;
  BotsOptions& o = options;
  return {
      {"options", "connect", &o.connect, "HOST:PORT of the server"},
      {"options", "players", &o.players, "How many; with --until-delay, at most", 1, players_max},
      {"options", "for", &o.seconds, "How long, once all have logged in; 0: until Ctrl-C", 0, week_s, "s"},
      {"options", "rate", &o.logins_per_second, "How fast they log in", 1, 100'000, "a second"},
      {"options", "until_delay", &o.until_delay_ms,
       "Add players until the p99 delay of moves is more; 0: do not", 0, 60'000, "ms"},
      {"options", "roam", &o.roam, "So far they go from where they arrived; 0: anywhere", 0, roam_max,
       "tiles"},
      {"options", "name_prefix", &o.name_prefix, "Their names are this and a number"},
      {"options", "seed", &o.seed, "How they look, walk and talk follows from it", 0, INT64_MAX},
      {"options", "io", &o.io, "The completion port; auto takes the best"},
  };
}

std::vector<Setting> table_of(PlayOptions& options) {
  PlayOptions& o = options;
  return {
      {"options", "connect", &o.connect, "HOST:PORT of the server"},
      {"options", "name", &o.name,
       "What the others call you; your name on this machine unless told otherwise"},
      {"options", "looks", &o.looks, "The piece that the others see"},
      {"options", "io", &o.io, "The completion port; auto takes the best"},
  };
}

}  // namespace madang::app
