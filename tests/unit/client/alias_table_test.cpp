#include "madang/client/alias_table.h"

#include <gtest/gtest.h>

#include <map>

namespace madang::client {
namespace {

struct Entry {
  std::uint32_t alias = 0;
  int value = 0;
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
  std::map<std::uint32_t, int> truth;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint32_t alias = 1 + random.below(300);
    if (truth.erase(alias) > 0) {
      table.erase(alias);
    } else {
      truth.emplace(alias, i);
      table.insert({alias, i});
    }
    if (i % 1000 == 999) {
      const auto goes = [](std::uint32_t a) { return a % 3 == 0; };
      std::erase_if(truth, [&](const auto& entry) { return goes(entry.first); });
      table.erase_if([&](const Entry& entry) { return goes(entry.alias); });
    }
    ASSERT_EQ(table.size(), truth.size());
  }
  for (std::uint32_t alias = 1; alias <= 300; ++alias) {
    const auto found = truth.find(alias);
    ASSERT_EQ(table.find(alias) != nullptr, found != truth.end()) << alias;
    if (found != truth.end()) {
      EXPECT_EQ(table.find(alias)->value, found->second);
    }
  }
  std::size_t visited = 0;
  table.for_each([&](const Entry& entry) { visited += truth.contains(entry.alias) ? 1 : 0; });
  EXPECT_EQ(visited, truth.size());
}

}  // namespace
}  // namespace madang::client
