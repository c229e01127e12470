#include "madang/client/reentry.h"

#include <algorithm>
#include <iterator>

namespace madang::client {

namespace {

constexpr Duration reentry_waits[] = {1s, 2s, 4s, 8s, 15s};

bool can_succeed_later(CloseReason reason) {
  switch (reason) {
    case CloseReason::connection_lost:
    case CloseReason::server_stopping:
    case CloseReason::login_timeout:
    case CloseReason::idle_timeout:
    case CloseReason::slow_reader:
    case CloseReason::server_full:
    case CloseReason::too_many_from_address:
    case CloseReason::world_full: return true;
    default: return false;
  }
}

}  // namespace

void Reentry::entered() {
  was_in_world_ = true;
  tries_ = 0;
}

std::optional<Duration> Reentry::wait_after(const Ending& ending) {
  if (ending.was_requested || !can_succeed_later(ending.reason)) return std::nullopt;
  if (!ending.has_goodbye && !was_in_world_) return std::nullopt;
  const Duration wait = reentry_waits[std::min(tries_++, std::size(reentry_waits) - 1)];
  return wait / 100 * (80 + random_.below(41));
}

}  // namespace madang::client
