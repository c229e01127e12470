// Time: nanoseconds on a clock that never goes back. Any thread.
//
// A caller passes the time to the code that needs it, so that a simulation can pass its own time.
#pragma once

#include <chrono>

namespace madang {

using Duration = std::chrono::nanoseconds;

/// Nanoseconds since a start that has no meaning.
using Time = std::chrono::nanoseconds;

using namespace std::chrono_literals;

/// Returns the time of the machine's clock.
inline Time steady_now() {
  return std::chrono::duration_cast<Time>(std::chrono::steady_clock::now().time_since_epoch());
}

/// Returns the duration in milliseconds, rounded towards zero.
inline std::int64_t to_ms(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace madang
