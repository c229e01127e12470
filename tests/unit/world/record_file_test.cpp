#include "madang/world/record_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "unit/world/recorded_tiles.h"

namespace madang::world::tiles {
namespace {

using Item = RecordFile::Item;

/// What a file has: its ticks and hashes, and how it ends.
struct Contents {
  std::size_t ticks = 0;
  std::size_t hashes = 0;
  std::string heading_problem;
  Item ending = Item::end;
  std::string problem;
};

Contents contents_of(const std::string& bytes) {
  OpenFile open(bytes);
  Contents contents;
  const auto heading = open.file.begin();
  if (!heading) return {.heading_problem = heading.error(), .ending = Item::damaged};
  for (Item item = open.file.next();; item = open.file.next()) {
    if (item == Item::tick) {
      ++contents.ticks;
    } else if (item == Item::hash) {
      ++contents.hashes;
    } else if (item != Item::broken) {
      contents.ending = item;
      contents.problem = open.file.problem();
      EXPECT_EQ(open.file.next(), item) << "it stays so";
      return contents;
    }
  }
}

class RecordFileTest : public testing::Test {
 protected:
  // Three blocks: 4 ticks and 1 hash, 6 ticks and 3 hashes, 2 ticks and 1 hash.
  const Buffer first_ = recorded_items(4, 3);
  const Buffer second_ = recorded_items(6, 2);
  const Buffer third_ = recorded_items(2, 2);
  const std::string whole_ = file_of({&first_, &second_, &third_});
  const std::string without_end_ = file_of({&first_, &second_, &third_}, false);
  const std::vector<std::size_t> ends_ = {file_of({}, false).size(), file_of({&first_}, false).size(),
                                          file_of({&first_, &second_}, false).size(), without_end_.size()};
};

TEST_F(RecordFileTest, AWholeFileHasAllThatWasWritten) {
  OpenFile open(whole_);
  const auto heading = open.file.begin();
  ASSERT_TRUE(heading) << heading.error();
  EXPECT_EQ(*heading, recorded_heading());
  const Contents contents = contents_of(whole_);
  EXPECT_EQ(contents.ticks, 12u);
  EXPECT_EQ(contents.hashes, 5u);
  EXPECT_EQ(contents.ending, Item::end);
  EXPECT_EQ(contents.problem, "");
}

TEST_F(RecordFileTest, AFileThatIsCutOffIsReadUpToItsLastWholeBlockAtEveryByte) {
  constexpr std::size_t ticks[] = {0, 4, 10, 12};
  for (std::size_t size = ends_[0]; size < whole_.size(); ++size) {
    const Contents contents = contents_of(whole_.substr(0, size));
    const auto blocks = static_cast<std::size_t>(std::ranges::upper_bound(ends_, size) - ends_.begin() - 1);
    EXPECT_EQ(contents.ending, Item::torn) << size;
    EXPECT_EQ(contents.ticks, ticks[blocks]) << size;
    EXPECT_EQ(contents.problem,
              size == ends_[blocks]
                  ? fmt::format("the file ends after block {}, without the end of the record", blocks)
                  : fmt::format("the file ends in the middle of block {}, which begins at byte {}",
                                blocks + 1, ends_[blocks]));
  }
}

TEST_F(RecordFileTest, AFileThatIsCutOffInItsHeadingIsRefused) {
  for (std::size_t size = 0; size < ends_[0]; ++size) {
    const std::string problem = contents_of(whole_.substr(0, size)).heading_problem;
    EXPECT_TRUE(problem == "it is not a record of Madang" || problem == "it ends in its heading")
        << size << problem;
  }
}

TEST_F(RecordFileTest, AChangedByteIsFoundInItsBlock) {
  for (std::size_t at = 0; at < whole_.size(); ++at) {
    for (const int bit : {0, 3, 7}) {
      std::string bad = whole_;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      const Contents contents = contents_of(bad);
      ASSERT_EQ(contents.ending, Item::damaged) << "byte " << at << ", bit " << bit;
      if (at < ends_[0]) {
        ASSERT_NE(contents.heading_problem, "");
        continue;
      }
      const auto block = static_cast<std::size_t>(std::ranges::upper_bound(ends_, at) - ends_.begin());
      ASSERT_TRUE(contents.problem.starts_with(
          fmt::format("block {}, which begins at byte {}, ", block, ends_[block - 1])))
          << "byte " << at << ": " << contents.problem;
    }
  }
}

TEST_F(RecordFileTest, ABlockThatWasCutOutOrChangedPlacesIsFound) {
  Buffer out;
  RecordBlocks writer;
  std::vector<std::string> blocks;
  for (const Buffer* items : {&first_, &second_, &third_}) {
    out.clear();
    writer.put_block(out, items->bytes());
    blocks.emplace_back(as_text(out.bytes()));
  }
  const std::string heading = file_of({}, false);
  EXPECT_EQ(contents_of(heading + blocks[0] + blocks[2]).ending, Item::damaged);
  EXPECT_EQ(contents_of(heading + blocks[0] + blocks[2]).ticks, 4u);
  EXPECT_EQ(contents_of(heading + blocks[1] + blocks[0] + blocks[2]).ticks, 0u);
  EXPECT_EQ(contents_of(heading + blocks[0] + blocks[0]).ending, Item::damaged);
}

TEST_F(RecordFileTest, BytesBehindTheEndAreDamage) {
  const Contents contents = contents_of(whole_ + "x");
  EXPECT_EQ(contents.ending, Item::damaged);
  EXPECT_EQ(contents.ticks, 12u);
  EXPECT_EQ(contents.problem,
            fmt::format("block 4, which begins at byte {}, is the end of the record, but more "
                        "bytes follow",
                        ends_[3]));
}

TEST_F(RecordFileTest, AnotherVersionOfTheFormatIsRefused) {
  std::string other = whole_;
  other[std::string_view("\x0dmadang record").size()] = 2;
  EXPECT_EQ(contents_of(other).heading_problem, "its format has version 2; this program reads version 1");
  EXPECT_EQ(contents_of("").heading_problem, "it is not a record of Madang");
  EXPECT_EQ(contents_of(std::string(1000, 'x')).heading_problem, "it is not a record of Madang");
}

TEST_F(RecordFileTest, ImpossibleSizesAreRefusedWithoutTheirMemory) {
  // A file that somebody makes on purpose, so all its hashes are right.
  const auto block_of = [&](std::uint8_t kind, std::uint32_t size) {
    StateHash hash;
    hash.add(std::uint64_t{0});
    hash.add(std::uint64_t{kind});
    hash.add(std::uint64_t{size});
    std::string head(9, '\0');
    auto* bytes = reinterpret_cast<std::byte*>(head.data());
    store(bytes, kind);
    store(bytes + 1, size);
    store(bytes + 5, static_cast<std::uint32_t>(hash.value()));
    return file_of({}, false) + head;
  };
  for (const std::string& bad : {block_of(1, RecordBlocks::items_bytes_max + 1), block_of(1, UINT32_MAX),
                                 block_of(2, 1), block_of(0, 0), block_of(3, 0)})
    EXPECT_TRUE(contents_of(bad).problem.ends_with("has an unknown kind or an impossible size"));
  EXPECT_EQ(contents_of(block_of(1, 100)).ending, Item::torn);

  std::string long_heading = whole_;
  store(reinterpret_cast<std::byte*>(long_heading.data()) + 15, UINT32_MAX);
  EXPECT_EQ(contents_of(long_heading).heading_problem, "it is damaged: its heading has an impossible size");
}

TEST_F(RecordFileTest, ABlockOfWrongItemsIsDamageThoughItsHashIsRight) {
  Buffer wrong;
  wrong.append(as_bytes("\x07"));
  EXPECT_EQ(contents_of(file_of({&first_, &wrong})).ending, Item::damaged);
  EXPECT_EQ(contents_of(file_of({&first_, &wrong})).ticks, 4u);
  Buffer half = Buffer::copy(second_.bytes().first(second_.size() - 1));
  const Contents contents = contents_of(file_of({&half, &first_}));
  EXPECT_EQ(contents.ending, Item::damaged) << "a block has whole items";
  EXPECT_TRUE(contents.problem.starts_with("block 1, ")) << contents.problem;
}

TEST_F(RecordFileTest, TheHashOfAMapIsThatOfItsSizeAndItsObstacles) {
  const auto without = [](std::uint32_t width, std::uint32_t height, std::uint32_t x, std::uint32_t y) {
    return hash_of(
        Map::of(width, height, [=](std::uint32_t a, std::uint32_t b) { return a == x && b == y; }));
  };
  const std::uint64_t one = without(70, 5, 69, 4);
  EXPECT_EQ(one, without(70, 5, 69, 4));
  EXPECT_NE(one, without(70, 5, 68, 4));
  EXPECT_NE(one, without(70, 5, 69, 3));
  EXPECT_NE(hash_of(Map::empty(70, 5)), hash_of(Map::empty(71, 5)));
  EXPECT_NE(hash_of(Map::empty(64, 2)), hash_of(Map::empty(128, 1)));
}

}  // namespace
}  // namespace madang::world::tiles
