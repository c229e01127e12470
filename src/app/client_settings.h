// What can be set for `madang bots` and `madang play`, as tables of settings.
#pragma once

#include <vector>

#include "app/bots_command.h"
#include "app/play_command.h"
#include "app/setting.h"

namespace madang::app {

/// The rows point into `options`.
std::vector<Setting> table_of(BotsOptions& options);
std::vector<Setting> table_of(PlayOptions& options);

}  // namespace madang::app
