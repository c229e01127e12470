// `madang bots`: connects many bots to a server. The bots walk, talk, measure, and check all packets from the
// server.
#pragma once

#include <cstdint>
#include <string>

#include "madang/io/port.h"

namespace madang::app {

struct BotsOptions {
  std::string connect = "127.0.0.1:7777";  ///< the server
  std::uint32_t players = 100;             ///< number of bots; with until_delay_ms, the maximum number
  std::uint32_t seconds = 0;               ///< duration after all bots have logged in; 0: until Ctrl-C
  std::uint32_t logins_per_second = 500;
  std::uint32_t roam = 0;         ///< maximum distance from where a bot arrived, in tiles; 0: no maximum
  std::uint32_t room_of = 0;      ///< bots in each room; 0: all are in the main world
  std::uint32_t room_stay_s = 0;  ///< mean time until a bot goes to another room; 0: it stays
  std::uint64_t seed = 1;         ///< of the bots' looks, walks and words
  io::Backend io = io::Backend::automatic;
  /// The last line of standard output is one JSON object about the time after all bots have logged in.
  bool json = false;
  std::uint32_t until_delay_ms = 0;  ///< bots are added until the p99 delay of moves is longer; 0: none added
  std::string name_prefix = "bot";   ///< a bot's name is this prefix and a number
};

/// Runs the bots until their time is over or until Ctrl-C, and then logs them out. Returns the exit code: 0,
/// or 1 after a violation or an error. Prints the reason as one line on standard error. Main thread.
int run_bots(const BotsOptions& wanted);

}  // namespace madang::app
