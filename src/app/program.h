// What the program `madang` is: the board's server, and the commands for its players and its bots.
#pragma once

#include <memory>

#include "app/play_command.h"
#include "board/client/swarm.h"
#include "madang/server/bots_command.h"
#include "madang/server/program.h"

namespace madang::app {

/// The options of the program's own commands.
struct ClientOptions {
  std::shared_ptr<server::BotsOptions> bots =
      std::make_shared<server::BotsOptions>(server::default_options(client::bots_info<board::BoardBot>()));
  board::SwarmSettings swarm;
  PlayOptions play;
};

/// Returns the program. Its commands refer to `options`.
server::ProgramInfo program_info(ClientOptions& options);

}  // namespace madang::app
