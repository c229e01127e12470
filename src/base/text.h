// Text from strangers: what may be shown to others, and in which form.
//
// A name or words that a person typed are put into one normal form, so that what others see is what is
// compared:
//   - NFC, the composed form of letters and their marks; signs of equal look alone (a Latin and a Cyrillic
//   "a") stay
//     different.
//   - A run of blanks of any kind is one space, and there are none at the ends.
//   - A joiner (ZWJ, ZWNJ) or a variation selector stays where it has a meaning: between parts of an emoji,
//   in scripts
//     whose letters join, behind a virama, behind a character that Unicode knows another form of. Elsewhere
//     it shows nothing, and is dropped.
//   - The tags of the flags of England, Scotland and Wales stay.
// What else would not show, or would change how others are shown:
//
//                                              in words            in a name
//   tabs, ends of lines and paragraphs         become a space      refused
//   zero width spaces, soft hyphens, fillers,
//   byte order marks, direction marks,
//   overrides and isolates                     dropped             refused
//   other controls, noncharacters, private
//   use, unassigned                            refused             refused
//   a mark without a character below it        refused at the      refused
//                                              beginning
//   marks on one character, at most            8                   4 (Unicode Technical Standard 39, 5.4)
//   nothing that can be seen                   refused             refused
//
// All of it is decided by Unicode's properties (base/unicode.h). Unicode's stream-safe limit of 30 marks
// would be safe to process, and still cover the lines around it. An emoji that is newer than our tables
// passes: its place is reserved.
//
// Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace madang {

/// Why a text cannot be shown to others.
enum class TextFault : std::uint8_t {
  malformed,        ///< empty, longer than allowed, or not UTF-8: a bug of the client
  not_presentable,  ///< a person may have typed or pasted it, but see above
  too_long,         ///< its normal form is longer than allowed
};

/// The normal form of a name: of 1 to `bytes_max` bytes, as was sent. Where names are owned one day, this is
/// what they are compared by, and where look-alikes of other scripts become one.
std::expected<std::string, TextFault> presentable_name(std::string_view sent, std::size_t bytes_max);

/// The normal form of words, likewise.
std::expected<std::string, TextFault> presentable_words(std::string_view sent, std::size_t bytes_max);

/// 1 to `bytes_max` bytes of valid UTF-8 in which something can be seen, and nothing of what shown()
/// replaces: for texts that are taken as they are, as settings.
bool is_presentable(std::string_view text, std::size_t bytes_max);

/// Any bytes, fit for a screen: a U+FFFD for what is not UTF-8, a space for a tab, a dot for every other
/// control character and whatever does not show, but joiners, variation selectors and tags. A client that
/// keeps or prints a server's text does it in this form.
std::string shown(std::string_view text);

}  // namespace madang
