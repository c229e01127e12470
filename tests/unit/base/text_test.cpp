#include "base/text.h"

#include <gtest/gtest.h>
#include <utf8.h>

#include <string>

#include "base/random.h"

namespace madang {
namespace {

TEST(Text, ThatIsFitToBeShownIsShownAsItIs) {
  for (const char* text : {"", "hello, Ada", "마당쇠: 안녕하세요", "e\u0301 ♞ \U0001f40e", "   "})
    EXPECT_EQ(shown(text), text);
}

TEST(Text, OfAStrangerCannotTouchTheScreenItIsShownOn) {
  EXPECT_EQ(shown("\x1b[2J\x1b]0;mine\a"), ".[2J.]0;mine.");
  EXPECT_EQ(shown("two\nlines\r\n"), "two.lines..");
  EXPECT_EQ(shown("a\tb"), "a b");
  EXPECT_EQ(shown(std::string_view("\0\x7f", 2)), "..");
  EXPECT_EQ(shown("\u009b2J"), ".2J") << "an escape sequence may also begin with one character";
  EXPECT_EQ(shown("turned \u202e round"), "turned . round");
}

TEST(Text, ThatIsNotUtf8HasAMarkInItsPlace) {
  EXPECT_EQ(shown("\xff"), "\ufffd");
  EXPECT_EQ(shown("cut off \xf0"), "cut off \ufffd");
  EXPECT_EQ(shown("cut off \xed\x95"), "cut off \ufffd");
  EXPECT_EQ(shown("\xc0\xaf and \xed\xa0\x80"), "\ufffd and \ufffd") << "overlong, and half of a pair";
}

TEST(Text, OfAnyBytesIsShownAsTextWithoutControls) {
  Random random(1);
  for (int round = 0; round < 10'000; ++round) {
    std::string bytes(random.below(12), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.below(256));
    const std::string text = shown(bytes);
    ASSERT_TRUE(utf8::is_valid(text.begin(), text.end()));
    ASSERT_EQ(shown(text), text) << "nothing is left to be replaced";
  }
}

TEST(Text, IsPresentableWhenOthersCanReadIt) {
  EXPECT_TRUE(is_presentable("Ada L.", 24));
  EXPECT_TRUE(is_presentable("마당쇠", 9));
  EXPECT_FALSE(is_presentable("마당쇠", 8));
  EXPECT_FALSE(is_presentable("", 24));
  EXPECT_FALSE(is_presentable(" \u3000", 24));
  EXPECT_FALSE(is_presentable("cut \xea\xb0", 24));
  EXPECT_FALSE(is_presentable("new\nline", 24));
}

}  // namespace
}  // namespace madang
