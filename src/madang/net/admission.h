// Admission: decides which connections a server accepts, before the server does any work for them. Shared by
// all workers; any thread.
//
// Sessions, page requests and the operator's port have separate places. So page requests cannot use up the
// places of sessions, and players cannot use up those of the operator.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "madang/base/check.h"
#include "madang/base/limits.h"
#include "madang/net/crowd.h"
#include "madang/net/login_budget.h"

namespace madang::net {

/// The purpose of a connection. A request for a WebSocket becomes a session (play).
enum class Door : std::uint8_t { play, pages, operate };

class Admission {
 public:
  /// `seed` must be a secret: see LoginBudget.
  explicit Admission(const Limits& limits, std::uint64_t seed = 0)
      : play_(limits.sessions_max, limits.sessions_per_address_max),
        pages_(limits.http_connections_max, limits.sessions_per_address_max),
        operate_(operator_connections_max, operator_connections_per_address_max),
        logins_(limits, seed) {}

  static constexpr std::uint32_t operator_connections_max = 64;
  static constexpr std::uint32_t operator_connections_per_address_max = 16;

  /// Returns the places of this purpose.
  Crowd& at(Door door) {
    switch (door) {
      case Door::play: return play_;
      case Door::pages: return pages_;
      case Door::operate: return operate_;
    }
    MADANG_CHECK(false, "no such door: {}", std::to_underlying(door));
  }

  LoginBudget& logins() { return logins_; }

  /// Returns true at the first call only. A server warns once of a proxy that is not in trusted_proxies.
  bool is_first_proxy_warning() { return !was_proxy_warned_.exchange(true); }

  /// Returns how many sessions have a place.
  std::uint32_t sessions() const { return play_.size(); }

 private:
  Crowd play_;
  Crowd pages_;
  Crowd operate_;
  LoginBudget logins_;
  std::atomic<bool> was_proxy_warned_{false};
};

}  // namespace madang::net
