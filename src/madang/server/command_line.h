// Reads the command line of a server's program: returns what to do, or what is wrong.
//
// Pure, except that it sets the settings of the game and of the chosen command, and that the file of --config
// is read. No exception of the CLI library leaves this file.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "madang/server/game.h"
#include "madang/server/program.h"
#include "madang/server/replay_command.h"
#include "madang/server/shown_setting.h"
#include "madang/server/store_commands.h"

namespace madang::server {

/// A text to print: nothing else is to be done.
struct Answer {
  std::string text;   ///< whole lines
  int exit_code = 0;  ///< 0: print to standard output. 2: wrong usage, print to standard error
};

/// Run a server. The game has its settings.
struct Serve {
  std::vector<ShownSetting> settings;  ///< for the operator
};

/// What to do. A Command is one of the program's own, and has its settings.
using Task = std::variant<Answer, Serve, ReplayOptions, StoreTask, const Command*>;

/// Reads the command line. `arguments` are in UTF-8 and do not contain the program's name.
Task read_command_line(const ProgramInfo& program, Game& game, const std::vector<std::string>& arguments);

}  // namespace madang::server
