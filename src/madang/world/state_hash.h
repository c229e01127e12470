// StateHash: a hash of numbers and texts, in 64 bits. The same on every platform. Not for secrets. One
// thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "madang/base/random.h"

namespace madang::world {

class StateHash {
 public:
  void add(std::uint64_t value) { state_ = scatter((state_ ^ value) + 0x9e3779b97f4a7c15u); }
  void add(std::string_view text) {
    add(text.size());
    for (const char c : text) add(static_cast<unsigned char>(c));
  }
  std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0;
};

}  // namespace madang::world
