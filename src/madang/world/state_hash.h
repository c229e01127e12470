// StateHash: a hash of numbers, texts and bytes, in 64 bits. The same on every platform. Not for secrets. One
// thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "madang/base/bytes.h"
#include "madang/base/random.h"

namespace madang::world {

class StateHash {
 public:
  void add(std::uint64_t value) { state_ = scatter((state_ ^ value) + 0x9e3779b97f4a7c15u); }
  void add(std::string_view text) {
    add(text.size());
    for (const char c : text) add(static_cast<unsigned char>(c));
  }
  /// Adds bytes, eight at a time.
  void add(Bytes bytes) {
    add(bytes.size());
    for (; bytes.size() >= sizeof(std::uint64_t); bytes = bytes.subspan(sizeof(std::uint64_t)))
      add(load<std::uint64_t>(bytes.data()));
    std::uint64_t rest = 0;
    for (const std::byte byte : bytes) rest = rest << 8 | static_cast<std::uint64_t>(byte);
    if (!bytes.empty()) add(rest);
  }
  std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0;
};

}  // namespace madang::world
