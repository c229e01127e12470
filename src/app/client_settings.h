// The tables of settings of `madang bots` and `madang play`.
#pragma once

#include <vector>

#include "app/bots_command.h"
#include "app/play_command.h"
#include "madang/server/setting.h"

namespace madang::app {

/// Return the table of all settings. The rows point into `options`.
std::vector<server::Setting> table_of(BotsOptions& options);
std::vector<server::Setting> table_of(PlayOptions& options);

}  // namespace madang::app
