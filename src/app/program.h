// What the program `madang` is: the board's server, and the commands for its players and its bots.
#pragma once

#include "app/bots_command.h"
#include "app/play_command.h"
#include "madang/server/program.h"

namespace madang::app {

/// The options of the program's own commands.
struct ClientOptions {
  BotsOptions bots;
  PlayOptions play;
};

/// Returns the program. Its commands refer to `options`.
server::ProgramInfo program_info(ClientOptions& options);

}  // namespace madang::app
