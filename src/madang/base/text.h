// Text that a stranger has typed: which text other players may see, and in which form.
//
// A name or a message is changed into one normal form. So the text that others see is also the text that the
// server compares:
//   - NFC, the composed form of letters and marks. Letters that only look alike stay different, for example a
//     Latin and a Cyrillic "a".
//   - A run of spaces of any kind becomes one space. There is none at the beginning and at the end.
//   - A joiner (ZWJ, ZWNJ) or a variation selector stays where it has a meaning. It has one between parts of
//     an emoji, in scripts whose letters join, after a virama, and after a character with a variant in
//     Unicode. Elsewhere it is invisible and is removed.
//   - The tags in the flags of England, Scotland and Wales stay.
//
// Other characters are invisible, or change how other text is displayed:
//
//                                              in a message        in a name
//   tabs, ends of lines and paragraphs         become a space      refused
//   zero width spaces, soft hyphens, fillers,
//   byte order marks, direction marks,
//   overrides and isolates                     removed             refused
//   other controls, noncharacters, private
//   use, unassigned                            refused             refused
//   a mark without a character before it       refused at the      refused
//                                              beginning
//   marks on one character, at most            8                   4 (Unicode Technical Standard 39, 5.4)
//   a text that has nothing visible            refused             refused
//
// The properties of Unicode decide all of this (madang/base/unicode.h). Unicode's stream-safe limit of 30
// marks would be safe to process, but 30 marks cover the lines above and below. An emoji that is newer than
// our tables is accepted, because Unicode has reserved its place.
//
// Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace madang {

/// Why other players may not see a text.
enum class TextFault : std::uint8_t {
  malformed,        ///< empty, longer than allowed, or not UTF-8: a bug of the client
  not_presentable,  ///< refused by the rules above; a person may have typed or pasted it
  too_long,         ///< its normal form is longer than allowed
};

/// Returns the normal form of a name. The name and its normal form must each have 1 to `bytes_max` bytes.
std::expected<std::string, TextFault> presentable_name(std::string_view sent, std::size_t bytes_max);

/// Returns the normal form of a message. It has the same bounds.
std::expected<std::string, TextFault> presentable_words(std::string_view sent, std::size_t bytes_max);

/// Returns whether a text may be used unchanged, as a setting for example. It must have 1 to `bytes_max`
/// bytes of valid UTF-8 and something visible. shown() must not change it.
bool is_presentable(std::string_view text, std::size_t bytes_max);

/// Returns any bytes as text that is safe for a screen. U+FFFD replaces bytes that are not UTF-8, a space
/// replaces a tab, and a dot replaces every other control character and invisible character. Joiners,
/// variation selectors and tags stay. A client uses this form before it keeps or prints a text of the server.
std::string shown(std::string_view text);

}  // namespace madang
