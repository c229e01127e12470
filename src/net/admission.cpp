#include "net/admission.h"

#include <algorithm>

#include "base/check.h"

namespace madang::net {

CloseReason Admission::enter(const ClientAddress& client) {
  const std::lock_guard lock(mutex_);
  if (sessions_ >= limits_.sessions_max) return CloseReason::server_full;
  if (!count(client)) return CloseReason::too_many_from_address;
  ++sessions_;
  return CloseReason::none;
}

void Admission::leave(const ClientAddress& client) {
  const std::lock_guard lock(mutex_);
  CHECK(sessions_ > 0);
  --sessions_;
  uncount(client);
}

CloseReason Admission::identify(const ClientAddress& from, const ClientAddress& to) {
  const std::lock_guard lock(mutex_);
  if (!count(to)) return CloseReason::too_many_from_address;
  uncount(from);
  return CloseReason::none;
}

bool Admission::is_counted(const ClientAddress& client) {
  return client.route != Route::proxy && !client.is_this_machine();
}

/// False: there are too many already.
bool Admission::count(const ClientAddress& client) {
  if (!is_counted(client)) return true;
  std::uint32_t& count = by_origin_[origin_of(client.address)];
  if (count >= limits_.sessions_per_address_max) return false;
  ++count;
  return true;
}

void Admission::uncount(const ClientAddress& client) {
  if (!is_counted(client)) return;
  const auto at = by_origin_.find(origin_of(client.address));
  CHECK(at != by_origin_.end());
  if (--at->second == 0) by_origin_.erase(at);
}

std::uint32_t Admission::sessions() const {
  const std::lock_guard lock(mutex_);
  return sessions_;
}

Admission::Origin Admission::origin_of(const io::Address& peer) {
  const bool is_v4 = peer.family == io::Address::Family::v4;
  Origin origin{static_cast<std::uint8_t>(is_v4 ? 4 : 6)};
  std::copy_n(peer.ip.begin(), is_v4 ? 4 : 8, origin.begin() + 1);
  return origin;
}

}  // namespace madang::net
