#include "madang/world/registry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

namespace madang::world {
namespace {

const Grid registry_grid(40, 24, 8);

struct RegistryModel {
  struct Known {
    Position position;
    CharacterId character;
  };
  std::map<std::uint64_t, Known> known;  // by the low half of the id
};

EntityId registry_id(std::uint64_t low) { return {std::uint64_t{1} << 63, low}; }

void compare_registry(const Registry& registry, const RegistryModel& model) {
  ASSERT_EQ(registry.size(), model.known.size());
  std::map<std::uint32_t, std::vector<std::uint64_t>> cells;
  for (const auto& [low, known] : model.known) {
    const std::uint32_t slot = registry.find(registry_id(low));
    ASSERT_NE(slot, Registry::none);
    EXPECT_EQ(registry.row(slot).position, known.position);
    EXPECT_EQ(registry.row(slot).character, known.character);
    EXPECT_TRUE(registry.row(slot).is_here());
    if (known.character) {
      EXPECT_EQ(registry.find(known.character), slot);
    }
    cells[registry_grid.cell_of(known.position).value].push_back(low);
  }
  std::size_t seen = 0;
  registry.for_each([&](std::uint32_t) { ++seen; });
  EXPECT_EQ(seen, model.known.size());
  for (std::uint32_t cell = 0; cell < registry_grid.cell_count(); ++cell) {
    std::vector<std::uint64_t> there;
    registry.for_each_in({cell}, [&](std::uint32_t slot) { there.push_back(registry.row(slot).id.low); });
    std::ranges::sort(there);
    EXPECT_EQ(there, cells[cell]);
  }
}

TEST(Registry, KnowsWhoIsWhere) {
  Registry registry(registry_grid);
  RegistryModel model;
  Random random(11);
  const auto any_position = [&] {
    return Position{static_cast<std::int32_t>(random.below(40)), static_cast<std::int32_t>(random.below(24))};
  };
  for (int round = 0; round < 5000; ++round) {
    const std::uint64_t low = random.below(60);
    const auto known = model.known.find(low);
    if (known == model.known.end()) {
      // Every third entity has a character.
      const CharacterId character{low % 3 == 0 ? low + 1000 : 0};
      const Position position = any_position();
      Row row;
      row.id = registry_id(low);
      row.character = character;
      row.position = position;
      registry.add(row);
      model.known[low] = {position, character};
    } else if (random.chance(1, 3)) {
      registry.remove(registry.find(registry_id(low)));
      model.known.erase(known);
      EXPECT_EQ(registry.find(registry_id(low)), Registry::none);
      EXPECT_EQ(registry.find(CharacterId{low + 1000}), Registry::none);
    } else {
      known->second.position = any_position();
      registry.move(registry.find(registry_id(low)), known->second.position);
    }
    if (round % 50 == 0) compare_registry(registry, model);
  }
  compare_registry(registry, model);
}

TEST(Registry, FindsNobodyInTheBeginning) {
  const Registry registry(registry_grid);
  EXPECT_EQ(registry.find(registry_id(1)), Registry::none);
  EXPECT_EQ(registry.find(CharacterId{}), Registry::none);
}

TEST(Registry, FindsNoEntityForNoCharacter) {
  Registry registry(registry_grid);
  Row row;
  row.id = registry_id(1);
  registry.add(row);
  EXPECT_EQ(registry.find(CharacterId{}), Registry::none);
}

TEST(Registry, UsesSlotsAgain) {
  Registry registry(registry_grid);
  for (std::uint64_t low = 0; low < 1000; ++low) {
    Row row;
    row.id = registry_id(low);
    row.wake_at = low;
    const std::uint32_t slot = registry.add(row);
    EXPECT_EQ(slot, 0u);
    EXPECT_EQ(registry.row(slot).wake_at, low);
    registry.remove(slot);
    EXPECT_FALSE(registry.row(slot).is_here());
  }
  EXPECT_EQ(registry.slot_end(), 1u);
}

}  // namespace
}  // namespace madang::world
