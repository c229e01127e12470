// Random: a small seeded generator, the same on every platform. Not for secrets.
//
// SplitMix64 (Steele, Lea, Flood 2014): one addition and two multiplications a number, any seed is a good
// seed.
#pragma once

#include <cstdint>

namespace madang {

/// Scatters the bits of `value`: equal in, equal out; near in, far out.
constexpr std::uint64_t scatter(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() { return scatter(state_ += 0x9e3779b97f4a7c15u); }

  /// 0 <= result < bound; bound > 0. The bias is at most bound / 2^32: nobody can see it.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
  }
  bool chance(std::uint32_t in, std::uint32_t of) { return below(of) < in; }

  std::uint64_t state() const { return state_; }

 private:
  std::uint64_t state_;
};

}  // namespace madang
