#include "madang/world/record.h"

#include <gtest/gtest.h>

#include "madang/base/random.h"
#include "unit/world/recorded_tiles.h"

namespace madang::world::tiles {
namespace {

using Item = RecordReader::Item;

TEST(RecordTest, TheItemsAreReadAsTheyWereWritten) {
  Inputs inputs;
  inputs.enter(7, {"Mina", 3});
  inputs.send(7, Move{1, -1, 99});
  inputs.leave(8);
  Buffer out;
  RecordWriter writer(out);
  writer.add_tick(inputs.list(), 4);
  EXPECT_EQ(out.size(), RecordWriter::size_of_tick(inputs.list()));
  writer.add_hash(0x0123456789abcdef);
  writer.add_tick({}, 1);
  writer.add_broken();
  EXPECT_EQ(out.size(), RecordWriter::size_of_tick(inputs.list()) + RecordWriter::size_of_hash +
                            RecordWriter::size_of_tick({}) + RecordWriter::size_of_broken);

  RecordReader reader(out.bytes());
  ASSERT_EQ(reader.next(), Item::tick);
  EXPECT_EQ(reader.length(), 4u);
  ASSERT_EQ(reader.inputs().size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    const Input& wanted = inputs.list()[i];
    const Input& read = reader.inputs()[i];
    EXPECT_EQ(read.kind, wanted.kind);
    EXPECT_EQ(read.character, wanted.character);
    EXPECT_EQ(read.opcode, wanted.opcode);
    EXPECT_EQ(as_text(read.body), as_text(wanted.body));
  }
  ASSERT_EQ(reader.next(), Item::hash);
  EXPECT_EQ(reader.hash(), 0x0123456789abcdefu);
  ASSERT_EQ(reader.next(), Item::tick);
  EXPECT_TRUE(reader.inputs().empty());
  EXPECT_EQ(reader.next(), Item::broken);
  EXPECT_EQ(reader.next(), Item::end);
  EXPECT_EQ(reader.next(), Item::end) << "the end stays the end";
}

TEST(RecordTest, ItemsThatAreCutOffAreTornAtEveryByte) {
  const Buffer items = recorded_items(10, 3);
  std::vector<std::size_t> ends = {0};
  RecordReader whole(items.bytes());
  while (whole.next() != Item::end) ends.push_back(items.size() - whole.bytes_left());
  for (std::size_t size = 0; size < items.size(); ++size) {
    RecordReader reader(items.bytes().first(size));
    std::size_t count = 0;
    Item item = reader.next();
    for (; item != Item::end && item != Item::torn; item = reader.next()) ++count;
    const bool is_whole = std::ranges::find(ends, size) != ends.end();
    EXPECT_EQ(item, is_whole ? Item::end : Item::torn) << size;
    EXPECT_EQ(count, static_cast<std::size_t>(std::ranges::upper_bound(ends, size) - ends.begin() - 1))
        << size;
    EXPECT_EQ(reader.next(), item) << "it stays so";
  }
}

TEST(RecordTest, BytesThatAreNoItemsNeverCrashTheReader) {
  const Buffer items = recorded_items(10, 3);
  Random random(11);
  for (int round = 0; round < 20'000; ++round) {
    Buffer bad = Buffer::copy(items.bytes());
    for (std::uint32_t changes = 1 + random.below(4); changes > 0; --changes)
      bad.data()[random.below(static_cast<std::uint32_t>(bad.size()))] = std::byte(random.below(256));
    RecordReader reader(bad.bytes());
    Item item = reader.next();
    std::size_t count = 0;
    for (; item != Item::end && item != Item::torn && item != Item::damaged; item = reader.next()) {
      ++count;
      ASSERT_LE(reader.inputs().size() * 13, bad.size());
    }
    ASSERT_LE(count, bad.size());
    ASSERT_EQ(reader.next(), item) << "it stays so";
  }
}

TEST(RecordTest, AnImpossibleTickIsDamage) {
  const auto first_item = [](std::initializer_list<int> values) {
    Buffer bytes;
    for (const int value : values) *bytes.extend(1) = static_cast<std::byte>(value);
    return RecordReader(bytes.bytes()).next();
  };
  EXPECT_EQ(first_item({1, 0, 0, 0, 0, 0, 0, 0, 0}), Item::damaged) << "a tick without length";
  EXPECT_EQ(first_item({1, 1, 0, 0, 0, 1, 0, 0, 0, 8, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}), Item::damaged)
      << "an unknown kind of input";
  EXPECT_EQ(first_item({1, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff}), Item::torn) << "more inputs than bytes";
  EXPECT_EQ(first_item({1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0}),
            Item::damaged)
      << "a character that nobody can have";
  EXPECT_EQ(first_item({4}), Item::damaged) << "an unknown item";
  EXPECT_EQ(first_item({0}), Item::damaged);
}

}  // namespace
}  // namespace madang::world::tiles
