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

TEST(Screen, WritesTextWhereItIsTold) {
  Screen screen(10, 2);
  EXPECT_EQ(screen.put(2, 1, "마당!"), 5);
  EXPECT_EQ(row_of(screen, 0), U"          ");
  EXPECT_EQ(row_of(screen, 1), U"  마당!   ");
}

TEST(Screen, CutsOffWhatDoesNotFitAndNeverHalfACharacter) {
  Screen screen(5, 1);
  EXPECT_EQ(screen.put(0, 0, "마당쇠"), 4);
  EXPECT_EQ(row_of(screen, 0), U"마당 ");
  Screen narrow(5, 1);
  EXPECT_EQ(narrow.put(0, 0, "abcde", {}, 3), 3);
  EXPECT_EQ(row_of(narrow, 0), U"abc  ");
}

TEST(Screen, TakesAnyBytesAndShowsNoneThatWouldMeanSomethingToATerminal) {
  Screen screen(12, 1);
  EXPECT_EQ(screen.put(0, 0, "a\x1b[2J\xff\u009b\xf0"), 8);
  EXPECT_EQ(row_of(screen, 0), U"a.[2J\ufffd.\ufffd    ");
  EXPECT_EQ(width_of("cut off \xed\x95"), 9);
}

TEST(Screen, DrawsNothingOutsideOfItself) {
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
