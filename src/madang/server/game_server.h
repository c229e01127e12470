// The command `serve`: a server of a game: its worlds, sessions, pages and operator, as one program.
//
// The main thread makes all parts and waits for the end; each runner and each worker has a thread of its own.
#pragma once

#include <vector>

#include "madang/server/game.h"
#include "madang/server/program.h"
#include "madang/server/shown_setting.h"

namespace madang::server {

/// Runs the server of a game whose settings are set and have no contradiction: serves until Ctrl-C, SIGTERM,
/// or the operator's restart, and then stops in order. Returns the exit code of the program. Logs an error.
/// `settings` are for the operator. Main thread.
int run_game(const ProgramInfo& program, Game& game, std::vector<ShownSetting> settings);

}  // namespace madang::server
