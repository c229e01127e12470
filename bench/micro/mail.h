// Mail: the output of a tick. It has bytes that are encoded once, and a list of the bytes for each client.
#pragma once

#include <cstdint>
#include <vector>

#include "madang/wire/codec.h"
#include "madang/world/made.h"

namespace madang::micro {

class Mail {
 public:
  using Part = world::OutputPart;
  struct Delivery {
    std::uint32_t client;
    Part part;
  };

  void clear() {
    bytes.clear();
    deliveries_.clear();
  }

  /// Appends one frame. deliver() then names its clients.
  template <wire::Packet P>
  Part write(const P& packet) {
    const auto begin = static_cast<std::uint32_t>(bytes.size());
    wire::append(bytes, packet);
    return {begin, static_cast<std::uint32_t>(bytes.size())};
  }

  void deliver(std::uint32_t client, Part part) {
    deliveries_.push_back({client, part});
    bytes_told_ += part.end - part.begin;
  }

  const std::vector<Delivery>& deliveries() const { return deliveries_; }
  Bytes bytes_of(Part part) const { return bytes.bytes().subspan(part.begin, part.end - part.begin); }
  std::uint64_t bytes_told() const { return bytes_told_; }

  Buffer bytes;

 private:
  std::vector<Delivery> deliveries_;
  std::uint64_t bytes_told_ = 0;
};

}  // namespace madang::micro
