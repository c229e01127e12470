#include "madang/io/send_queue.h"

#include <gtest/gtest.h>

#include <string_view>

namespace madang::io {
namespace {

TEST(SendQueue, KeepsTheOrderOfItsSendsAndReturnsEachBuffer) {
  SendQueue queue;
  queue.push(Buffer::copy(as_bytes("first")));
  queue.push(Buffer::copy(as_bytes("second")));
  EXPECT_FALSE(queue.advance(2));
  EXPECT_EQ(as_text(queue.front()), "rst");
  EXPECT_TRUE(queue.advance(3));
  EXPECT_EQ(as_text(queue.pop().bytes()), "first");
  EXPECT_EQ(as_text(queue.front()), "second");
  EXPECT_EQ(as_text(queue.pop().bytes()), "second");
  EXPECT_TRUE(queue.empty());
}

TEST(SendQueueDeathTest, ASendThatSendsMoreThanItsBytesIsABug) {
  SendQueue queue;
  queue.push(Buffer::copy(as_bytes("first")));
  EXPECT_DEATH(queue.advance(6), "more bytes were sent");
  // In a count of 32 bits, this number would be 1.
  constexpr std::uint64_t beyond_32_bits = (std::uint64_t{1} << 32) + 1;
  EXPECT_DEATH(queue.advance(static_cast<std::size_t>(beyond_32_bits)), "more bytes were sent");
}

}  // namespace
}  // namespace madang::io
