#include "madang/net/crowd.h"

#include "madang/base/check.h"

namespace madang::net {

CloseReason Crowd::enter(const ClientAddress& client) {
  const std::lock_guard lock(mutex_);
  if (size_ >= places_max_) return CloseReason::server_full;
  if (!count(client)) return CloseReason::too_many_from_address;
  ++size_;
  return CloseReason::none;
}

void Crowd::leave(const ClientAddress& client) {
  const std::lock_guard lock(mutex_);
  MADANG_CHECK(size_ > 0);
  --size_;
  uncount(client);
}

CloseReason Crowd::identify(const ClientAddress& from, const ClientAddress& to) {
  const std::lock_guard lock(mutex_);
  if (!count(to)) return CloseReason::too_many_from_address;
  uncount(from);
  return CloseReason::none;
}

bool Crowd::is_counted(const ClientAddress& client) {
  return client.route != Route::proxy && !client.is_this_machine();
}

/// Returns false if this address has no more places.
bool Crowd::count(const ClientAddress& client) {
  if (!is_counted(client)) return true;
  std::uint32_t& count = by_origin_[Origin(client.address)];
  if (count >= per_address_max_) return false;
  ++count;
  return true;
}

void Crowd::uncount(const ClientAddress& client) {
  if (!is_counted(client)) return;
  const auto at = by_origin_.find(Origin(client.address));
  MADANG_CHECK(at != by_origin_.end());
  if (--at->second == 0) by_origin_.erase(at);
}

std::uint32_t Crowd::size() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

}  // namespace madang::net
