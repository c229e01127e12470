// Ctrl-C, and on Linux also SIGTERM, as a flag that a loop can check.
//
// A signal handler may do very little. So this one sets a flag, and the main loop checks the flag ten times a
// second. The first Ctrl-C stops the program in order. A second Ctrl-C ends the program at once.
#pragma once

#include "madang/base/time.h"

namespace madang::lecture {

/// Installs the signal handler. To be called in main, before the loop.
void watch_for_stop();

/// Returns true after a stop signal. Any thread.
bool stop_requested();

/// Maximum time between two checks of the flag.
inline constexpr Duration stop_poll = 100ms;

}  // namespace madang::lecture
