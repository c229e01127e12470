// Checks the keys of names with examples, and with every row of Unicode's own tables.
#include "madang/keeper/name_key.h"

#include <gtest/gtest.h>
#include <utf8.h>

#include <fstream>
#include <sstream>
#include <vector>

#include "madang/base/random.h"
#include "madang/base/text.h"
#include "madang/base/unicode.h"

namespace madang::keeper {
namespace {

std::string utf8_of(std::u32string_view text) {
  std::string bytes;
  for (const char32_t character : text) utf8::unchecked::append(character, std::back_inserter(bytes));
  return bytes;
}

/// Returns the characters of "0041 030A".
std::u32string characters_in(const std::string& codes) {
  std::u32string text;
  std::istringstream in(codes);
  for (std::uint32_t code; in >> std::hex >> code;) text += static_cast<char32_t>(code);
  return text;
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream in(line.substr(0, line.find('#')));
  for (std::string field; std::getline(in, field, ';');) {
    const auto first = field.find_first_not_of(' ');
    fields.push_back(first == field.npos ? "" : field.substr(first, field.find_last_not_of(' ') - first + 1));
  }
  return fields;
}

/// Returns whether this is a consonant at the end of a Hangul syllable, or a pair of them that stands alone.
bool is_closing_consonant(char32_t character) {
  const std::u32string pairs = U"\u3133\u3135\u3136\u313a\u313b\u313c\u313d\u313e\u313f\u3140\u3144";
  return (character >= 0x11a8 && character <= 0x11c2) || pairs.contains(character);
}

TEST(NameKey, IsOneForTheSameLettersInAnyCaseAndForm) {
  const std::string key = look_of("Ada");
  for (const char* name :
       {"ada", "ADA", "aDa", "\uff21\uff44\uff41", "\U0001d4d0\U0001d4ed\U0001d4ea", "\u24b6\u24d3\u24d0"})
    EXPECT_EQ(look_of(name), key) << name;
  EXPECT_EQ(look_of("Stra\u00dfe"), look_of("STRASSE"));
  EXPECT_EQ(look_of("\ufb01n"), look_of("FIN")) << "a ligature";
  EXPECT_EQ(look_of("Борис"), look_of("БОРИС"));
  EXPECT_EQ(look_of("Наталья"), look_of("НАТАЛЬЯ"));
  EXPECT_EQ(look_of("σοφος"), look_of("ΣΟΦΟΣ"));
  EXPECT_EQ(look_of("Zo\u00eb"), look_of("Zoe\u0308")) << "composed or not";
}

TEST(NameKey, IsOneForLettersOfOtherScriptsThatLookAlike) {
  EXPECT_EQ(look_of("Ada"), look_of("\u0410DA")) << "a Cyrillic A";
  EXPECT_EQ(look_of("paypal"), look_of("р\u0430ур\u0430l"));
  EXPECT_EQ(look_of("Bob"), look_of("\u0412ob")) << "a Cyrillic capital alone looks like B";
  EXPECT_EQ(look_of("Nina"), look_of("\u039dina")) << "a Greek capital nu";
  EXPECT_EQ(look_of("David"), look_of("Da\u03bdid")) << "a Greek small nu";
  EXPECT_EQ(look_of("力"), look_of("カ")) << "an ideograph and a Katakana letter";
  EXPECT_EQ(look_of("ㅣ"), look_of("丨"));
}

TEST(NameKey, IsOneForDigitsAndLettersThatLookAlike) {
  EXPECT_EQ(look_of("B0b"), look_of("BOb"));
  EXPECT_EQ(look_of("b0b"), look_of("bob"));
  for (const char* name : {"Al1ce", "AlIce", "A1lce", "A|ice", "AIice", "alice", "ALICE", "allce"})
    EXPECT_EQ(look_of(name), look_of("Alice")) << name;
  EXPECT_EQ(look_of("Morn"), look_of("rnom"));
}

TEST(NameKey, IgnoresWhatCannotBeSeen) {
  for (const char* name : {" A d a ", "A\u3000da", "A\u200dda", "A\u200cd\ufe0fa", "Ad\u00ada", "\u2800 Ada",
                           "A\u034fda", "A\u3164da", "Ad\u202ea", "A\U000e0067da", "A\nda"})
    EXPECT_EQ(look_of(name), look_of("Ada")) << name;
  EXPECT_EQ(look_of("a\u0302\u200d\u0323"), look_of("a\u0323\u0302")) << "a joiner hides no order of marks";
}

TEST(NameKey, IsAnotherForNamesThatDoNotLookAlike) {
  const char* names[] = {"Ada", "Adam",   "Eda",  "Zoe",        "Zo\u00eb",   "Bob",  "Rob",  "Nan",
                         "Van", "yes",    "ues",  "fun",        "sun",        "a-b",  "alb",  "a_b",
                         "a.b", "마당쇠", "마당", "Борис",      "борт",       "각가", "가까", "국",
                         "구",  "학교",   "하꾜", "\U0001f600", "\U0001f601", "2",    "3",    "5",
                         "6",   "7",      "8",    "9",          "s5",         "ss",   "b",    "6b"};
  for (const char* one : names)
    for (const char* other : names)
      EXPECT_EQ(look_alike(one, other), one == other) << one << " and " << other;
}

TEST(NameKey, KeepsAllLettersAndDigitsApartButFour) {
  const std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string alike;
  for (const char one : alphabet)
    for (const char other : alphabet)
      if (one < other && look_alike(std::string(1, one), std::string(1, other))) alike += {one, other, ' '};
  EXPECT_EQ(alike, "il 0o 1i 1l ") << "in the order of the alphabet";
}

TEST(NameKey, OfALetterWhoseCaseChangesItsLookIsTwo) {
  EXPECT_NE(look_of("\u039d"), look_of("\u03bd")) << "a capital nu like N, and a small one like v";
  EXPECT_EQ(second_look_of("\u039d"), look_of("\u03bd"));
  EXPECT_TRUE(look_alike("ΝΙΚΟΣ", "νικος"));
  EXPECT_TRUE(look_alike("Νίνα", "ΝΊΝΑ"));
  EXPECT_TRUE(look_alike("Глеб", "ГЛЕБ"));
  EXPECT_TRUE(look_alike("ΝΙΝΑ", "NINA")) << "as it is typed";
  EXPECT_TRUE(look_alike("NINA", "ΝΙΝΑ")) << "in both directions";
  EXPECT_FALSE(look_alike("nina", "viva"));
  for (const char* name : {"Ada", "마당쇠", "Наталья", "σοφος", "José", "\U0001f600"})
    EXPECT_EQ(look_of(name), second_look_of(name)) << name;
}

TEST(NameKey, OfEveryCharacterIsThatOfWhatItLooksLike) {
  std::ifstream file(MADANG_SOURCE_DIR "/scripts/confusables.txt");
  int rows = 0;
  for (std::string line; std::getline(file, line);) {
    const auto fields = fields_of(line);
    if (fields.size() < 3) continue;
    const std::u32string source = characters_in(fields[0]);
    std::u32string decomposed = source;
    unicode::decompose(decomposed);
    // The algorithm of UTS 39 begins with NFD, so it never uses the rows of composed characters.
    if (decomposed != source || is_closing_consonant(source[0])) continue;
    ASSERT_EQ(look_of(utf8_of(source)), look_of(utf8_of(characters_in(fields[1])))) << line;
    ++rows;
  }
  EXPECT_GT(rows, 5'000);
}

TEST(NameKey, OfEveryCharacterIsSharedWithItsFolding) {
  std::ifstream file(UNICODE_DATA "/DerivedNormalizationProps.txt");
  int characters = 0;
  for (std::string line; std::getline(file, line);) {
    const auto fields = fields_of(line);
    if (fields.size() < 3 || fields[1] != "NFKC_CF") continue;
    const auto last_at = fields[0].find("..");
    const char32_t first = characters_in(fields[0].substr(0, last_at))[0];
    const char32_t last =
        last_at == std::string::npos ? first : characters_in(fields[0].substr(last_at + 2))[0];
    for (char32_t c = first; c <= last; ++c) {
      if (unicode::properties_of(c).kind == unicode::Kind::unassigned) continue;  // no name has it
      const std::string sent = utf8_of({&c, 1});
      const std::string folded = utf8_of(characters_in(fields[2]));
      ASSERT_EQ(second_look_of(sent), second_look_of(folded)) << line;
      ASSERT_TRUE(look_alike(sent, folded)) << line;
      ++characters;
    }
  }
  EXPECT_GT(characters, 6'000);
}

TEST(NameKey, OfAKeyIsItself) {
  for (char32_t c = 0x20; c < 0x110000; ++c) {
    if (unicode::properties_of(c).kind == unicode::Kind::control) continue;
    const std::string character = utf8_of({&c, 1});
    for (const std::string& key : {look_of(character), second_look_of(character)}) {
      ASSERT_EQ(look_of(key), key) << std::hex << std::uint32_t{c};
      ASSERT_LE(key.size(), character.size() * look_growth_max) << std::hex << std::uint32_t{c};
    }
  }
}

TEST(NameKey, OfAPresentableNameIsNeverEmptyAndKeepsItsKey) {
  Random random(15);
  const char32_t signs[] = {U'a',      U'I',      U'm',      U'\u0301', U'\u0323', U'\u0345', U'\u03bd',
                            U'\u039d', U'\u1e9e', U'\u00b4', U'\u0410', U'\u200d', U'\u094d', U'\u0915',
                            U'가',     U'\u11a8', U'\u1100', U'\u1161', U'\u3131', U'\ufe0f', U'\u2764',
                            U'\ufdfa', U' ',      U'\u3099', U'\uff9e', U'\uff76', U'\u1fb3', U'\u0130',
                            U'\u0131', U'\u212a', U'\u00df'};
  int names = 0;
  for (int round = 0; round < 100'000; ++round) {
    std::u32string text;
    for (std::uint32_t length = 1 + random.below(7); length > 0; --length)
      text += random.chance(3, 4) ? signs[random.below(std::size(signs))]
                                  : char32_t{0x20 + random.below(0x2ff00)};
    std::erase_if(text, [](char32_t c) { return c >= 0xd800 && c < 0xe000; });
    const auto name = presentable_name(utf8_of(text), 64);
    if (!name) continue;
    ++names;
    const std::string key = look_of(*name);
    ASSERT_FALSE(key.empty()) << *name;
    ASSERT_EQ(look_of(key), key) << *name;
    ASSERT_EQ(look_of(utf8_of(text)), key) << "the sent name and its normal form: " << *name;
    ASSERT_LE(key.size(), name->size() * look_growth_max) << *name;
  }
  EXPECT_GT(names, 10'000);
}

TEST(NameKeyDeathTest, OfBytesThatAreNotUtf8IsABugOfTheProgram) {
  EXPECT_DEATH(look_of("\xff\xfe"), "not UTF-8");
}

}  // namespace
}  // namespace madang::keeper
