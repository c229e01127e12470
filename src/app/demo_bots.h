// DemoBots: company for a server that has no players yet. Bots of its own, on a thread of their own, over
// real connections like anybody else.
#pragma once

#include <cstdint>
#include <thread>

#include "base/limits.h"
#include "io/port.h"

namespace madang::app {

/// Where a server that listens there is reached on this machine: one on every address, on loopback.
io::Address reachable(io::Address address);

/// The limits for a server that these bots are to come into. They all come from one address; where that is
/// counted, so many more may come from one (from any one, for admission knows no bots).
Limits with_room_for_demo_bots(Limits limits, const io::Address& server, std::uint32_t count);

class DemoBots {
 public:
  /// `server`: where it listens. They come at once, and leave in order when this is destroyed.
  /// They stay within `roam` tiles of where they arrive; 0: they go anywhere.
  DemoBots(const io::Address& server, std::uint32_t count, std::uint32_t roam, std::uint64_t seed,
           io::Backend backend);

 private:
  std::jthread thread_;
};

}  // namespace madang::app
