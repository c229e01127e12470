// Screen: a picture made of characters, for a terminal to show. Plain data; knows how wide characters are.
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
  char32_t character = U' ';  ///< 0: the right half of the wide character before it
  Style style;
  bool operator==(const ScreenCell&) const = default;
};

class Screen {
 public:
  Screen(int columns, int rows);

  int columns() const { return columns_; }
  int rows() const { return rows_; }
  const ScreenCell& at(int column, int row) const { return cells_[index(column, row)]; }

  /// Writes any bytes, a stranger's too, in the form that shown() gives them (base/text.h), cut off at
  /// `columns_max` or the edge. How many columns they took. What is outside is not drawn.
  int put(int column, int row, std::string_view bytes, Style style = {}, int columns_max = 1 << 20);
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

/// 0 for what shows nothing by itself, as marks on the character before; 2 for what is wide by Unicode's
/// Annex 11; else 1.
int width_of(char32_t character);
/// How many columns put() would take, had it room for all.
int width_of(std::string_view bytes);

}  // namespace madang::app
