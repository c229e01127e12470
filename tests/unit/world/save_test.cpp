#include <gtest/gtest.h>

#include "madang/world/first_difference.h"
#include "unit/world/tile_game.h"

namespace madang::world::tiles {
namespace {

class SaveTest : public testing::Test {
 protected:
  static WorldConfig config() {
    WorldConfig config;
    config.key.seed = 9;
    return config;
  }
  SaveTest() : world_(config(), Map(64, 64, 2, 8)), copy_(config(), Map(64, 64, 2, 8)) {}

  /// Makes the inputs of a tick: characters enter, leave, walk, jump and speak.
  void make_inputs() {
    inputs_.clear();
    for (std::uint64_t character = 1; character <= 30; ++character) {
      if (!world_.entity_of(CharacterId{character})) {
        if (random_.chance(1, 4)) inputs_.enter(character, {"Mina", 2});
      } else if (random_.chance(1, 40)) {
        inputs_.leave(character);
      } else if (random_.chance(1, 10)) {
        inputs_.send(character, Turn{1, static_cast<std::int32_t>(random_.below(64)),
                                     static_cast<std::int32_t>(random_.below(64))});
      } else {
        inputs_.send(character, Move{1, 0, 0});
      }
    }
  }
  Buffer snapshot() const {
    Buffer bytes;
    world_.save(bytes);
    return bytes;
  }

