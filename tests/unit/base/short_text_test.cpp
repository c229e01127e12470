#include "madang/base/short_text.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace madang {
namespace {

TEST(ShortText, HoldsWhatFitsAndCutsTheRest) {
  EXPECT_EQ(ShortText<5>().view(), "");
  EXPECT_EQ(ShortText<5>("Mina").view(), "Mina");
  EXPECT_EQ(ShortText<5>("Minas").view(), "Minas");
  EXPECT_EQ(ShortText<5>("Minas Tirith").view(), "Minas");
  EXPECT_EQ(ShortText<255>(std::string(300, 'x')).view(), std::string(255, 'x'));
  EXPECT_EQ(ShortText<8>(std::string_view("a\0b", 3)).view(), std::string_view("a\0b", 3));
}

TEST(ShortText, IsEqualIfItsTextIs) {
  ShortText<8> text = std::string_view("a long one");
  text = "ab";
  EXPECT_EQ(text, ShortText<8>("ab"));
  EXPECT_FALSE(text == ShortText<8>("ac"));
  EXPECT_FALSE(text == ShortText<8>("ab "));
  EXPECT_FALSE(ShortText<8>(std::string_view("a\0", 2)) == ShortText<8>("a"));
}

TEST(ShortText, LeavesNothingOfTheTextBefore) {
  ShortText<8> text = std::string_view("password");
  text = std::string_view("ab");
  const ShortText<8> fresh = std::string_view("ab");
  EXPECT_EQ(std::memcmp(&text, &fresh, sizeof text), 0) << "a snapshot holds all bytes";
  text.assign("password");
  text.assign("ab");
  EXPECT_EQ(std::memcmp(&text, &fresh, sizeof text), 0) << "a snapshot holds all bytes";
}

TEST(ShortText, IsAssignedWhatFitsAndAPartOfItself) {
  ShortText<8> text;
  text.assign("Minas Tirith");
  EXPECT_EQ(text.view(), "Minas Ti");
  text.assign(text.view().substr(2, 5));
  EXPECT_EQ(text, ShortText<8>("nas T"));
}

}  // namespace
}  // namespace madang
