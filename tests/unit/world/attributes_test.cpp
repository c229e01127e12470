#include "madang/world/attributes.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "madang/world/state.h"

namespace madang::world::tables {

enum class Mood : std::uint8_t { calm, angry };

}  // namespace madang::world::tables

template <>
inline constexpr auto madang::wire::enumeration<madang::world::tables::Mood> =
    madang::wire::Enumeration<2>{"Mood", "", {{{"calm", ""}, {"angry", ""}}}};

namespace madang::world::tables {
namespace {

struct Part {
  std::int16_t size = 0;
  ShortText<4> mark;
  bool operator==(const Part&) const = default;
  static constexpr auto table =
      wire::record("Part", "", wire::field("size", &Part::size, ""), wire::field("mark", &Part::mark, ""));
};
struct Whole {
  std::int8_t number = 0;
  std::uint64_t large = 0;
  bool is_open = false;
  Mood mood = Mood::calm;
  ShortText<8> name;
  Part part;
  std::array<Part, 2> parts{};
  std::array<std::uint8_t, 3> bytes{};
  static constexpr auto table =
      attributes("Whole", "", shown("number", &Whole::number, ""), own("large", &Whole::large, ""),
                 hidden("is_open", &Whole::is_open, ""), shown("mood", &Whole::mood, ""),
                 shown("name", &Whole::name, ""), shown("part", &Whole::part, ""),
                 shown("parts", &Whole::parts, ""), shown("bytes", &Whole::bytes, ""));
};
struct Forgets {
  std::uint8_t one = 0;
  std::uint8_t two = 0;
  static constexpr auto table = attributes("Forgets", "", shown("one", &Forgets::one, ""));
};
struct NamesTwice {
  std::uint8_t one = 0;
  std::uint8_t two = 0;
  static constexpr auto table =
      attributes("NamesTwice", "", shown("one", &NamesTwice::one, ""), shown("two", &NamesTwice::one, ""));
};
struct Floats {
  float x = 0;
  static constexpr auto table = attributes("Floats", "", shown("x", &Floats::x, ""));
};
struct Points {
  const int* to = nullptr;
  static constexpr auto table = attributes("Points", "", shown("to", &Points::to, ""));
};
struct Views {
  std::string_view text;
  static constexpr auto table = attributes("Views", "", shown("text", &Views::text, ""));
};
struct HasAForgetfulPart {
  Forgets part;
  static constexpr auto table =
      attributes("HasAForgetfulPart", "", shown("part", &HasAForgetfulPart::part, ""));
};

struct HasNoMember {
  static constexpr auto table = attributes("HasNoMember", "No attributes.");
};

TEST(Attributes, AreAStateIfTheTableIsWhole) {
  EXPECT_TRUE(State<Whole>);
  EXPECT_TRUE(State<Part>);
  EXPECT_TRUE(State<HasNoMember>);
  EXPECT_FALSE(State<Forgets>);
  EXPECT_FALSE(State<NamesTwice>) << "it names one member twice, and forgets the other";
  EXPECT_FALSE(State<HasAForgetfulPart>);
  EXPECT_FALSE(State<Floats>);
  EXPECT_FALSE(State<Points>);
  EXPECT_FALSE(State<Views>);
  EXPECT_FALSE(State<int>);
}

TEST(Attributes, KnowTheirAudience) {
  EXPECT_EQ(std::get<0>(Whole::table.fields).audience, Audience::everybody);
  EXPECT_EQ(std::get<1>(Whole::table.fields).audience, Audience::owner);
  EXPECT_EQ(std::get<2>(Whole::table.fields).audience, Audience::nobody);
}

TEST(Attributes, ChangeTheHashWithEachOfThem) {
  std::set<std::uint64_t> hashes;
  const auto add = [&](auto change) {
    Whole whole;
    change(whole);
    EXPECT_TRUE(hashes.insert(hash_of(whole)).second);
    EXPECT_EQ(hash_of(whole), hash_of(Whole(whole)));
  };
  add([](Whole&) {});
  add([](Whole& whole) { whole.number = -1; });
  add([](Whole& whole) { whole.large = 1; });
  add([](Whole& whole) { whole.large = std::uint64_t{1} << 63; });
  add([](Whole& whole) { whole.is_open = true; });
  add([](Whole& whole) { whole.mood = Mood::angry; });
  add([](Whole& whole) { whole.name = "a"; });
  add([](Whole& whole) { whole.name = std::string_view("a\0", 2); });
  add([](Whole& whole) { whole.part.size = 1; });
  add([](Whole& whole) { whole.part.mark = "a"; });
  add([](Whole& whole) { whole.parts[0].size = 1; });
  add([](Whole& whole) { whole.parts[1].size = 1; });
  add([](Whole& whole) { whole.parts[1].mark = "a"; });
  for (std::size_t i = 0; i < 3; ++i) add([&](Whole& whole) { whole.bytes[i] = 1; });
}

}  // namespace
}  // namespace madang::world::tables
