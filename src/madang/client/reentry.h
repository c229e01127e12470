// Reentry: decides whether a client logs in again by itself after its connection has ended, and when. The
// page has the same rules for a player in clients/web/src/player/reconnect.ts.
//
// A player's client that was in the world tries again if the connection was lost, or if a later try can
// succeed after the server's goodbye. A client that was never in the world tries again only after such a
// goodbye, because an address without a server is probably wrong.
//
// A demo bot has no person that decides, so it tries again after every end that it did not request. Its waits
// are longer, so that a server that refuses all bots gets few logins.
//
// The waits grow until the client is in the world. They differ at random by up to a fifth, so
// that clients do not all come at once.
//
// Pure: no clock; the random numbers follow from the seed. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "madang/base/random.h"
#include "madang/base/time.h"
#include "madang/client/connection.h"

namespace madang::client {

class Reentry {
 public:
  enum class Client : std::uint8_t { player, demo_bot };

  explicit Reentry(std::uint64_t seed, Client client = Client::player) : client_(client), random_(seed) {}

  /// Notes that the client is in the world.
  void entered();
  bool was_in_world() const { return was_in_world_; }
  /// Returns the time until the next try. Returns nothing if there should be no try: it would end in the same
  /// way, or the player has left.
  std::optional<Duration> wait_after(const Ending& ending);

 private:
  const Client client_;
  Random random_;
  std::size_t tries_ = 0;  // since the client was in the world
  bool was_in_world_ = false;
};

}  // namespace madang::client
