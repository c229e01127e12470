// Time: nanoseconds on a clock that never goes back. Handed in, never asked for in the middle of things, so
// that the simulator can hand in its own.
#pragma once

#include <chrono>

namespace madang {

using Duration = std::chrono::nanoseconds;

/// Nanoseconds since a start that has no meaning of its own.
using Time = std::chrono::nanoseconds;

using namespace std::chrono_literals;

/// The machine's own clock.
inline Time steady_now() {
  return std::chrono::duration_cast<Time>(std::chrono::steady_clock::now().time_since_epoch());
}

inline std::int64_t to_ms(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace madang
