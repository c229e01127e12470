#include "madang/client/flat_table.h"

#include <gtest/gtest.h>

#include <map>

#include "madang/base/random.h"

namespace madang::client {
namespace {

struct Entry {
  std::uint64_t number = 0;
  int value = 0;
  static std::uint64_t hash_of(std::uint64_t key) { return scatter(key); }
  std::uint64_t key() const { return number; }
};

TEST(FlatTable, FindsNothingWhenItIsEmpty) {
  FlatTable<Entry> table;
  EXPECT_EQ(table.find(1), nullptr);
  table.erase(1);
  EXPECT_EQ(table.size(), 0u);
}

TEST(FlatTable, HoldsTheSameAsAMapAfterManyInsertsAndErases) {
  Random random(11);
  FlatTable<Entry> table;
  std::map<std::uint64_t, int> truth;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t key = (std::uint64_t{1} << 48) + random.below(300);
    if (truth.erase(key) > 0) {
      table.erase(key);
    } else {
      truth.emplace(key, i);
      table.insert({key, i});
    }
    if (i % 1000 == 999) {
      const auto goes = [](std::uint64_t a) { return a % 3 == 0; };
      std::erase_if(truth, [&](const auto& entry) { return goes(entry.first); });
      table.erase_if([&](const Entry& entry) { return goes(entry.number); });
    }
    ASSERT_EQ(table.size(), truth.size());
  }
  for (std::uint64_t i = 0; i < 300; ++i) {
    const std::uint64_t key = (std::uint64_t{1} << 48) + i;
    const auto found = truth.find(key);
    ASSERT_EQ(table.find(key) != nullptr, found != truth.end()) << key;
    if (found != truth.end()) {
      EXPECT_EQ(table.find(key)->value, found->second);
    }
  }
  std::size_t visited = 0;
  table.for_each([&](const Entry& entry) { visited += truth.contains(entry.number) ? 1 : 0; });
  EXPECT_EQ(visited, truth.size());
}

/// All keys have one of two hashes.
struct Colliding {
  std::uint64_t number = 0;
  static std::uint64_t hash_of(std::uint64_t key) { return key % 2; }
  std::uint64_t key() const { return number; }
};

TEST(FlatTable, FindsEntriesWhoseHashesAreEqual) {
  FlatTable<Colliding> table;
  for (std::uint64_t i = 1; i <= 50; ++i) table.insert({i});
  for (std::uint64_t i = 1; i <= 50; i += 3) table.erase(i);
  for (std::uint64_t i = 1; i <= 51; ++i) EXPECT_EQ(table.find(i) != nullptr, i <= 50 && i % 3 != 1) << i;
}

TEST(FlatTable, TakesNoMemoryUntilItsFirstEntryAndLittleForOne) {
  FlatTable<Entry> table;
  EXPECT_EQ(table.memory_bytes(), 0u);
  table.prefetch(7);
  table.insert({7, 1});
  table.prefetch(7);
  EXPECT_LE(table.memory_bytes(), 2 * sizeof(Entry));
}

}  // namespace
}  // namespace madang::client
