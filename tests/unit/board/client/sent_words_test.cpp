#include "board/client/sent_words.h"

#include <gtest/gtest.h>

namespace madang::board {
namespace {

TEST(SentWords, AreRemovedOnceByTheirNumber) {
  SentWords sent;
  for (const char* words : {"first", "second", "third"}) sent.add(words);
  EXPECT_EQ(sent.remove(2), "second");
  EXPECT_EQ(sent.remove(2), "");
  EXPECT_EQ(sent.remove(3), "third");
  EXPECT_EQ(sent.remove(1), "first");
}

TEST(SentWords, ThatAreNotKeptAreEmpty) {
  SentWords sent;
  EXPECT_EQ(sent.remove(0), "");
  EXPECT_EQ(sent.remove(1), "");
  for (std::size_t i = 1; i <= SentWords::kept + 1; ++i) sent.add(std::to_string(i));
  EXPECT_EQ(sent.remove(0), "");
  EXPECT_EQ(sent.remove(1), "");
  EXPECT_EQ(sent.remove(2), "2");
  EXPECT_EQ(sent.remove(SentWords::kept + 1), std::to_string(SentWords::kept + 1));
  EXPECT_EQ(sent.remove(SentWords::kept + 2), "");
  EXPECT_EQ(sent.remove(UINT32_MAX), "");
}

}  // namespace
}  // namespace madang::board
