// FlatTable<Entry>: entries that are found by a key.
//
// One flat array with open addressing and linear probing. A look-up reads one or two cache lines: one process
// may hold fifteen thousand clients, with millions of look-ups a second. An Entry has a function key(), which
// returns 64 bits that are 0 only in `Entry{}`, and a static function hash_of(key). Pointers into the table
// are valid until the next insert or erase. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "madang/base/check.h"

namespace madang::client {

template <class Entry>
class FlatTable {
 public:
  std::size_t size() const { return size_; }

  Entry* find(std::uint64_t key) {
    if (entries_.empty()) return nullptr;
    for (std::size_t i = home_of(key); entries_[i].key() != 0; i = next(i))
      if (entries_[i].key() == key) return &entries_[i];
    return nullptr;
  }
  const Entry* find(std::uint64_t key) const { return const_cast<FlatTable*>(this)->find(key); }

  /// Begins to fetch the memory in which an entry with this key is likely to be. Without the attribute, GCC
  /// drops the call, because it has no effect.
  [[gnu::always_inline]] inline void prefetch(std::uint64_t key) const {
    if (!entries_.empty()) __builtin_prefetch(&entries_[home_of(key)]);
  }

  /// Calls visit(entry) for each entry. The visitor must not change a key.
  template <class Visit>
  void for_each(Visit visit) {
    for (Entry& entry : entries_)
      if (entry.key() != 0) visit(entry);
  }

  /// Adds an entry. Precondition: its key is not in the table yet (CHECK).
  Entry& insert(const Entry& entry) {
    MADANG_CHECK(entry.key() != 0 && !find(entry.key()));
    if ((size_ + 1) * 4 > entries_.size() * 3) grow();
    ++size_;
    return add(entry);
  }

  void erase(std::uint64_t key) {
    if (Entry* entry = find(key)) erase_at(static_cast<std::size_t>(entry - entries_.data()));
  }

  template <class Predicate>
  void erase_if(Predicate predicate) {
    // An entry that moves into the gap is visited there next, or was visited before.
    for (std::size_t i = 0; i < entries_.size();) {
      if (entries_[i].key() != 0 && predicate(std::as_const(entries_[i]))) {
        erase_at(i);
      } else {
        ++i;
      }
    }
  }

  /// Calls visit(entry) for each entry. The order depends only on the history of inserts and erases.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const Entry& entry : entries_)
      if (entry.key() != 0) visit(entry);
  }

  std::size_t memory_bytes() const { return entries_.capacity() * sizeof(Entry); }

 private:
  static constexpr std::size_t entries_min = 2;

  std::size_t home_of(std::uint64_t key) const { return Entry::hash_of(key) & (entries_.size() - 1); }
  std::size_t next(std::size_t index) const { return (index + 1) & (entries_.size() - 1); }

  Entry& add(const Entry& entry) {
    std::size_t i = home_of(entry.key());
    while (entries_[i].key() != 0) i = next(i);
    return entries_[i] = entry;
  }

  void grow() {
    const std::vector<Entry> before =
        std::exchange(entries_, std::vector<Entry>(entries_.empty() ? entries_min : entries_.size() * 2));
    for (const Entry& entry : before)
      if (entry.key() != 0) add(entry);
  }

  /// Erases an entry, and fills the gap with later entries that belong before it. Otherwise a search would
  /// stop at the gap.
  void erase_at(std::size_t gap) {
    const std::size_t mask = entries_.size() - 1;
    for (std::size_t i = next(gap); entries_[i].key() != 0; i = next(i)) {
      const std::size_t from_home = (i - home_of(entries_[i].key())) & mask;
      const std::size_t from_gap = (i - gap) & mask;
      if (from_home < from_gap) continue;
      entries_[gap] = entries_[i];
      gap = i;
    }
    entries_[gap] = Entry{};
    --size_;
  }

  std::vector<Entry> entries_;  // their number is a power of two; key 0: free
  std::size_t size_ = 0;
};

}  // namespace madang::client
