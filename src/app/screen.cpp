#include "app/screen.h"

#include <utf8.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace madang::app {

namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr Range wide_ranges[] = {
    {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},
    {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xa960, 0xa97f},   {0xac00, 0xd7a3},
    {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
    {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};
constexpr Range combining_ranges[] = {
    {0x300, 0x36f}, {0x1ab0, 0x1aff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};

template <std::size_t count>
bool is_in(const Range (&ranges)[count], char32_t character) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [&](const Range& range) { return character >= range.first && character <= range.last; });
}

}  // namespace

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
  if (character < 0x300) return 1;
  if (is_in(combining_ranges, character)) return 0;
  return is_in(wide_ranges, character) ? 2 : 1;
}

int width_of(std::string_view bytes) {
  int width = 0;
  const std::string text = shown(bytes);
  for (auto at = text.begin(); at != text.end();) width += width_of(utf8::unchecked::next(at));
  return width;
}

}  // namespace madang::app
