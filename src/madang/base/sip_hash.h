// sip_hash: a keyed hash of numbers, in 128 bits. The same on every platform. Any thread.
//
// It is SipHash-2-4 with the output of 128 bits (Aumasson, Bernstein: "SipHash: a fast short-input PRF",
// 2012, and the authors' reference code). Without the key, nobody can find inputs with equal hashes. All
// arithmetic here is modulo 2^64 on purpose.
#pragma once

#include <bit>
#include <cstdint>
#include <span>

namespace madang {

struct SipKey {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

struct Hash128 {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  constexpr bool operator==(const Hash128&) const = default;
};

/// Returns the hash of the numbers, each one as 8 bytes, the lowest byte first.
constexpr Hash128 sip_hash(SipKey key, std::span<const std::uint64_t> numbers) {
  std::uint64_t v0 = key.first ^ 0x736f6d6570736575u;
  std::uint64_t v1 = key.second ^ 0x646f72616e646f6du ^ 0xee;
  std::uint64_t v2 = key.first ^ 0x6c7967656e657261u;
  std::uint64_t v3 = key.second ^ 0x7465646279746573u;
  const auto rounds = [&](int count) {
    for (; count > 0; --count) {
      v0 += v1;
      v1 = std::rotl(v1, 13) ^ v0;
      v0 = std::rotl(v0, 32);
      v2 += v3;
      v3 = std::rotl(v3, 16) ^ v2;
      v0 += v3;
      v3 = std::rotl(v3, 21) ^ v0;
      v2 += v1;
      v1 = std::rotl(v1, 17) ^ v2;
      v2 = std::rotl(v2, 32);
    }
  };
  const auto absorb = [&](std::uint64_t number) {
    v3 ^= number;
    rounds(2);
    v0 ^= number;
  };
  for (const std::uint64_t number : numbers) absorb(number);
  absorb(std::uint64_t{numbers.size() * sizeof(std::uint64_t)} << 56);
  v2 ^= 0xee;
  rounds(4);
  Hash128 hash;
  hash.first = v0 ^ v1 ^ v2 ^ v3;
  v1 ^= 0xdd;
  rounds(4);
  hash.second = v0 ^ v1 ^ v2 ^ v3;
  return hash;
}

}  // namespace madang
