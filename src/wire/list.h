// List<T>: many records in a packet, without a container.
//
// To be sent, it is a view of values that the caller has; received, it is a view of bytes that were found to
// be valid, read while one walks over them. Either way it owns nothing and must not outlive what it looks at.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <ranges>
#include <span>

#include "base/bytes.h"

namespace madang::wire {

/// Reads one value off the front of `rest`; see codec.h.
template <class T>
[[nodiscard]] bool take(Bytes& rest, T& value);

template <class T>
class List {
 public:
  using Item = T;
  class Iterator;

  constexpr List() = default;
  /// Values to be sent: any array, vector or span that lives as long as this view.
  template <class Values>
    requires(!std::same_as<std::remove_cvref_t<Values>, List> && std::ranges::borrowed_range<Values> &&
             std::constructible_from<std::span<const T>, Values>)
  constexpr List(Values&& values) : values_(values), count_(values_.size()) {}

  /// For the decoder: `count` values stand in `bytes`, and all of them are valid.
  static List received(Bytes bytes, std::size_t count) {
    List list;
    list.bytes_ = bytes;
    list.count_ = count;
    return list;
  }

  constexpr std::size_t size() const { return count_; }
  constexpr bool empty() const { return count_ == 0; }
  Iterator begin() const { return Iterator(*this); }
  std::default_sentinel_t end() const { return {}; }

  /// For the encoder: the values to be sent; nothing when this was received.
  constexpr std::span<const T> values() const { return values_; }
  constexpr bool is_received() const { return values_.size() != count_; }
  /// The bytes of what was received.
  constexpr Bytes bytes() const { return bytes_; }

  friend bool operator==(const List& a, const List& b) { return std::ranges::equal(a, b); }

 private:
  std::span<const T> values_;
  Bytes bytes_;
  std::size_t count_ = 0;
};

/// One pass, by value.
template <class T>
class List<T>::Iterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using value_type = T;
  using difference_type = std::ptrdiff_t;

  Iterator() = default;
  explicit Iterator(const List& list)
      : next_value_(list.values().data()), rest_(list.bytes()), left_(list.size()) {
    if (left_ > 0) read();
  }

  const T& operator*() const { return current_; }
  Iterator& operator++() {
    if (--left_ > 0) read();
    return *this;
  }
  void operator++(int) { ++*this; }
  bool operator==(std::default_sentinel_t) const { return left_ == 0; }

 private:
  void read() {
    if (next_value_) {
      current_ = *next_value_++;
    } else {
      // It was valid when the list was made, and the bytes belong to a receive that is still being handled.
      left_ = take(rest_, current_) ? left_ : 0;
    }
  }

  const T* next_value_ = nullptr;
  Bytes rest_;
  std::size_t left_ = 0;
  T current_{};
};

}  // namespace madang::wire
