// Ctrl-C, and on Linux SIGTERM, as a question that a loop can ask: has somebody asked us to stop?
//
// A signal handler may do next to nothing, so ours sets one flag and the main loop looks at it ten times a
// second. The first Ctrl-C stops the program in order; a second one ends it on the spot.
#pragma once

#include "base/time.h"

namespace madang::lecture {

/// In main, before the loop.
void watch_for_stop();

/// Any thread.
bool stop_requested();

/// How long a loop may sleep between two looks.
inline constexpr Duration stop_poll = 100ms;

}  // namespace madang::lecture
