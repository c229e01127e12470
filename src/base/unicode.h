// Unicode: what its standard says of a character, and the normal form C (NFC) of a text.
//
// The tables behind it are made at build time of Debian's package unicode-data, by cmake/unicode_tables.mjs:
// on Linux and on Windows they are the same. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace madang::unicode {

/// What a character is for somebody who reads, by its properties.
enum class Kind : std::uint8_t {
  visible,       ///< a letter, a digit, a sign: it stands by itself
  mark,          ///< stands above, below or around the character before it (General_Category Mn, Me)
  spacing_mark,  ///< a vowel sign beside the letter before it (Mc)
  space,         ///< a blank within a line (Zs, and blanks that Unicode counts as signs)
  line,          ///< any other White_Space: a tab, the end of a line or of a paragraph
  joiner,        ///< zero width (non-)joiner: Join_Control
  selector,      ///< asks for a form of the character before it: Variation_Selector
  tag,           ///< a part of some flags: Emoji_Component and ignorable
  invisible,     ///< any other Default_Ignorable_Code_Point, Bidi_Control, and format characters that show
                 ///< nothing
  control,       ///< Cc, noncharacters, halves of pairs
  unassigned,    ///< private use, and what this version of Unicode does not know
};

struct Properties {
  Kind kind = Kind::unassigned;
  std::uint8_t combining_class = 0;  ///< Canonical_Combining_Class
  bool is_pictograph = false;        ///< Extended_Pictographic: emoji, and what is reserved for them
  bool is_modifier = false;          ///< Emoji_Modifier: a tone of skin
  bool is_ideograph = false;         ///< Ideographic: has variants that Unicode registers one by one
  bool is_virama = false;            ///< joins consonants of Indic scripts, or keeps them apart
  bool joins_next = false;           ///< Joining_Type Dual, Left or Join_Causing: connects to what follows
  bool joins_previous = false;       ///< Dual, Right or Join_Causing
  bool is_transparent = false;       ///< for joining as if it were not there
  bool is_wide = false;              ///< East_Asian_Width Wide or Fullwidth

  bool operator==(const Properties&) const = default;
};

/// Of any number; what is beyond the last character is unassigned.
const Properties& properties_of(char32_t character);

/// Whether the selector behind that character asks for a form that Unicode knows.
bool is_variation(char32_t character, char32_t selector);

/// How many invisible tags at the beginning of `text` make a flag of the pictograph before them (of England,
/// say); 0 when they make none.
std::size_t flag_tags(char32_t pictograph, std::u32string_view text);

/// Replaces the text by its canonical decomposition (NFD).
void decompose(std::u32string& text);
/// Composes a canonical decomposition: then it is in NFC.
void compose(std::u32string& text);

}  // namespace madang::unicode
