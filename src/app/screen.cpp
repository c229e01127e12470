#include "app/screen.h"

#include <utf8.h>

#include <algorithm>

#include "madang/base/text.h"
#include "madang/base/unicode.h"

namespace madang::app {

Screen::Screen(int columns, int rows)
    : columns_(std::max(columns, 0)),
      rows_(std::max(rows, 0)),
      cells_(static_cast<std::size_t>(columns_ * rows_)) {}

int Screen::put(int column, int row, std::string_view bytes, Style style, int columns_max) {
  if (row < 0 || row >= rows_) return 0;
  const int begin = column;
  const int end = std::min<int>(columns_, columns_max > columns_ - column ? columns_ : column + columns_max);
  const std::string text = shown(bytes);
  for (auto at = text.begin(); at != text.end();) {
    const char32_t character = utf8::unchecked::next(at);
    const int width = width_of(character);
    if (width == 0) continue;
    if (column + width > end) break;
    if (column >= 0) {
      cells_[index(column, row)] = {character, style};
      if (width == 2) cells_[index(column + 1, row)] = {0, style};
    }
    column += width;
  }
  return column - begin;
}

void Screen::fill(int column, int row, int columns, Style style) {
  if (row < 0 || row >= rows_) return;
  const int end = std::min(column + columns, columns_);
  for (int at = std::max(column, 0); at < end; ++at) cells_[index(at, row)] = {U' ', style};
}

int width_of(char32_t character) {
  const unicode::Properties& properties = unicode::properties_of(character);
  switch (properties.kind) {
    case unicode::Kind::mark:
    case unicode::Kind::joiner:
    case unicode::Kind::selector:
    case unicode::Kind::tag:
    case unicode::Kind::invisible: return 0;
    default: return properties.is_wide ? 2 : 1;
  }
}

int width_of(std::string_view bytes) {
  int width = 0;
  const std::string text = shown(bytes);
  for (auto at = text.begin(); at != text.end();) width += width_of(utf8::unchecked::next(at));
  return width;
}

}  // namespace madang::app
