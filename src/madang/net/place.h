// Place: the address of a client, and the client's place in a Crowd. The destructor gives the place back.
//
// Movable, not copyable. The object that a Place was moved from keeps the address, but no place. Any thread,
// one at a time. The Crowd must outlive its places.
#pragma once

#include <expected>
#include <utility>

#include "madang/net/crowd.h"

namespace madang::net {

class Place {
 public:
  Place() = default;
  /// Keeps an address without a place.
  explicit Place(const ClientAddress& client) : client_(client) {}
  /// Occupies a place. Returns the reason why there is none for this client.
  static std::expected<Place, CloseReason> occupy(Crowd& crowd, const ClientAddress& client) {
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

  /// Returns whether there is a place, and not the address alone.
  explicit operator bool() const { return crowd_ != nullptr; }
  const ClientAddress& client() const { return client_; }

  /// Counts the place for another address, because the client behind a proxy has become known. Returns none,
  /// or the reason why that address may have no more places; then nothing has changed.
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
