#include "madang/world/entity_id.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace madang::world {
namespace {

TEST(EntityIds, AreNeverEqual) {
  std::vector<EntityId> ids;
  const WorldKey world{7, 1};
  const EntityId somebody = make_id(world, EntityId::of(CharacterId{1}), 1, 0);
  for (const EntityId maker : {EntityId::of_world(), EntityId::of(CellIndex{1}), EntityId::of(CellIndex{2}),
                               EntityId::of(CharacterId{1}), EntityId::of(CharacterId{2}), somebody})
    for (std::uint64_t tick = 1; tick <= 20; ++tick)
      for (std::uint32_t number = 0; number < 10'000; ++number)
        ids.push_back(make_id(world, maker, tick, number));
  for (const WorldKey other : {WorldKey{8, 1}, WorldKey{7, 2}, WorldKey{1, 7}})
    for (std::uint32_t number = 0; number < 10'000; ++number)
      ids.push_back(make_id(other, EntityId::of_world(), 1, number));
  ASSERT_GT(ids.size(), 1'200'000u);
  EXPECT_TRUE(std::ranges::all_of(ids, &EntityId::is_entity));
  EXPECT_FALSE(std::ranges::any_of(ids, &EntityId::is_cell));
  EXPECT_FALSE(std::ranges::any_of(ids, &EntityId::is_world));
  // The halves alone are different, too: the registry finds an entity by the lower half.
  std::ranges::sort(ids, {}, &EntityId::low);
  EXPECT_EQ(std::ranges::adjacent_find(ids, {}, &EntityId::low), ids.end());
  std::ranges::sort(ids, {}, &EntityId::high);
  EXPECT_EQ(std::ranges::adjacent_find(ids, {}, &EntityId::high), ids.end());
}

TEST(EntityIds, AreTheSameOnEveryPlatform) {
  const EntityId id = make_id({1, 2}, EntityId::of(CharacterId{3}), 4, 5);
  EXPECT_EQ(id.high, 0xbc719443b8452eedu);
  EXPECT_EQ(id.low, 0xe89fe636730a284eu);
}

TEST(EntityIds, SayWhatTheyName) {
  EXPECT_FALSE(EntityId{});
  EXPECT_FALSE(EntityId{}.is_entity() || EntityId{}.is_cell() || EntityId{}.is_world());
  EXPECT_TRUE(EntityId::of_world().is_world());
  EXPECT_TRUE(EntityId::of(CellIndex{9}).is_cell());
  EXPECT_EQ(EntityId::of(CellIndex{0xffffffff}).cell().value, 0xffffffffu);
  EXPECT_FALSE(EntityId::of(CharacterId{9}).is_entity());
}

TEST(EntityIds, NameNothingIfAStrangerMadeThemUp) {
  EXPECT_FALSE((EntityId{1, 5}.is_world())) << "there is one world";
  EXPECT_FALSE((EntityId{2, std::uint64_t{1} << 32 | 5}.is_cell())) << "the number of a cell has 32 bits";
}

}  // namespace
}  // namespace madang::world
