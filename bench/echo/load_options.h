// The options of the load on its command line.
#pragma once

#include <cstdint>

namespace echo {

struct LoadOptions {
  std::uint16_t port = 0;
  int server_pid = 0;
  std::uint32_t connections = 50;
  std::uint32_t bytes = 64;  ///< of a whole frame
  std::uint32_t in_flight = 1;
  double warm_up = 1;  ///< seconds
  double seconds = 3;
  bool idle = false;
};

}  // namespace echo
