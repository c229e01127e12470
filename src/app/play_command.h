// `madang play`: a person on the board, at a terminal.
#pragma once

#include <string>

#include "io/port.h"
#include "wire/packets.h"

namespace madang::app {

struct PlayOptions {
  std::string connect = "127.0.0.1:7777";  ///< the server
  std::string name;                        ///< empty: the user's name on this machine, or "guest"
  wire::Looks looks = wire::Looks::knight;
  io::Backend io = io::Backend::automatic;
};

/// Until the player leaves, or the connection ends in a way that no later try mends (client/reentry.h). What
/// main returns; what goes wrong has been said.
int run_play(const PlayOptions& options);

}  // namespace madang::app
