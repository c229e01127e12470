// Admission: who may come in, decided before any work is done for them. Shared by all workers; any thread.
//
// Sessions and the requests of pages are counted apart, so that neither takes the places of the other, and
// the operator's port has places of its own, so that no stranger keeps the operator out.
#pragma once

#include <atomic>

#include "base/limits.h"
#include "net/crowd.h"
#include "net/login_budget.h"

namespace madang::net {

/// What a connection came for. A WebSocket's request becomes a session.
enum class Door : std::uint8_t { play, pages, operate };

class Admission {
 public:
  /// `seed` is nobody else's to know: see LoginBudget.
  explicit Admission(const Limits& limits, std::uint64_t seed = 0)
      : play_(limits.sessions_max, limits.sessions_per_address_max),
        pages_(limits.http_connections_max, limits.sessions_per_address_max),
        operate_(operator_connections_max, operator_connections_per_address_max),
        logins_(limits, seed) {}

  static constexpr std::uint32_t operator_connections_max = 64;
  static constexpr std::uint32_t operator_connections_per_address_max = 16;

  Crowd& at(Door door) { return door == Door::play ? play_ : door == Door::pages ? pages_ : operate_; }

  LoginBudget& logins() { return logins_; }

  /// Whether the caller is the first that warns of a proxy that nobody has named: once a server is enough.
  bool is_first_proxy_warning() { return !is_proxy_told_.exchange(true); }

  // Of sessions.
  CloseReason enter(const ClientAddress& client) { return play_.enter(client); }
  void leave(const ClientAddress& client) { play_.leave(client); }
  CloseReason identify(const ClientAddress& from, const ClientAddress& to) {
    return play_.identify(from, to);
  }
  std::uint32_t sessions() const { return play_.size(); }

 private:
  Crowd play_;
  Crowd pages_;
  Crowd operate_;
  LoginBudget logins_;
  std::atomic<bool> is_proxy_told_{false};
};

}  // namespace madang::net
