// The table of settings of `madang play`.
#pragma once

#include <vector>

#include "app/play_command.h"
#include "madang/server/setting.h"

namespace madang::app {

/// Returns the table of all settings. The rows point into `options`.
std::vector<server::Setting> table_of(PlayOptions& options);

}  // namespace madang::app
