#include <gtest/gtest.h>

#include <vector>

#include "madang/base/buffer.h"

namespace madang {
namespace {

constexpr std::size_t piece_bytes = 1024;

TEST(BufferPool, KeepsNoMoreThanItsBoundHoweverMuchComesBack) {
  BufferPool pool(4 * piece_bytes);
  std::vector<Buffer> buffers;
  for (int i = 0; i < 100; ++i) buffers.push_back(pool.make(piece_bytes));
  EXPECT_EQ(pool.kept_bytes(), 0u);
  buffers.clear();
  EXPECT_EQ(pool.kept_bytes(), 4 * piece_bytes);
}

TEST(BufferPool, CountsWhatItGivesAgainAsNoLongerKept) {
  BufferPool pool(4 * piece_bytes);
  for (int round = 0; round < 10; ++round) {
    const Buffer one = pool.make(piece_bytes);
    const Buffer two = pool.make(piece_bytes);
    EXPECT_EQ(pool.kept_bytes(), 0u);
  }
  EXPECT_EQ(pool.kept_bytes(), 2 * piece_bytes);
}

TEST(BufferPool, KeepsNothingThatIsLargerThanTheBound) {
  BufferPool pool(4 * piece_bytes);
  {
    const Buffer large = pool.make(8 * piece_bytes);
  }
  EXPECT_EQ(pool.kept_bytes(), 0u);
}

}  // namespace
}  // namespace madang
