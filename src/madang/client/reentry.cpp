#include "madang/client/reentry.h"

#include <algorithm>
#include <iterator>

namespace madang::client {

namespace {

constexpr Duration player_waits[] = {1s, 2s, 4s, 8s, 15s};
constexpr Duration demo_bot_waits[] = {5s, 10s, 20s, 40s, 60s};
static_assert(std::size(player_waits) == std::size(demo_bot_waits));

bool can_succeed_later(CloseReason reason) {
  switch (reason) {
    case CloseReason::connection_lost:
    case CloseReason::server_stopping:
    case CloseReason::login_timeout:
    case CloseReason::idle_timeout:
    case CloseReason::slow_reader:
    case CloseReason::server_full:
    case CloseReason::too_many_from_address:
    case CloseReason::world_full:
    case CloseReason::too_many_worlds: return true;
    default: return false;
  }
}

}  // namespace

void Reentry::entered() {
  was_in_world_ = true;
  tries_ = 0;
}

std::optional<Duration> Reentry::wait_after(const Ending& ending) {
  if (ending.was_requested) return std::nullopt;
  if (client_ == Client::player) {
    if (!can_succeed_later(ending.reason)) return std::nullopt;
    if (!ending.has_goodbye && !was_in_world_) return std::nullopt;
  }
  const auto& waits = client_ == Client::player ? player_waits : demo_bot_waits;
  const Duration wait = waits[std::min(tries_++, std::size(waits) - 1)];
  return wait / 100 * (80 + random_.below(41));
}

}  // namespace madang::client
