// Tables: the tables of Unicode. scripts/unicode_tables.mjs makes them from Debian's package
// unicode-data. Only unicode.cpp uses them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "madang/base/unicode.h"

namespace madang::unicode {

/// A look-up has two stages, because most blocks of 256 characters are equal to other blocks.
inline constexpr char32_t characters = 0x110000;
inline constexpr unsigned block_bits = 8;

/// Canonical_Decomposition_Mapping. `second` is 0 when the character becomes one other character.
struct Decomposition {
  char32_t whole;
  char32_t first;
  char32_t second;
};

struct Variation {
  char32_t character;
  char32_t selector;
};

struct Tables {
  std::span<const Properties> records;            ///< all different values
  std::span<const std::uint16_t> blocks;          ///< number of the block, by the upper bits of a character
  std::span<const std::uint8_t> block_records;    ///< number of the record; 256 for each block
  std::span<const Decomposition> decompositions;  ///< sorted by `whole`
  std::span<const Decomposition> compositions;    ///< sorted by `first`, then `second`
  std::span<const Variation> variations;          ///< sorted by character, then selector
  std::span<const std::u32string_view> flags;     ///< a pictograph, its tags, and the tag that ends them
};

const Tables& tables();

}  // namespace madang::unicode
