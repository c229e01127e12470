// FlatSet: a hash set of numbers in one array, for the view lists, without nodes and pointers. It uses linear
// probing. An erased place is filled with a later element, so that no marks for erased elements are needed.
//
// It has the functions of std::unordered_set<std::uint32_t> that the view lists use, and is faster.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace madang::micro {

class FlatSet {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;  ///< this value cannot be an element

  std::size_t size() const { return size_; }

  bool contains(std::uint32_t value) const { return capacity_ > 0 && places_[place_of(value)] == value; }

  void insert(std::uint32_t value) {
    if (2 * (size_ + 1) > capacity_) grow();
    std::uint32_t& place = places_[place_of(value)];
    size_ += place != value;
    place = value;
  }

  void erase(std::uint32_t value) {
    if (!contains(value)) return;
    std::size_t hole = place_of(value);
    for (std::size_t at = next(hole); places_[at] != none; at = next(at)) {
      // An element moves into the hole if the hole is on the way from the element's own place to here.
      const std::size_t way = (at - home_of(places_[at])) & (capacity_ - 1);
      if (way < ((at - hole) & (capacity_ - 1))) continue;
      places_[hole] = places_[at];
      hole = at;
    }
    places_[hole] = none;
    --size_;
  }

  class Iterator {
   public:
    Iterator(const std::uint32_t* at, const std::uint32_t* end) : at_(at), end_(end) { skip(); }
    std::uint32_t operator*() const { return *at_; }
    Iterator& operator++() {
      ++at_;
      skip();
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    void skip() {
      while (at_ != end_ && *at_ == none) ++at_;
    }
    const std::uint32_t* at_;
    const std::uint32_t* end_;
  };
  Iterator begin() const { return {places_.get(), places_.get() + capacity_}; }
  Iterator end() const { return {places_.get() + capacity_, places_.get() + capacity_}; }

 private:
  std::size_t home_of(std::uint32_t value) const { return (value * 0x9e3779b9u >> 16) & (capacity_ - 1); }
  std::size_t next(std::size_t place) const { return (place + 1) & (capacity_ - 1); }
  /// Returns the place of an element, or the place where it would be inserted.
  std::size_t place_of(std::uint32_t value) const {
    std::size_t place = home_of(value);
    while (places_[place] != value && places_[place] != none) place = next(place);
    return place;
  }

  void grow() {
    FlatSet larger;
    larger.capacity_ = std::max<std::uint32_t>(8, capacity_ * 2);
    larger.places_ = std::make_unique_for_overwrite<std::uint32_t[]>(larger.capacity_);
    std::fill_n(larger.places_.get(), larger.capacity_, none);
    for (const std::uint32_t value : *this) larger.insert(value);
    *this = std::move(larger);
  }

  std::unique_ptr<std::uint32_t[]> places_;
  std::uint32_t capacity_ = 0;  // a power of two, at least twice the size
  std::uint32_t size_ = 0;
};

}  // namespace madang::micro
