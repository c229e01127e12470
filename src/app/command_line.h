// The command line of `madang`: what somebody asked for, and whether it makes sense.
//
// Pure, but for reading the file that --config names. No exception of the library behind it gets out.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "app/bots_command.h"
#include "app/play_command.h"
#include "app/settings.h"

namespace madang::app {

/// All that there is to do is to print this.
struct Answer {
  std::string text;   ///< whole lines
  int exit_code = 0;  ///< 0: to standard output. 2: to standard error, for what was asked makes no sense
};

using Command = std::variant<Answer, ServeSettings, BotsOptions, PlayOptions>;

/// `arguments` in UTF-8, without the program's name.
Command read_command_line(const std::vector<std::string>& arguments);

}  // namespace madang::app
