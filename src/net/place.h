// Place: a client's address, and its place among those that are in. The place is given back when the Place
// ends. Movable, not copyable; what it was moved from keeps the address alone; any thread, one at a time. The
// Crowd must outlive it.
#pragma once

#include <expected>
#include <utility>

#include "net/crowd.h"

namespace madang::net {

class Place {
 public:
  Place() = default;
  /// An address without a place.
  explicit Place(const ClientAddress& client) : client_(client) {}
  /// Takes a place, or says why there is none for this client.
  static std::expected<Place, CloseReason> take(Crowd& crowd, const ClientAddress& client) {
    if (const CloseReason reason = crowd.enter(client); reason != CloseReason::none)
      return std::unexpected(reason);
    Place place(client);
    place.crowd_ = &crowd;
    return place;
  }

  Place(Place&& other) noexcept : crowd_(std::exchange(other.crowd_, nullptr)), client_(other.client_) {}
  Place& operator=(Place&& other) noexcept {
    give_back();
    crowd_ = std::exchange(other.crowd_, nullptr);
    client_ = other.client_;
    return *this;
  }
  ~Place() { give_back(); }

  /// Whether there is a place, and not the address alone.
  explicit operator bool() const { return crowd_ != nullptr; }
  const ClientAddress& client() const { return client_; }

  /// The client of this place has become known. none: it is counted by that address from now on. Otherwise
  /// why it may not be: the place is still the one that it was.
  CloseReason identify(const ClientAddress& client) {
    if (crowd_)
      if (const CloseReason reason = crowd_->identify(client_, client); reason != CloseReason::none)
        return reason;
    client_ = client;
    return CloseReason::none;
  }
  void give_back() {
    if (Crowd* crowd = std::exchange(crowd_, nullptr)) crowd->leave(client_);
  }

 private:
  Crowd* crowd_ = nullptr;
  ClientAddress client_;
};

}  // namespace madang::net
