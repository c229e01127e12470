// Hash: the BLAKE2b-256 (RFC 7693) of bytes. Hasher computes a Hash of bytes that come in parts. Any thread;
// one thread at a time uses a Hasher.
//
// Equal bytes have equal hashes on every platform. With a key, only a program that knows the key can compute
// the hash.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <string>

#include "madang/base/bytes.h"

namespace madang::keeper {

/// A BLAKE2b-256. The order is that of the bytes, the first byte first.
struct Hash {
  std::array<std::byte, 32> bytes{};
  auto operator<=>(const Hash&) const = default;
};

class Hasher {
 public:
  static constexpr std::size_t key_bytes_min = 16;
  static constexpr std::size_t key_bytes_max = 64;

  Hasher();

  /// Precondition: the key has `key_bytes_min` to `key_bytes_max` bytes (CHECK). The Hasher keeps no
  /// reference to it.
  explicit Hasher(Bytes key);

  /// Adds bytes behind those that were added before.
  Hasher& add(Bytes bytes);

  /// Returns the hash of all added bytes. Precondition: neither add() nor finish() is called after this call
  /// (CHECK).
  Hash finish();

 private:
  alignas(64) std::array<std::byte, 384> state_;  // libsodium's state; hash.cpp checks its size
  bool is_finished_ = false;
};

/// Returns the hash of the bytes, without a key.
Hash hash_of(Bytes bytes);

/// Returns the hash as 64 hexadecimal digits, in small letters.
std::string text_of(const Hash& hash);

}  // namespace madang::keeper
