// What a program asks of the operating system once, at its start.
#pragma once

#include <cstdint>

namespace madang::app {

/// Lets the process open as many sockets and files as it may at the most. How many that is; 0: no limit is
/// known.
std::uint32_t raise_descriptor_limit();

/// Makes waits end within a millisecond of their time (Windows would take up to 16), for as long as it lives.
class FineTimers {
 public:
  FineTimers();
  ~FineTimers();
  FineTimers(const FineTimers&) = delete;
  FineTimers& operator=(const FineTimers&) = delete;
};

}  // namespace madang::app
