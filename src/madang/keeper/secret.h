// Secret<N>: up to N secret bytes that are wiped after use: a password, or a token. It owns its bytes.
//
// A Secret can be moved and not copied, so each secret is in one place. It is wiped when it is destroyed, and
// when its bytes move to another Secret. It can be neither printed nor formatted: both do not compile. Its
// bytes stand in the object itself. So a Secret on the heap or in a queue costs N bytes, and no allocation
// leaves a copy behind. One thread at a time.
#pragma once

#include <fmt/core.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <iosfwd>

#include "madang/base/bytes.h"
#include "madang/base/check.h"

namespace madang::keeper {

/// Overwrites bytes with zeros. The compiler does not leave this out. Any thread.
void wipe(void* bytes, std::size_t size);

template <std::size_t N>
class Secret {
 public:
  static constexpr std::size_t bytes_max = N;

  Secret() = default;
  /// Copies the bytes. The caller wipes its own. Precondition: there are at most bytes_max (CHECK).
  explicit Secret(Bytes bytes) : size_(bytes.size()) {
    MADANG_CHECK(bytes.size() <= bytes_max, "a secret of {} bytes; at most {}", bytes.size(), bytes_max);
    if (!bytes.empty()) std::memcpy(bytes_.data(), bytes.data(), bytes.size());
  }
  Secret(Secret&& other) noexcept { take(other); }
  Secret& operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    clear();
    take(other);
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { clear(); }

  /// Returns the bytes. They stay until the Secret is moved, cleared or destroyed.
  Bytes bytes() const { return {bytes_.data(), size_}; }
  bool is_empty() const { return size_ == 0; }

  /// Wipes the bytes.
  void clear() {
    wipe(bytes_.data(), size_);
    size_ = 0;
  }

  friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;

 private:
  void take(Secret& other) {
    std::memcpy(bytes_.data(), other.bytes_.data(), other.size_);
    size_ = other.size_;
    other.clear();
  }

  std::array<std::byte, N> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace madang::keeper

/// A Secret has no text.
template <std::size_t N, class Char>
struct fmt::formatter<madang::keeper::Secret<N>, Char> {
  formatter() = delete;
};
