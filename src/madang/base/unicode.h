// Unicode: the properties of characters and the normal form C (NFC) of a text.
//
// scripts/unicode_tables.mjs makes the tables from Debian's package unicode-data. They are part of the
// repository. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace madang::unicode {

/// What a character is for a reader, by its properties.
enum class Kind : std::uint8_t {
  visible,       ///< a letter, a digit or a symbol
  mark,          ///< stands above, below or around the character before it (General_Category Mn, Me)
  spacing_mark,  ///< a vowel sign beside the letter before it (Mc)
  space,         ///< a space within a line (Zs, and spaces that Unicode counts as symbols)
  line,          ///< any other White_Space: a tab, the end of a line or of a paragraph
  joiner,        ///< zero width joiner or non-joiner: Join_Control
  selector,      ///< selects a form of the character before it: Variation_Selector
  tag,           ///< a part of some flags: Emoji_Component and Default_Ignorable_Code_Point
  invisible,     ///< another Default_Ignorable_Code_Point, Bidi_Control, or invisible format characters
  control,       ///< Cc, noncharacters, surrogates
  unassigned,    ///< private use, and characters that this version of Unicode does not know
};

struct Properties {
  Kind kind = Kind::unassigned;
  std::uint8_t combining_class = 0;  ///< Canonical_Combining_Class
  bool is_pictograph = false;        ///< Extended_Pictographic: emoji and their reserved places
  bool is_modifier = false;          ///< Emoji_Modifier: a skin tone
  bool is_ideograph = false;         ///< Ideographic: has registered variants
  bool is_virama = false;            ///< joins or separates consonants of Indic scripts
  bool may_join_next = false;        ///< Joining_Type Dual, Left or Join_Causing: connects to the next letter
  bool may_join_previous = false;    ///< Joining_Type Dual, Right or Join_Causing
  bool is_transparent = false;       ///< Joining_Type Transparent: letters join across it
  bool is_wide = false;              ///< East_Asian_Width Wide or Fullwidth

  bool operator==(const Properties&) const = default;
};

/// Returns the properties of a character. A number beyond the last character is unassigned.
const Properties& properties_of(char32_t character);

/// Returns whether Unicode knows the form that the selector selects for this character.
bool is_variation(char32_t character, char32_t selector);

/// Returns the number of invisible tags at the beginning of `text` that make a flag with the pictograph
/// before them, of England for example. Returns 0 when they make no flag.
std::size_t flag_tags(char32_t pictograph, std::u32string_view text);

/// A decomposition has at most this number of characters for each character of its text.
inline constexpr std::size_t decomposition_max = 4;

/// Replaces the text by its canonical decomposition (NFD).
void decompose(std::u32string& text);
/// Does the same. The result is made in `spare`, and then both are swapped. Nothing is allocated if the spare
/// has a capacity of decomposition_max times the text, so the caller can wipe all copies of a secret.
void decompose(std::u32string& text, std::u32string& spare);
/// Composes a text that decompose() has made. The text is in NFC then.
void compose(std::u32string& text);

}  // namespace madang::unicode
