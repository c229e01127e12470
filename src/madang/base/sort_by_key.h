// sort_by_key(): sorts a list by an unsigned number of each element. Elements with the same number keep their
// order.
//
// It moves the elements once for each byte in which the numbers differ, so its time grows with the length of
// the list alone. A short list, and a list that is sorted already, takes less. It allocates only if `spare`
// is smaller than the list; the caller keeps `spare` from call to call, also for other lists of this type.
// Any thread that owns both lists.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace madang {

/// Up to this length, elements are inserted one after the other.
inline constexpr std::size_t insertion_sort_max = 24;

/// `key(element)` returns the number. The content of `spare` is lost.
template <class T, class Key>
void sort_by_key(std::vector<T>& values, std::vector<T>& spare, Key key) {
  const std::size_t count = values.size();
  std::uint64_t differing = 0;  // the bits in which two neighbours differ
  bool is_sorted = true;
  for (std::size_t i = 1; i < count; ++i) {
    const std::uint64_t before = key(values[i - 1]);
    const std::uint64_t now = key(values[i]);
    differing |= before ^ now;
    is_sorted &= before <= now;
  }
  if (is_sorted) return;
  if (count <= insertion_sort_max) {
    for (std::size_t i = 1; i < count; ++i) {
      T value = std::move(values[i]);
      const std::uint64_t its_key = key(value);
      std::size_t at = i;
      for (; at > 0 && key(values[at - 1]) > its_key; --at) values[at] = std::move(values[at - 1]);
      values[at] = std::move(value);
    }
    return;
  }
  constexpr std::uint32_t digit_bits = 8;
  constexpr std::size_t digits = std::size_t{1} << digit_bits;
  if (spare.size() < count) spare.resize(count);
  T* from = values.data();
  T* to = spare.data();
  for (std::uint32_t shift = 0; shift < 64 && differing >> shift != 0; shift += digit_bits) {
    if ((differing >> shift & (digits - 1)) == 0) continue;
    const auto digit = [&](const T& value) { return key(value) >> shift & (digits - 1); };
    std::array<std::uint32_t, digits> place{};
    for (std::size_t i = 0; i < count; ++i) ++place[digit(from[i])];
    std::uint32_t end = 0;
    for (std::uint32_t& first : place) first = std::exchange(end, end + first);
    for (std::size_t i = 0; i < count; ++i) to[place[digit(from[i])]++] = std::move(from[i]);
    std::swap(from, to);
  }
  // Each list keeps its memory. Otherwise a short list would take the memory of a long one.
  if (from != values.data()) std::move(from, from + count, values.begin());
}

}  // namespace madang
