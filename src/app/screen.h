// Screen: a picture that consists of characters, for a terminal. A plain value.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace madang::app {

/// The sixteen colours that every terminal has.
enum class Color : std::uint8_t {
  black,
  red,
  green,
  yellow,
  blue,
  magenta,
  cyan,
  white,
  bright_black,
  bright_red,
  bright_green,
  bright_yellow,
  bright_blue,
  bright_magenta,
  bright_cyan,
  bright_white,
};

struct Style {
  Color foreground = Color::white;
  Color background = Color::black;
  bool operator==(const Style&) const = default;
};

/// One column of one row.
struct ScreenCell {
  char32_t character = U' ';  ///< 0: this is the right half of a wide character
  Style style;
  bool operator==(const ScreenCell&) const = default;
};

class Screen {
 public:
  Screen(int columns, int rows);

  int columns() const { return columns_; }
  int rows() const { return rows_; }
  const ScreenCell& at(int column, int row) const { return cells_[index(column, row)]; }

  /// Writes a text in the form of shown() (madang/base/text.h), so that bytes of a stranger are safe. The
  /// text ends at `columns_max` or at the edge of the screen. Returns the number of columns that the text
  /// takes.
  int put(int column, int row, std::string_view bytes, Style style = {}, int columns_max = 1 << 20);
  /// Fills a part of a row with spaces.
  void fill(int column, int row, int columns, Style style);

  bool operator==(const Screen&) const = default;

 private:
  std::size_t index(int column, int row) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
           static_cast<std::size_t>(column);
  }

  int columns_;
  int rows_;
  std::vector<ScreenCell> cells_;
};

/// Returns the width of a character in columns: 0 for a mark on another character, 2 for a character that is
/// wide by Unicode Annex 11, or else 1.
int width_of(char32_t character);
/// Returns the number of columns that put() needs for the whole text.
int width_of(std::string_view bytes);

}  // namespace madang::app
