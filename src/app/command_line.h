// Reads the command line of `madang`: returns the command with its settings, or what is wrong.
//
// Pure, except that the file of --config is read. No exception of the CLI library leaves this file.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "app/bots_command.h"
#include "app/play_command.h"
#include "app/replay_command.h"
#include "app/settings.h"

namespace madang::app {

/// A text to print: nothing else is to be done.
struct Answer {
  std::string text;   ///< whole lines
  int exit_code = 0;  ///< 0: print to standard output. 2: wrong usage, print to standard error
};

using Command = std::variant<Answer, ServeSettings, BotsOptions, PlayOptions, ReplayOptions>;

/// Reads the command line. `arguments` are in UTF-8 and do not contain the program's name.
Command read_command_line(const std::vector<std::string>& arguments);

}  // namespace madang::app
