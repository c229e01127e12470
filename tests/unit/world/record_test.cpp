#include "madang/world/record.h"

#include <gtest/gtest.h>

#include "unit/world/tile_game.h"

namespace madang::world::tiles {
namespace {

using Item = RecordReader::Item;

class RecordTest : public testing::Test {
 protected:
  static constexpr int ticks = 120;
  static constexpr int hash_interval = 10;

  RecordTest() : writer_(record_, schema_) {
    Random random(8);
    World<TileGame> world(WorldConfig{}, Map(48, 48, 2, 8));
    for (int i = 1; i <= ticks; ++i) {
      Inputs inputs;
      for (std::uint64_t character = 1; character <= 20; ++character) {
        if (!world.entity_of(CharacterId{character})) {
          if (random.chance(1, 3)) inputs.enter(character, {"Mina", 1});
        } else if (random.chance(1, 30)) {
          inputs.leave(character);
        } else {
          inputs.send(character, Move{1, static_cast<std::int8_t>(random.below(2)), 0});
        }
      }
      const std::uint32_t length = i % 7 == 0 ? 2 : 1;
      writer_.add_tick(inputs.list(), length);
      world.tick(inputs.list(), length);
      if (i % hash_interval == 0) writer_.add_hash(world.hash());
    }
    last_hash_ = world.hash();
  }
  Replay play(Bytes record) {
    World<TileGame> world(WorldConfig{}, Map(48, 48, 2, 8));
    RecordReader reader(record);
    EXPECT_EQ(reader.begin(schema_), std::nullopt);
    const Replay result = replay(reader, world);
    hash_ = world.hash();
    return result;
  }

  const std::uint64_t schema_ = schema_of_state<TileParts>();
  Buffer record_;
  RecordWriter writer_;
  std::uint64_t last_hash_ = 0;
  std::uint64_t hash_ = 0;
};

TEST_F(RecordTest, ARecordIsPlayedBackToTheSameStates) {
  const Replay result = play(record_.bytes());
  EXPECT_TRUE(result.is_equal);
  EXPECT_EQ(result.ticks, std::uint64_t{ticks});
  EXPECT_EQ(result.hashes, std::uint64_t{ticks / hash_interval});
  EXPECT_EQ(result.end, Item::end);
  EXPECT_EQ(hash_, last_hash_);
}

TEST_F(RecordTest, ARecordThatIsCutOffIsPlayedUpToItsLastWholeTick) {
  const Bytes whole = record_.bytes();
  const std::size_t begin = wire::size_of(std::string_view("madang record")) + sizeof schema_;
  std::uint64_t ticks_before = 0;
  for (std::size_t size = begin; size <= whole.size(); size += 997) {
    const Replay result = play(whole.first(size));
    EXPECT_TRUE(result.is_equal) << size;
    EXPECT_TRUE(result.end == Item::torn || result.end == Item::end) << size;
    EXPECT_GE(result.ticks, ticks_before);
    ticks_before = result.ticks;
  }
  EXPECT_GT(ticks_before, 50u);
}

TEST_F(RecordTest, AnInputThatDiffersIsFoundBetweenTwoHashes) {
  RecordReader reader(record_.bytes());
  ASSERT_EQ(reader.begin(schema_), std::nullopt);
  Buffer other;
  RecordWriter writer(other, schema_);
  int tick = 0;
  for (Item item = reader.next(); item != Item::end; item = reader.next()) {
    if (item == Item::hash) {
      writer.add_hash(reader.hash());
    } else {
      const bool is_changed = ++tick == 55;
      writer.add_tick(is_changed ? std::span<const Input>() : reader.inputs(), reader.length());
    }
  }
  const Replay result = play(other.bytes());
  EXPECT_FALSE(result.is_equal);
  EXPECT_EQ(result.ticks, 60u);
  EXPECT_EQ(result.hashes, 5u);
  EXPECT_EQ(result.differs_from, 50u + 50 / 7) << "in ordinary ticks";
}

TEST_F(RecordTest, WhatIsNoRecordIsRefused) {
  EXPECT_EQ(RecordReader(Bytes()).begin(schema_), "it is not a record of a world");
  EXPECT_EQ(RecordReader(as_bytes("something else")).begin(schema_), "it is not a record of a world");
  EXPECT_EQ(RecordReader(record_.bytes()).begin(schema_ + 1),
            "it was recorded by another version of the game: the attributes or the effects differ");
}

TEST_F(RecordTest, DamageNeverCrashesTheReader) {
  const std::size_t begin = wire::size_of(std::string_view("madang record")) + sizeof schema_;
  for (std::size_t i = begin; i < record_.size(); i += 61) {
    Buffer bad = Buffer::copy(record_.bytes());
    bad.data()[i] ^= std::byte{0xff};
    RecordReader reader(bad.bytes());
    ASSERT_EQ(reader.begin(schema_), std::nullopt);
    Item item = Item::tick;
    std::size_t items = 0;
    for (; item == Item::tick || item == Item::hash; item = reader.next()) ++items;
    EXPECT_LE(items, record_.size());
    EXPECT_EQ(reader.next(), item) << "the end stays the end";
  }
}

}  // namespace
}  // namespace madang::world::tiles
