// AliasTable<Entry>: what a client knows of the pieces in sight, found by alias.
//
// One flat array, open addressing with linear probing: a lookup touches one or two cache lines, which counts
// when fifteen thousand clients in one process look up half a million steps a second. An Entry has a member
// `alias`, never 0. Pointers into the table hold until the next insert or erase. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/random.h"

namespace madang::client {

template <class Entry>
class AliasTable {
 public:
  std::size_t size() const { return size_; }

  Entry* find(std::uint32_t alias) {
    if (places_.empty()) return nullptr;
    for (std::size_t i = home_of(alias); places_[i].alias != 0; i = next(i))
      if (places_[i].alias == alias) return &places_[i];
    return nullptr;
  }
  const Entry* find(std::uint32_t alias) const { return const_cast<AliasTable*>(this)->find(alias); }

  /// The alias is not in the table yet.
  Entry& insert(const Entry& entry) {
    CHECK(entry.alias != 0 && !find(entry.alias));
    if ((size_ + 1) * 4 > places_.size() * 3) grow();
    ++size_;
    return place(entry);
  }

  void erase(std::uint32_t alias) {
    if (Entry* entry = find(alias)) erase_at(static_cast<std::size_t>(entry - places_.data()));
  }

  template <class Predicate>
  void erase_if(Predicate predicate) {
    // What moves up into the place of an erased one is looked at there, or was looked at before.
    for (std::size_t i = 0; i < places_.size();) {
      if (places_[i].alias != 0 && predicate(std::as_const(places_[i]))) {
        erase_at(i);
      } else {
        ++i;
      }
    }
  }

  /// In an order that depends on nothing but what was inserted and erased.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const Entry& entry : places_)
      if (entry.alias != 0) visit(entry);
  }

 private:
  static constexpr std::size_t places_min = 16;

  std::size_t home_of(std::uint32_t alias) const { return scatter(alias) & (places_.size() - 1); }
  std::size_t next(std::size_t place) const { return (place + 1) & (places_.size() - 1); }

  Entry& place(const Entry& entry) {
    std::size_t i = home_of(entry.alias);
    while (places_[i].alias != 0) i = next(i);
    return places_[i] = entry;
  }

  void grow() {
    const std::vector<Entry> before =
        std::exchange(places_, std::vector<Entry>(places_.empty() ? places_min : places_.size() * 2));
    for (const Entry& entry : before)
      if (entry.alias != 0) place(entry);
  }

  /// Moves up those behind that could not have their own place, so that no search stops at the gap.
  void erase_at(std::size_t gap) {
    const std::size_t mask = places_.size() - 1;
    for (std::size_t i = next(gap); places_[i].alias != 0; i = next(i)) {
      const std::size_t from_home = (i - home_of(places_[i].alias)) & mask;
      const std::size_t from_gap = (i - gap) & mask;
      if (from_home < from_gap) continue;
      places_[gap] = places_[i];
      gap = i;
    }
    places_[gap] = Entry{};
    --size_;
  }

  std::vector<Entry> places_;  // as many as a power of two; alias 0: free
  std::size_t size_ = 0;
};

}  // namespace madang::client
