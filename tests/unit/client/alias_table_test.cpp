#include "madang/client/alias_table.h"

#include <gtest/gtest.h>

#include <map>

namespace madang::client {
namespace {

struct Entry {
  std::uint64_t number = 0;
  int value = 0;
  std::uint64_t key() const { return number; }
};

TEST(AliasTable, FindsNothingWhenItIsEmpty) {
  AliasTable<Entry> table;
  EXPECT_EQ(table.find(1), nullptr);
  table.erase(1);
  EXPECT_EQ(table.size(), 0u);
}

TEST(AliasTable, HoldsTheSameAsAMapAfterManyInsertsAndErases) {
  Random random(11);
  AliasTable<Entry> table;
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

}  // namespace
}  // namespace madang::client
