#include "app/screen.h"

#include <gtest/gtest.h>

namespace madang::app {
namespace {

std::u32string row_of(const Screen& screen, int row) {
  std::u32string text;
  for (int column = 0; column < screen.columns(); ++column)
    if (const char32_t character = screen.at(column, row).character) text += character;
  return text;
}

TEST(Screen, KnowsThatKoreanIsTwoColumnsWide) {
  EXPECT_EQ(width_of("Madang"), 6);
  EXPECT_EQ(width_of("마당"), 4);
  EXPECT_EQ(width_of("♞"), 1);
  EXPECT_EQ(width_of("e\u0301"), 1);
}

TEST(Screen, KnowsTheWidthOfACharacterFromUnicode) {
  const std::pair<char32_t, int> widths[] = {
      {U'a', 1},          {U'é', 1},          {U'\u0301', 0},  // an accent on the character before
      {U'\u0488', 0},     {U'\u05bf', 0},     {U'\u0e31', 0},  // marks of Cyrillic, Hebrew, Thai
      {U'\u093f', 1},                                          // a vowel sign that stands beside its letter
      {U'가', 2},         {U'漢', 2},         {U'あ', 2},         {U'\u3000', 2},     {U'\uff21', 2},
      {U'\uff71', 1},  // a half-width letter
      {U'☺', 1},          {U'⌚', 2},         {U'\U0001f600', 2}, {U'\U0001fae0', 2}, {U'\u231a', 2},
      {U'\U00016fe0', 2}, {U'\U0002f800', 2}, {U'\u200d', 0},     {U'\ufe0f', 0},     {U'\U000e0100', 0},
      {U'\U000e0067', 0}, {U'\ufffd', 1},     {U'\U0010ffff', 1}};
  for (const auto& [character, width] : widths)
    EXPECT_EQ(width_of(character), width) << std::hex << std::uint32_t{character};
}

TEST(Screen, AnEmojiSequenceHasTheColumnsOfItsParts) {
  Screen screen(8, 1);
  EXPECT_EQ(screen.put(0, 0, "👩\u200d👧!"), 5);
  EXPECT_EQ(width_of("❤\ufe0f"), 1);
}

TEST(Screen, WritesATextAtItsPlace) {
  Screen screen(10, 2);
  EXPECT_EQ(screen.put(2, 1, "마당!"), 5);
  EXPECT_EQ(row_of(screen, 0), U"          ");
  EXPECT_EQ(row_of(screen, 1), U"  마당!   ");
}

TEST(Screen, CutsATextThatDoesNotFitBetweenCharacters) {
  Screen screen(5, 1);
  EXPECT_EQ(screen.put(0, 0, "마당쇠"), 4);
  EXPECT_EQ(row_of(screen, 0), U"마당 ");
  Screen narrow(5, 1);
  EXPECT_EQ(narrow.put(0, 0, "abcde", {}, 3), 3);
  EXPECT_EQ(row_of(narrow, 0), U"abc  ");
}

TEST(Screen, AcceptsAnyBytesAndNeverShowsControlCharacters) {
  Screen screen(12, 1);
  EXPECT_EQ(screen.put(0, 0, "a\x1b[2J\xff\u009b\xf0"), 8);
  EXPECT_EQ(row_of(screen, 0), U"a.[2J\ufffd.\ufffd    ");
  EXPECT_EQ(width_of("cut off \xed\x95"), 9);
}

TEST(Screen, DrawsNothingOutsideOfItsEdges) {
  Screen screen(4, 2);
  const Screen empty = screen;
  screen.put(0, -1, "up");
  screen.put(0, 2, "down");
  screen.put(4, 0, "right");
  screen.fill(-5, 0, 5, {Color::red});
  EXPECT_EQ(screen, empty);
  Screen none(0, 0);
  EXPECT_EQ(none.put(0, 0, "x"), 0);
}

}  // namespace
}  // namespace madang::app
