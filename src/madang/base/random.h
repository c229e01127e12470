// Random: a small random generator with a seed. It gives the same numbers on every system. Not for secrets.
//
// It is SplitMix64 (Steele, Lea, Flood 2014): one addition and two multiplications a number. Every seed is a
// good seed. All arithmetic here is modulo 2^64 on purpose. One thread.
#pragma once

#include <cstdint>

namespace madang {

/// Returns a mix of the bits of `value`. Equal values give equal results; close values give very different
/// ones.
constexpr std::uint64_t scatter(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() { return scatter(state_ += 0x9e3779b97f4a7c15u); }

  /// Returns a number from 0 to bound - 1. Its bias is at most bound / 2^32. Precondition: bound > 0.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
  }
  /// Returns true with a probability of `in` / `of`.
  bool chance(std::uint32_t in, std::uint32_t of) { return below(of) < in; }

  std::uint64_t state() const { return state_; }

 private:
  std::uint64_t state_;
};

}  // namespace madang
