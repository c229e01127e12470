// Reentry: whether a client comes back by itself after its connection has ended, and when. The page's sister
// of this is clients/web/src/player/reentry.ts.
//
// A client that was in the world comes back when the connection was lost, and when the server's goodbye says
// that a later try can help. A client that was never in the world comes back only after such a goodbye: an
// address at which nobody listens is most likely a wrong one. The waits grow, and differ by a fifth more or
// less, so that clients do not all come at once.
//
// Pure: no clock of its own; chance follows from the seed. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/random.h"
#include "base/time.h"
#include "client/connection.h"

namespace madang::client {

class Reentry {
 public:
  explicit Reentry(std::uint64_t seed) : random_(seed) {}

  /// The client is in the world.
  void entered();
  bool was_in() const { return was_in_; }
  /// Returns how long to wait until the next try. Nothing: a try would end in the same way, or nobody wants
  /// it.
  std::optional<Duration> wait_after(const Ending& ending);

 private:
  Random random_;
  std::size_t tries_ = 0;  // since the client was in the world
  bool was_in_ = false;
};

}  // namespace madang::client
