// `madang serve`: one zone, its workers, and, if asked for, bots that walk about in it.
#pragma once

#include "app/settings.h"

namespace madang::app {

/// Serves until Ctrl-C or SIGTERM, then stops in order. What main returns; what goes wrong has been said.
int run_serve(const ServeSettings& settings);

}  // namespace madang::app
