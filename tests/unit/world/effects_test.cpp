#include "madang/world/effects.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

namespace madang::world::kinds {
namespace {

struct Shove {
  std::uint8_t power = 0;
  static constexpr auto table = effect("Shove", "", WhenGone::drop, wire::field("power", &Shove::power, ""));
};
struct Apple {
  std::uint8_t size = 0;
  static constexpr auto table =
      effect("Apple", "", WhenGone::give_back, wire::field("size", &Apple::size, ""));
};

TEST(KindsOfEffects, AreTheGamesAndWhatReturnsAndLeft) {
  using All = AllEffects<wire::Types<Shove, Apple>>::Type;
  EXPECT_TRUE((std::same_as<All, wire::Types<Shove, Apple, Returned<Apple>, Attached, Left>>));
  EXPECT_TRUE((std::same_as<AllEffects<wire::Types<>>::Type, wire::Types<Attached, Left>>));
  EXPECT_FALSE(GivenBack<Returned<Apple>>) << "it does not return for ever";
}

EntityId source(std::uint64_t low) { return {std::uint64_t{1} << 63, low}; }

TEST(TheOrderOfEffects, IsThatOfTheSourceThenOfItsNumbers) {
  const Sent<Shove> first{5, source(9), 3, source(1), {}};
  EXPECT_TRUE(first.comes_before({6, source(1), 0, source(0), {}}));
  EXPECT_TRUE(first.comes_before({5, source(10), 0, source(0), {}}));
  EXPECT_TRUE(first.comes_before({5, source(9), 4, source(0), {}}));
  EXPECT_TRUE(first.comes_before({5, source(9), 3, source(2), {}}));
  EXPECT_FALSE(first.comes_before(first));
  EXPECT_TRUE(first.comes_before({5, source(9), own_effect, source(1), {}})) << "an own effect comes last";
}

TEST(TheOrderOfEffects, DistinguishesTheGiversOfWhatReturns) {
  const auto world = EntityId::of_world();
  const Sent<Returned<Apple>> one{5, source(9), 3, world, {source(1), source(9), {}}};
  const Sent<Returned<Apple>> other{5, source(9), 3, world, {source(2), source(9), {}}};
  EXPECT_TRUE(one.comes_before(other));
  EXPECT_FALSE(other.comes_before(one));
}

TEST(TheOrderOfEffects, LetsNobodyWinEveryRace) {
  std::map<std::uint64_t, int> wins;
  for (std::uint64_t tick = 1; tick <= 3000; ++tick) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> order;
    for (std::uint64_t one = 0; one < 6; ++one) {
      // Entities, cells and characters in turn.
      const EntityId id = one < 2 ? source(one) : EntityId{one < 4 ? 2u : 3u, one};
      order.emplace_back(order_of(77, tick, id), one);
    }
    ++wins[std::ranges::min(order).second];
  }
  ASSERT_EQ(wins.size(), 6u);
  for (const auto& [one, count] : wins) {
    EXPECT_GT(count, 400) << one;
    EXPECT_LT(count, 600) << one;
  }
  EXPECT_NE(order_of(1, 5, source(1)), order_of(2, 5, source(1))) << "the seed counts";
}

TEST(EffectQueues, KeepEachKindApart) {
  EffectQueues<wire::Types<Shove, Left>> queues;
  EXPECT_EQ(queues.size(), 0u);
  queues.of<Shove>().push_back({});
  queues.of<Left>().push_back({});
  queues.of<Left>().push_back({});
  EXPECT_EQ(queues.size(), 3u);
  std::vector<std::size_t> sizes;
  queues.for_each([&](const auto& queue) { sizes.push_back(queue.size()); });
  EXPECT_EQ(sizes, (std::vector<std::size_t>{1, 2}));
  queues.clear();
  EXPECT_EQ(queues.size(), 0u);
}

}  // namespace
}  // namespace madang::world::kinds
