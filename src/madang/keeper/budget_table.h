// BudgetTable: one Budget for each of a bounded number of keys. A plain object; one thread, or a mutex.
//
// It is a TokenBucket (madang/base/token_bucket.h) for each key: the time at which the bucket is full again.
// Only buckets that are not full need an entry, so a bucket that is full again loses its own.
//
// A table of `entries_max` entries is never full of such buckets if it has an entry for each charge within
// the time of one token: entries_max >= charges a second * interval. Each charge adds one interval to the sum
// of all waits, and each entry takes a second a second from it. If the table is too small after all, the
// fullest bucket is forgotten: it has the least to remember. An entry costs about 150 bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <tuple>
#include <unordered_map>

#include "madang/base/limits.h"
#include "madang/base/sip_hash.h"
#include "madang/base/time.h"

namespace madang::keeper {

/// Orders keys in a table of the standard library. Their bits are random already.
struct KeyHash {
  std::size_t operator()(const Hash128& key) const { return static_cast<std::size_t>(key.first); }
};

class BudgetTable {
 public:
  /// Precondition: entries_max > 0 (CHECK).
  BudgetTable(const Budget& budget, std::size_t entries_max);

  /// Returns whether the bucket of a key has a token.
  bool has(const Hash128& key, Time now) const;
  /// Takes a token. A bucket without one gets a debt, so the caller asks has() first.
  void charge(const Hash128& key, Time now);
  /// Returns one token that was taken. Does nothing if the bucket is full, or was forgotten.
  void refund(const Hash128& key);

  /// Returns the number of entries, at most entries_max.
  std::size_t size() const { return full_at_.size(); }

 private:
  using Place = std::tuple<Time, std::uint64_t, std::uint64_t>;

  static Place place_of(const Hash128& key, Time full_at) { return {full_at, key.first, key.second}; }
  Duration interval() const { return std::chrono::milliseconds(budget_.interval_ms); }
  void set(const Hash128& key, Time full_at);
  void remove_fullest();

  const Budget budget_;
  const std::size_t entries_max_;
  std::unordered_map<Hash128, Time, KeyHash> full_at_;
  std::set<Place> by_fullness_;  ///< the same entries, the fullest first
};

}  // namespace madang::keeper