  World<TileGame> world_;
  World<TileGame> copy_;
  Inputs inputs_;
  Random random_{4};
};

TEST_F(SaveTest, AWorldThatWasLoadedGoesOnAsTheOneThatWasSaved) {
  for (int i = 0; i < 60; ++i) {
    make_inputs();
    world_.tick(inputs_.list());
  }
  ASSERT_EQ(copy_.load(snapshot().bytes()), std::nullopt);
  EXPECT_EQ(copy_.hash(), world_.hash());
  for (int i = 0; i < 60; ++i) {
    make_inputs();
    const WorldOutput& one = world_.tick(inputs_.list());
    const WorldOutput& other = copy_.tick(inputs_.list());
    ASSERT_EQ(copy_.hash(), world_.hash()) << "tick " << i;
    EXPECT_EQ(as_text(one.bytes.bytes()), as_text(other.bytes.bytes()));
  }
}

TEST_F(SaveTest, EqualStatesHaveEqualSnapshots) {
  make_inputs();
  world_.tick(inputs_.list());
  ASSERT_EQ(copy_.load(snapshot().bytes()), std::nullopt);
  Buffer again;
  copy_.save(again);
  EXPECT_EQ(as_text(again.bytes()), as_text(snapshot().bytes()));
}

TEST_F(SaveTest, DamageIsFoundAndTheWorldIsUnchanged) {
  for (int i = 0; i < 10; ++i) {
    make_inputs();
    world_.tick(inputs_.list());
  }
  const Buffer good = snapshot();
  const std::uint64_t before = copy_.hash();
  for (std::size_t size = 0; size < good.size(); ++size)
    ASSERT_NE(copy_.load(good.bytes().first(size)), std::nullopt) << "the first " << size << " bytes";
  for (std::size_t i = 0; i < good.size(); ++i) {
    Buffer bad = Buffer::copy(good.bytes());
    bad.data()[i] ^= std::byte{1};
    ASSERT_NE(copy_.load(bad.bytes()), std::nullopt) << "byte " << i;
  }
  EXPECT_EQ(copy_.hash(), before);
  EXPECT_EQ(copy_.load(good.bytes()), std::nullopt);
}

TEST_F(SaveTest, ASnapshotOfAnotherMapIsRefused) {
  for (int i = 0; i < 10; ++i) {
    make_inputs();
    world_.tick(inputs_.list());
  }
  World<TileGame> small_world(config(), Map(8, 8, 2, 8));
  EXPECT_EQ(small_world.load(snapshot().bytes()),
            "it does not fit this world: has the map, or a setting of the world, changed?");
}

/// Replaces a number in a snapshot, and makes its hash anew.
void forge(Buffer& snapshot, std::uint64_t before, std::uint64_t now) {
  constexpr std::size_t size = sizeof(std::uint64_t);
  const std::size_t content = snapshot.size() - size;
  int found = 0;
  for (std::size_t i = 0; i + size <= content; ++i)
    if (::madang::load<std::uint64_t>(snapshot.data() + i) == before) {
      store(snapshot.data() + i, now);
      ++found;
    }
  ASSERT_GT(found, 0);
  StateHash hash;
  hash.add(as_text(snapshot.bytes().first(content)));
  store(snapshot.data() + content, hash.value());
}

TEST_F(SaveTest, ASnapshotWithACharacterTwiceIsRefused) {
  constexpr std::uint64_t one = 0x1234'5678'9abc'def0;
  constexpr std::uint64_t other = 0x0fed'cba9'8765'4321;
  inputs_.enter(one, {"Mina", 2});
  inputs_.enter(other, {"Jun", 2});
  for (int i = 0; i < 3; ++i) {
    world_.tick(inputs_.list());
    inputs_.clear();
  }
  Buffer forged = snapshot();
  forge(forged, other, other + 1);
  World<TileGame> good(config(), Map(64, 64, 2, 8));
  EXPECT_EQ(good.load(forged.bytes()), std::nullopt) << "the snapshot is a good one in all else";
  forge(forged, other + 1, one);
  EXPECT_EQ(copy_.load(forged.bytes()),
            "it does not fit this world: has the map, or a setting of the world, changed?");
}

TEST_F(SaveTest, ASnapshotWithAnAliasTwiceInACellIsRefused) {
  // Two characters in one cell have the aliases 0 and 1.
  for (const std::uint64_t character : {1, 2}) inputs_.enter(character, {"Mina", 2});
  world_.tick(inputs_.list());
  inputs_.clear();
  for (const std::uint64_t character : {1, 2}) inputs_.send(character, Turn{1, 9, 9});
  world_.tick(inputs_.list());
  inputs_.clear();
  for (int i = 0; i < 3; ++i) world_.tick({});
  const Registry& registry = world_.core().registry;
  const std::uint32_t slots[] = {registry.find(CharacterId{1}), registry.find(CharacterId{2})};
  ASSERT_EQ(registry.cell_of(slots[0]), registry.cell_of(slots[1]));
  // A copy of the world, in which an entity has got the alias of the other.
  auto& row = const_cast<Row&>(registry.row(slots[0]));
  row.alias = registry.row(slots[1]).alias;
  EXPECT_EQ(copy_.load(snapshot().bytes()),
            "it does not fit this world: has the map, or a setting of the world, changed?");
}

TEST_F(SaveTest, TheFirstDifferenceIsToldAsTickEntityAndColumn) {
  for (int i = 0; i < 20; ++i) {
    make_inputs();
    world_.tick(inputs_.list());
  }
  ASSERT_EQ(copy_.load(snapshot().bytes()), std::nullopt);
  EXPECT_FALSE(world_.first_difference(copy_));

  std::uint64_t character = 1;
  while (!world_.entity_of(CharacterId{character})) ++character;
  const EntityId id = world_.entity_of(CharacterId{character});
  inputs_.clear();
  inputs_.send(character, Turn{5, -1, -1});
  world_.tick(inputs_.list());
  copy_.tick({});
  const auto difference = world_.first_difference(copy_);
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->tick, 21u);
  EXPECT_EQ(difference->entity, id);
  EXPECT_EQ(difference->character, CharacterId{character});
  EXPECT_EQ(difference->column, "looks");
  EXPECT_EQ(difference->one, "5");
  EXPECT_EQ(describe(*difference),
            fmt::format("tick 21, entity {}, column looks: 5 and {}", describe(id), difference->other));

  inputs_.clear();
  inputs_.leave(character);
  copy_.tick(inputs_.list());
  world_.tick({});
  const auto missing = world_.first_difference(copy_);
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->entity, id);
  EXPECT_EQ(missing->other, "is missing");
}

}  // namespace
}  // namespace madang::world::tiles
