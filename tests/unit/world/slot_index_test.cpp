#include "madang/world/slot_index.h"

#include <gtest/gtest.h>

#include <unordered_map>
#include <vector>

#include "madang/base/random.h"

namespace madang::world {
namespace {

/// Plays random operations on an index of `keys` keys whose hashes fall into `homes` places.
void compare_slot_index(std::uint64_t seed, std::uint32_t keys, std::uint64_t homes) {
  Random random(seed);
  SlotIndex index;
  std::vector<std::uint64_t> key_of(keys * 2);  // by slot
  std::vector<std::uint32_t> free;
  for (std::uint32_t slot = 0; slot < key_of.size(); ++slot) free.push_back(slot);
  std::unordered_map<std::uint64_t, std::uint32_t> model;
  const auto hash = [&](std::uint64_t key) { return scatter(key) % homes; };
  const auto hash_of = [&](std::uint32_t slot) { return hash(key_of[slot]); };
  const auto find = [&](std::uint64_t key) {
    return index.find(hash(key), [&](std::uint32_t slot) { return key_of[slot] == key; });
  };
  for (int round = 0; round < 20'000; ++round) {
    const std::uint64_t key = random.below(keys);
    const auto known = model.find(key);
    ASSERT_EQ(find(key), known == model.end() ? SlotIndex::none : known->second);
    if (known != model.end()) {
      index.remove(known->second, hash_of);
      free.push_back(known->second);
      model.erase(known);
    } else {
      std::swap(free[random.below(static_cast<std::uint32_t>(free.size()))], free.back());
      const std::uint32_t slot = free.back();
      free.pop_back();
      key_of[slot] = key;
      index.add(slot, hash_of);
      model[key] = slot;
    }
    ASSERT_EQ(index.size(), model.size());
    if (round % 500 != 0) continue;
    for (std::uint64_t any = 0; any < keys; ++any) {
      const auto at = model.find(any);
      ASSERT_EQ(find(any), at == model.end() ? SlotIndex::none : at->second);
    }
  }
}

TEST(SlotIndex, FindsWhatAMapFinds) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) compare_slot_index(seed, 300, ~std::uint64_t{0});
}
TEST(SlotIndex, FindsItIfManyHashesAreEqual) {
  compare_slot_index(6, 60, 1);
  compare_slot_index(7, 100, 3);
}
TEST(SlotIndex, FindsItIfSearchesGoRoundTheEnd) {
  SlotIndex index;
  const auto last = [](std::uint32_t) { return ~std::uint64_t{0}; };
  for (std::uint32_t slot = 0; slot < 10; ++slot) index.add(slot, last);
  for (std::uint32_t slot = 0; slot < 10; ++slot) {
    EXPECT_EQ(index.find(~std::uint64_t{0}, [&](std::uint32_t one) { return one == slot; }), slot);
    index.remove(slot, last);
    EXPECT_EQ(index.find(~std::uint64_t{0}, [&](std::uint32_t one) { return one == slot; }), SlotIndex::none);
  }
}
TEST(SlotIndex, TakesMemoryForItsSlotsAlone) {
  SlotIndex index;
  EXPECT_EQ(index.memory_bytes(), 0u);
  const auto hash_of = [](std::uint32_t slot) { return scatter(slot); };
  for (std::uint32_t slot = 0; slot < 48'000; ++slot) index.add(slot, hash_of);
  EXPECT_LE(index.memory_bytes(), 48'000u * 8);
  const std::size_t before = index.memory_bytes();
  for (int round = 0; round < 3; ++round) {
    for (std::uint32_t slot = 0; slot < 48'000; ++slot) index.remove(slot, hash_of);
    for (std::uint32_t slot = 0; slot < 48'000; ++slot) index.add(slot, hash_of);
  }
  EXPECT_EQ(index.memory_bytes(), before);
}

}  // namespace
}  // namespace madang::world
