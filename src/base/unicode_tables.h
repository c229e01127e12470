// UnicodeTables: the tables that cmake/unicode_tables.mjs makes of Debian's package unicode-data. For
// unicode.cpp alone.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/unicode.h"

namespace madang::unicode {

/// A character is looked up in two stages, because most blocks of 256 are like others.
inline constexpr char32_t characters = 0x110000;
inline constexpr unsigned block_bits = 8;

/// Canonical_Decomposition_Mapping; `second` is 0 when a character becomes one other.
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
  std::span<const Properties> records;            ///< all combinations that occur
  std::span<const std::uint16_t> blocks;          ///< by the upper bits of a character: which block
  std::span<const std::uint8_t> block_records;    ///< 256 a block: which record
  std::span<const Decomposition> decompositions;  ///< by `whole`
  std::span<const Decomposition> compositions;    ///< by `first`, then `second`
  std::span<const Variation> variations;          ///< by character, then selector
  std::span<const std::u32string_view> flags;     ///< a pictograph, its tags, and the tag that ends them
};

const Tables& tables();

}  // namespace madang::unicode
