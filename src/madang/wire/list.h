// List<T>: the items of a list in a packet, without a container.
//
// In a packet to be sent, it is a view of the caller's values. In a received packet, it is a view of valid
// bytes, and its iterator parses them. It owns nothing, so its values or bytes must outlive it. Any thread.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <ranges>
#include <span>

#include "madang/base/bytes.h"

namespace madang::wire {

/// Parses one value from the front of `rest` and removes it there: see codec.h. Returns false when the bytes
/// are no such value.
template <class T>
[[nodiscard]] bool parse(Bytes& rest, T& value);

/// Returns whether two values have the same fields and items: see codec.h.
template <class T>
bool are_equal(const T& a, const T& b);

template <class T>
class List {
 public:
  using Item = T;
  class Iterator;

  constexpr List() = default;
  /// Makes a list of values to be sent. The array, vector or span must outlive the list.
  template <class Values>
    requires(!std::same_as<std::remove_cvref_t<Values>, List> && std::ranges::borrowed_range<Values> &&
             std::constructible_from<std::span<const T>, Values>)
  constexpr List(Values&& values) : values_(values), count_(values_.size()) {}

  /// Makes a list of `count` received values. Precondition: `bytes` holds them, and all of them are valid.
  /// For the decoder.
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

  /// Returns the values to be sent; none for a received list. For the encoder.
  constexpr std::span<const T> values() const { return values_; }
  /// Returns whether the list was received and has items.
  constexpr bool is_received() const { return values_.size() != count_; }
  /// Returns the bytes of a received list.
  constexpr Bytes bytes() const { return bytes_; }

  friend bool operator==(const List& a, const List& b) { return are_equal(a, b); }

 private:
  std::span<const T> values_;
  Bytes bytes_;
  std::size_t count_ = 0;
};

/// An input iterator: it walks over the list once.
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
      // The bytes were valid when the list was made, and they have not changed.
      left_ = parse(rest_, current_) ? left_ : 0;
    }
  }

  const T* next_value_ = nullptr;
  Bytes rest_;
  std::size_t left_ = 0;
  T current_{};
};

}  // namespace madang::wire
