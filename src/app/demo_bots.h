// DemoBots: company for a server that has no players yet. Bots of its own, on a thread of their own, over
// real connections like anybody else.
#pragma once

#include <cstdint>
#include <thread>

#include "io/port.h"

namespace madang::app {

class DemoBots {
 public:
  /// `server`: where it listens. They come at once, and leave in order when this is destroyed.
  DemoBots(const io::Address& server, std::uint32_t count, std::uint64_t seed, io::Backend backend);

 private:
  std::jthread thread_;
};

}  // namespace madang::app
