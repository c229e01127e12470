// `madang serve`: a server with one zone, its workers, and perhaps demo bots.
#pragma once

#include "app/settings.h"

namespace madang::app {

/// Serves until Ctrl-C or SIGTERM, and then stops in order. Returns the exit code. Logs an error. Main
/// thread.
int run_serve(const ServeSettings& settings);

}  // namespace madang::app
