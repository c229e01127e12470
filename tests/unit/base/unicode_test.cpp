// Checks the tables with Unicode's own test files.
#include "madang/base/unicode.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <sstream>

namespace madang::unicode {
namespace {

std::u32string nfd(std::u32string text) {
  decompose(text);
  return text;
}

std::u32string nfc(std::u32string text) {
  decompose(text);
  compose(text);
  return text;
}

std::u32string characters_of(const std::string& codes) {
  std::u32string text;
  std::istringstream in(codes);
  for (std::uint32_t code; in >> std::hex >> code;) text += static_cast<char32_t>(code);
  return text;
}

TEST(Unicode, NormalFormsAreThoseOfUnicodesOwnTest) {
  std::ifstream file(NORMALIZATION_TEST);
  std::vector<bool> listed(0x110000);
  int rows = 0;
  bool lists_single = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("@Part")) lists_single = line.starts_with("@Part1");
    if (line.empty() || line[0] == '#' || line[0] == '@') continue;
    std::array<std::u32string, 3> column;  // the source, its NFC, its NFD
    std::istringstream fields(line);
    for (std::u32string& text : column) {
      std::string codes;
      std::getline(fields, codes, ';');
      text = characters_of(codes);
    }
    if (lists_single) listed[column[0][0]] = true;
    for (const std::u32string& text : column) {
      ASSERT_EQ(nfc(text), column[1]) << line;
      ASSERT_EQ(nfd(text), column[2]) << line;
    }
    ++rows;
  }
  EXPECT_GT(rows, 18'000);
  // Every character that the first part of the file does not name is its own normal form.
  for (char32_t c = 0; c < 0x110000; ++c)
    if (!listed[c]) {
      ASSERT_EQ(nfc(std::u32string(1, c)), std::u32string(1, c)) << std::hex << std::uint32_t{c};
    }
}

TEST(Unicode, ADecompositionIntoASpareOfItsMaximumAllocatesNothing) {
  for (char32_t c = 0; c < 0x110000; ++c) {
    std::u32string text(8, c);
    std::u32string spare;
    spare.reserve(text.size() * decomposition_max);
    const char32_t* const place = spare.data();
    decompose(text, spare);
    ASSERT_EQ(text.data(), place) << std::hex << std::uint32_t{c};
    ASSERT_EQ(spare, std::u32string(8, c)) << "the caller can wipe the text of before";
    ASSERT_EQ(text, nfd(spare)) << std::hex << std::uint32_t{c};
  }
}

TEST(Unicode, EveryCharacterIsOfTheKindThatItsPropertiesMakeIt) {
  const std::pair<char32_t, Kind> kinds[] = {{U'a', Kind::visible},
                                             {U'가', Kind::visible},
                                             {U'\u05d0', Kind::visible},
                                             {U'\u06dd', Kind::visible},
                                             {U'\U0001f600', Kind::visible},
                                             {U'\U0001f1f0', Kind::visible},
                                             {U'\u0301', Kind::mark},
                                             {U'\u20e3', Kind::mark},
                                             {U'\u093f', Kind::spacing_mark},
                                             {U' ', Kind::space},
                                             {U'\u00a0', Kind::space},
                                             {U'\u3000', Kind::space},
                                             {U'\u2800', Kind::space},
                                             {U'\t', Kind::line},
                                             {U'\n', Kind::line},
                                             {U'\u0085', Kind::line},
                                             {U'\u2028', Kind::line},
                                             {U'\u2029', Kind::line},
                                             {U'\u200c', Kind::joiner},
                                             {U'\u200d', Kind::joiner},
                                             {U'\ufe0f', Kind::selector},
                                             {U'\u180b', Kind::selector},
                                             {U'\U000e0100', Kind::selector},
                                             {U'\U000e0067', Kind::tag},
                                             {U'\u200b', Kind::invisible},
                                             {U'\u3164', Kind::invisible},
                                             {U'\u115f', Kind::invisible},
                                             {U'\uffa0', Kind::invisible},
                                             {U'\u17b4', Kind::invisible},
                                             {U'\u202e', Kind::invisible},
                                             {U'\u2066', Kind::invisible},
                                             {U'\u061c', Kind::invisible},
                                             {U'\ufeff', Kind::invisible},
                                             {U'\u00ad', Kind::invisible},
                                             {U'\ufffc', Kind::invisible},
                                             {U'\u0007', Kind::control},
                                             {U'\u009b', Kind::control},
                                             {U'\ufdd0', Kind::control},
                                             {U'\uffff', Kind::control},
                                             {U'\U0010ffff', Kind::control},
                                             {U'\ue000', Kind::unassigned},
                                             {U'\u0378', Kind::unassigned},
                                             {U'\U00050000', Kind::unassigned}};
  for (const auto& [character, kind] : kinds)
    EXPECT_EQ(properties_of(character).kind, kind) << std::hex << std::uint32_t{character};
  EXPECT_EQ(properties_of(0xd800).kind, Kind::control);
  EXPECT_EQ(properties_of(0x110000).kind, Kind::unassigned) << "beyond the last";
}

TEST(Unicode, AnEmojiOfALaterVersionIsVisible) {
  EXPECT_EQ(properties_of(0x1fae9).kind, Kind::visible) << "of Unicode 16, where the tables are of 15";
}

}  // namespace
}  // namespace madang::unicode
