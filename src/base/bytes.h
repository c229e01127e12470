// Bytes: a view of raw bytes, and little-endian numbers in it, whatever the machine's own order.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace madang {

using Bytes = std::span<const std::byte>;

inline Bytes as_bytes(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <std::integral T>
constexpr T little_endian(T value) {
  if constexpr (std::endian::native == std::endian::big) {
    T swapped{};
    for (std::size_t i = 0; i < sizeof(T); ++i)
      swapped = static_cast<T>(swapped << 8 | ((value >> (8 * i)) & 0xff));
    return swapped;
  }
  return value;
}

/// The caller has made sure that sizeof(T) bytes stand at `from`.
template <std::integral T>
T load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return little_endian(value);
}

/// The caller has made sure of room for sizeof(T) bytes at `to`.
template <std::integral T>
void store(std::byte* to, T value) {
  value = little_endian(value);
  std::memcpy(to, &value, sizeof value);
}

}  // namespace madang
