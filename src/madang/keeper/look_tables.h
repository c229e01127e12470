// LookTables: which characters look alike. scripts/look_tables.mjs makes the tables from Debian's package
// unicode-data and from the table of Unicode Technical Standard 39. Only name_key.cpp uses them. Constant
// data; any thread.
#pragma once

#include <cstdint>
#include <span>

namespace madang::keeper {

/// A character and its look. The look is one character, or `length` characters of the pool from `first` on.
struct Look {
  char32_t character;
  std::uint32_t look;  ///< a character; or its upper 8 bits are `length`, and the others are `first`

  constexpr std::uint32_t length() const { return look >> 24; }  ///< 0: the look is one character
  constexpr std::uint32_t first() const { return look & 0xff'ffff; }
};

/// A character that is not in a table has itself as its look. All looks are complete: no character of a look
/// has another look.
struct LookTables {
  std::span<const Look> looks;         ///< sorted by `character`
  std::span<const Look> second_looks;  ///< sorted by `character`; the looks of letters without their case
  std::span<const char32_t> pool;
};

const LookTables& look_tables();

}  // namespace madang::keeper
