// DemoBots: the server's own bots, for a server that has no players yet. They run on one thread of their own,
// and have real connections like other clients. A bot whose connection ends comes back later, also after a
// goodbye of the operator.
#pragma once

#include <cstdint>
#include <thread>

#include "madang/base/limits.h"
#include "madang/io/port.h"

namespace madang::app {

/// Returns the address at which this machine reaches a server that listens on `address`. The address 0.0.0.0
/// becomes 127.0.0.1.
io::Address reachable(io::Address address);

/// Returns the limits with capacity for `count` bots of the server's own. All bots have the same address, so
/// sessions_per_address_max grows, for every address. On loopback that limit does not count.
Limits with_capacity_for_demo_bots(Limits limits, const io::Address& server, std::uint32_t count);

class DemoBots {
 public:
  /// Starts the bots. `server` is the address where the server listens. The bots stay within `roam` tiles of
  /// where they arrive (0: no maximum). The destructor logs the bots out and waits for their thread.
  DemoBots(const io::Address& server, std::uint32_t count, std::uint32_t roam, std::uint64_t seed,
           io::Backend backend);

 private:
  std::jthread thread_;
};

}  // namespace madang::app
