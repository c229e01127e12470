// Bytes: a view of raw bytes. It comes with functions for little-endian numbers, for every byte order of the
// machine. Any thread.
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

/// Converts a number between the machine's byte order and little-endian.
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

/// Returns the little-endian number at `from`. Precondition: sizeof(T) bytes are there.
template <std::integral T>
T load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return little_endian(value);
}

/// Writes a little-endian number to `to`. Precondition: there is space for sizeof(T) bytes.
template <std::integral T>
void store(std::byte* to, T value) {
  value = little_endian(value);
  std::memcpy(to, &value, sizeof value);
}

}  // namespace madang
