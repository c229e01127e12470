#include "madang/base/text.h"

#include <gtest/gtest.h>
#include <utf8.h>

#include <expected>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>

#include "madang/base/random.h"

namespace madang {
namespace {

TEST(Text, ThatIsFitToBeShownIsShownAsItIs) {
  for (const char* text : {"", "hello, Ada", "마당쇠: 안녕하세요", "e\u0301 ♞ \U0001f40e", "   "})
    EXPECT_EQ(shown(text), text);
}

TEST(Text, OfAStrangerCannotTouchTheScreenItIsShownOn) {
  EXPECT_EQ(shown("\x1b[2J\x1b]0;mine\a"), ".[2J.]0;mine.");
  EXPECT_EQ(shown("two\nlines\r\n"), "two.lines..");
  EXPECT_EQ(shown("a\tb"), "a b");
  EXPECT_EQ(shown(std::string_view("\0\x7f", 2)), "..");
  EXPECT_EQ(shown("\u009b2J"), ".2J") << "one character may also begin an escape sequence";
  EXPECT_EQ(shown("turned \u202e round"), "turned . round");
}

TEST(Text, ThatIsNotUtf8HasAMarkInItsPlace) {
  EXPECT_EQ(shown("\xff"), "\ufffd");
  EXPECT_EQ(shown("cut off \xf0"), "cut off \ufffd");
  EXPECT_EQ(shown("cut off \xed\x95"), "cut off \ufffd");
  EXPECT_EQ(shown("\xc0\xaf and \xed\xa0\x80"), "\ufffd and \ufffd") << "an overlong form and a surrogate";
}

TEST(Text, OfAnyBytesIsShownAsTextWithoutControls) {
  Random random(1);
  for (int round = 0; round < 10'000; ++round) {
    std::string bytes(random.below(12), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.below(256));
    const std::string text = shown(bytes);
    ASSERT_TRUE(utf8::is_valid(text.begin(), text.end()));
    ASSERT_EQ(shown(text), text) << "shown() replaces nothing in its own result";
  }
}

TEST(Text, IsPresentableWhenOthersCanReadIt) {
  EXPECT_TRUE(is_presentable("Ada L.", 24));
  EXPECT_TRUE(is_presentable("마당쇠", 9));
  EXPECT_FALSE(is_presentable("마당쇠", 8));
  for (const char* text : {"", " \u3000", "cut \xea\xb0", "new\nline", "a\tb", "a\u200b", "\u202eb", "\a"})
    EXPECT_FALSE(is_presentable(text, 24)) << text;
}

// --- Names and words

using Presented = std::expected<std::string, TextFault>;
constexpr std::size_t bytes_max = 200;

Presented name(std::string_view sent) { return presentable_name(sent, bytes_max); }
Presented words(std::string_view sent) { return presentable_words(sent, bytes_max); }
const Presented refused = std::unexpected(TextFault::not_presentable);

void expect_as_it_is(std::string_view text) {
  EXPECT_EQ(name(text), Presented(text)) << text;
  EXPECT_EQ(words(text), Presented(text)) << text;
}

TEST(Text, OfOrdinaryPeoplePassesAsItIs) {
  for (const char* text : {
           "Ada L.",  "O'Neil-Smith", "마당쇠",  "日本語", "Łukasz",    "Zoë",   "Nguyễn Thị Ngọc Ánh",
           "Дмитрий", "Ελένη",        "עברית",   "שָׁלוֹם",   "العربية",   "مُحَمَّد",  "ภาษาไทย",
           "น้ำ",      "Հայերեն",      "ქართული", "हिन्दी",  "தமிழ்",      "বাংলা", "ខ្មែរ",
           "မြန်မာ",   "བོད་ཡིག",        "ᠮᠣᠩᠭᠣᠯ",  "አማርኛ",   "^_^ <3 :)", "♞♟",
       })
    expect_as_it_is(text);
}

TEST(Text, KeepsJoinersWhereLettersJoin) {
  expect_as_it_is("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645");  // Persian: mi-khaham
  expect_as_it_is("\u0647\u200d");                                      // Persian: the letter he, cut short
  expect_as_it_is("\u0915\u094d\u200d\u0937");                          // Devanagari: half a ka
  expect_as_it_is("\u0915\u094d\u200c\u0937");                          // the same with a visible virama
  expect_as_it_is("\u09b0\u200d\u09cd\u09af");                          // Bengali: ra and ya-phalaa
  expect_as_it_is("\u0dc1\u0dca\u200d\u0dbb\u0dd3");                    // Sinhala: shri
  expect_as_it_is("\u0d28\u0d4d\u200d");                                // Malayalam: an old chillu
  expect_as_it_is("\u0645\u064f\u200c\u064e\u0645");                    // with marks on both sides of it
}

TEST(Text, DropsJoinersAndSelectorsThatMeanNothing) {
  EXPECT_EQ(name("B\u200do\u200cb"), Presented("Bob"));
  EXPECT_EQ(name("Bob\ufe0f"), Presented("Bob"));
  EXPECT_EQ(name("\U0001f600\u200d"), Presented("\U0001f600")) << "an emoji that joins nothing";
  EXPECT_EQ(name("\U0001f600\u200dBob"), Presented("\U0001f600Bob"));
  EXPECT_EQ(words("\u2764\ufe0f\ufe0f\ufe0f"), Presented("\u2764\ufe0f")) << "one selector is enough";
  EXPECT_EQ(name("\u0628\u200c\u200c\u200c\u0628"), Presented("\u0628\u200c\u0628"));
  EXPECT_EQ(name("\u6f22\U000e0101"), Presented("\u6f22\U000e0101")) << "a registered form of an ideograph";
  EXPECT_EQ(name("a\U000e0101"), Presented("a"));
}

TEST(Text, PassesEveryEmojiThatUnicodeLists) {
  std::ifstream file(UNICODE_DATA "/emoji/emoji-test.txt");
  int count = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::string emoji;
    std::istringstream codes(line.substr(0, line.find(';')));
    for (std::uint32_t code; codes >> std::hex >> code;)
      utf8::append(static_cast<char32_t>(code), std::back_inserter(emoji));
    ASSERT_EQ(name(emoji), Presented(emoji)) << line;
    ASSERT_EQ(words("so: " + emoji + " and " + emoji), Presented("so: " + emoji + " and " + emoji)) << line;
    ASSERT_EQ(shown(emoji), emoji) << line;
    ++count;
  }
  EXPECT_GT(count, 4'000);
}

TEST(Text, HidesNothingInTheTagsOfAFlag) {
  const std::string england = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f";
  const std::string hidden = "\U0001f3f4\U000e0068\U000e0069\U000e007f";
  expect_as_it_is(england);
  EXPECT_EQ(words(hidden), Presented("\U0001f3f4"));
  EXPECT_EQ(name(hidden), refused);
  EXPECT_EQ(words("a" + england.substr(4)), Presented("a")) << "tags of a flag behind a letter";
}

TEST(Text, OfNothingThatCanBeSeenIsRefused) {
  for (const char* text :
       {" ",          "\u3000 \u00a0", "\u3164",     "\u115f\u1160", "\uffa0", "\u2800",      "\ufe0f",
        "\U000e0100", "\u180b",        "\u200b",     "\u200c\u200d", "\u00ad", "\ufeff",      "\u2060",
        "\u2061",     "\u206a",        "\u034f",     "\u17b4",       "\u180e", "\ufff9",      "\ufffc",
        "\U0001d173", "\U0001d159",    "\U000e0001", "\U000e0041",   "\u202e", "\u2067\u2069"}) {
    EXPECT_EQ(name(text), refused) << text;
    EXPECT_EQ(words(text), refused) << text;
  }
}

TEST(Text, ThatTurnsTheDirectionOfOthersIsNoName) {
  for (const char* mark : {"\u200e", "\u200f", "\u061c", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e",
                           "\u2066", "\u2067", "\u2068", "\u2069"}) {
    EXPECT_EQ(name(std::string("a") + mark + "b"), refused);
    EXPECT_EQ(words(std::string("a") + mark + "b"), Presented("ab"));
  }
}

TEST(Text, ThatNobodyCanShowIsRefused) {
  for (const char* sign : {"\a", "\x1b[2J", "\x7f", "\u0085\u009b", "\ufdd0", "\ufffe", "\U0001ffff",
                           "\U0010ffff", "\ue000", "\U000f0000", "\u0378", "\U000e0080", "\ufff0"}) {
    EXPECT_EQ(name(std::string("a") + sign), refused) << sign;
    EXPECT_EQ(words(std::string("a") + sign), refused) << sign;
  }
  EXPECT_EQ(words(std::string_view("a\0b", 3)), refused);
}

TEST(Text, ThatIsNoTextOrTooLongIsMalformed) {
  const Presented malformed = std::unexpected(TextFault::malformed);
  for (const char* text : {"", "\xff", "cut \xea\xb0", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
    EXPECT_EQ(name(text), malformed);
    EXPECT_EQ(words(text), malformed);
  }
  EXPECT_EQ(presentable_name("마당쇠", 9), Presented("마당쇠"));
  EXPECT_EQ(presentable_name("마당쇠", 8), malformed);
  EXPECT_EQ(presentable_words("  ab  ", 5), malformed) << "the bound holds for the sent text";
}

TEST(Text, OfWordsIsRepairedWhereThatChangesNoMeaning) {
  EXPECT_EQ(words("two\tcolumns"), Presented("two columns"));
  EXPECT_EQ(words("two\r\nlines\n"), Presented("two lines"));
  EXPECT_EQ(words("a\u2028b\u2029c\u0085d"), Presented("a b c d"));
  EXPECT_EQ(words("\ufeffpas\u200bted\u00ad"), Presented("pasted"));
  EXPECT_EQ(words("  a \u00a0\u3000 b\u200b "), Presented("a b"));
  EXPECT_EQ(words("a \u200b b"), Presented("a b"));
  EXPECT_EQ(words("\u26a0 \ufe0f"), Presented("\u26a0"));
}

TEST(Text, OfANameIsRepairedInItsSpacesAlone) {
  EXPECT_EQ(name("  Ada \u00a0  L. "), Presented("Ada L."));
  EXPECT_EQ(name("\u3000마당쇠\u3000"), Presented("마당쇠"));
  for (const char* text : {"Ada\n", "\tAda", "A\rda", "Ada\u2028", "A\u200bda", "\ufeffAda", "A\u00adda"})
    EXPECT_EQ(name(text), refused) << text;
}

TEST(Text, ThatLooksAlikeIsTheSameInNfc) {
  EXPECT_EQ(name("Zoe\u0308"), Presented("Zo\u00eb"));
  EXPECT_EQ(name("\u1106\u1161\u1103\u1161\u11bc"), Presented("마당"));
  EXPECT_EQ(name("a\u0323\u0302"), name("a\u0302\u0323"));
  EXPECT_EQ(words("\u212b"), Presented("\u00c5")) << "the unit and the letter";
  EXPECT_EQ(name("e\u200d\u0301"), Presented("\u00e9")) << "a removed character separates nothing";
}

TEST(Text, WhoseNormalFormIsLongerThanAllowedIsTooLong) {
  const std::string text = "\u0958\u0958";  // six bytes, twelve in NFC
  EXPECT_EQ(presentable_name(text, 12), Presented("\u0915\u093c\u0915\u093c"));
  EXPECT_EQ(presentable_name(text, 11), Presented(std::unexpected(TextFault::too_long)));
}

TEST(Text, HeapsOfMarksAreRefused) {
  const auto heap = [](std::string on, int count) {
    for (int i = 0; i < count; ++i) on += "\u0316";
    return on;
  };
  EXPECT_TRUE(name(heap("x", 4)));
  EXPECT_EQ(name(heap("x", 5)), refused);
  EXPECT_TRUE(words(heap("x", 8)));
  EXPECT_EQ(words(heap("x", 9)), refused);
  EXPECT_EQ(name(heap("\u1ead", 3)), refused) << "a letter with two marks counts as two marks";
  EXPECT_TRUE(words(heap("x", 8) + heap("y", 8)));
  EXPECT_EQ(words(heap("\u0915\u093e", 5) + heap("\u093e", 5)), refused) << "a vowel sign is no letter";
}

TEST(Text, AMarkNeedsACharacterBelowIt) {
  EXPECT_EQ(name("\u0301"), refused);
  EXPECT_EQ(name("\u0301Ada"), refused);
  EXPECT_EQ(name("Ada \u0301"), refused);
  EXPECT_EQ(name("\u093f"), refused);
  EXPECT_EQ(words("\u0301 alone"), refused) << "the mark would stand on the character before the message";
  EXPECT_EQ(words("\u200b\u0301"), refused);
  EXPECT_EQ(words("ก \u0e48"), Presented("ก \u0e48")) << "a mark that was typed after a space";
}

TEST(Text, JoinersAreJudgedInTheCanonicalOrderOfMarks) {
  // The virama (class 9) comes before the accent (230): then no virama is beside the joiner.
  EXPECT_EQ(words("क\u0301\u094d\u200dष"), words("क\u094d\u0301ष"));
  EXPECT_EQ(words("क\u3099\u094d\u200dष"), Presented("क\u3099\u094d\u200dष")) << "class 8 comes before it";
  // A removed character had separated the marks, before or after the joiner.
  EXPECT_EQ(words("क\u0301\u200b\u094d\u200dष"), words("क\u094d\u0301ष"));
  EXPECT_EQ(words("क\u200d\u094d\ufe0f\u3099ष"), words("क\u3099\u094dष"));
}

TEST(Text, InNormalFormIsItsOwnNormalForm) {
  const char32_t signs[] = {
      U'a',          U'e',          U'가',        U'\u1100', U'\u1161',     U'\u11a8',     U'\u0301',
      U'\u0323',     U'\u0344',     U'\u0958',    U'\u0915', U'\u094d',     U'\u0628',     U'\u0622',
      U'\u200c',     U'\u200d',     U'\ufe0f',    U'\ufe00', U'\u2764',     U'\u2126',     U'\uf900',
      U'\u3099',     U'\u304b',     U'\u200b',    U' ',      U'\u3000',     U'\n',         U'\u202e',
      U'1',          U'\u20e3',     U'\u0654',    U'\u064a', U'\U0001f3f4', U'\U000e0067', U'\U000e007f',
      U'\U0001f468', U'\U0001f3fd', U'\U000e0100'};
  Random random(1);
  int passed = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text;
    for (std::uint32_t length = 1 + random.below(8); length > 0; --length)
      utf8::append(signs[random.below(std::size(signs))], std::back_inserter(text));
    for (const auto normalize : {name, words}) {
      const Presented once = normalize(text);
      if (!once) continue;
      ++passed;
      ASSERT_EQ(normalize(*once), once) << text;
      ASSERT_EQ(shown(*once), *once);
    }
  }
  EXPECT_GT(passed, 10'000);
}

}  // namespace
}  // namespace madang
