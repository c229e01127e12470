// `madang play`: one player in a terminal.
#pragma once

#include <string>

#include "board/packets.h"
#include "madang/io/port.h"

namespace madang::app {

struct PlayOptions {
  std::string connect = "127.0.0.1:7777";  ///< the server
  std::string name;                        ///< empty: the user's name on this machine, or "guest"
  std::string world;                       ///< the name of the world to enter; empty: the main world
  board::Looks looks = board::Looks::knight;
  io::Backend io = io::Backend::automatic;
};

/// Plays until the player leaves, or until the connection ends and a new try is of no use
/// (madang/client/reentry.h). Returns the exit code. Prints an error as one line. Main thread.
int run_play(const PlayOptions& options);

}  // namespace madang::app
