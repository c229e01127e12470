// `madang bots`: a crowd of players that walk about, talk, measure, and check all that they are shown.
#pragma once

#include <cstdint>
#include <string>

#include "io/port.h"

namespace madang::app {

struct BotsOptions {
  std::string connect = "127.0.0.1:7777";  ///< the server
  std::uint32_t players = 100;             ///< how many; with until_delay_ms: at most
  std::uint32_t seconds = 0;               ///< how long, once all have logged in; 0: until Ctrl-C
  std::uint32_t logins_per_second = 500;
  std::uint32_t roam = 0;  ///< tiles from where a bot arrived, no farther; 0: anywhere
  std::uint64_t seed = 1;  ///< decides how they look, walk and talk
  io::Backend io = io::Backend::automatic;
  bool json = false;  ///< the last line of standard output is one JSON object, about the time once all are in
  std::uint32_t until_delay_ms = 0;  ///< add players until the p99 delay of their moves is more; 0: do not
  std::string name_prefix = "bot";   ///< their names are this and a number
};

/// Runs them until their time is over, or Ctrl-C, and lets them leave in order. What main returns: 0 when all
/// was well; 1 when there were violations or errors, which have been said in one line on standard error.
int run_bots(const BotsOptions& wanted);

}  // namespace madang::app
