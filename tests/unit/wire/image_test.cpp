#include "madang/wire/image.h"

#include <gtest/gtest.h>

#include "madang/base/random.h"

namespace madang::wire {
enum class Mood : std::uint8_t { calm, angry };
enum class MoodLater : std::uint8_t { sleepy, angry, calm };
}  // namespace madang::wire

template <>
inline constexpr auto madang::wire::enumeration<madang::wire::Mood> =
    madang::wire::Enumeration<2>{"Mood", "", {{{"calm", ""}, {"angry", ""}}}};
template <>
inline constexpr auto madang::wire::enumeration<madang::wire::MoodLater> =
    madang::wire::Enumeration<3>{"Mood", "", {{{"sleepy", ""}, {"angry", ""}, {"calm", ""}}}};

namespace madang::wire {
namespace {

struct Camp {
  std::int32_t x = 0;
  std::int32_t y = 0;
  bool operator==(const Camp&) const = default;
  static constexpr auto table =
      wire::record("Camp", "", wire::field("x", &Camp::x, ""), wire::field("y", &Camp::y, ""));
};

struct Hero {
  std::uint16_t health = 100;
  std::int8_t luck = 0;
  bool is_brave = false;
  Mood mood = Mood::calm;
  ShortText<12> title;
  Camp home;
  std::array<std::uint32_t, 3> marks{};
  bool operator==(const Hero&) const = default;
  static constexpr auto table =
      wire::record("Hero", "", wire::field("health", &Hero::health, ""), wire::field("luck", &Hero::luck, ""),
                   wire::field("is_brave", &Hero::is_brave, ""), wire::field("mood", &Hero::mood, ""),
                   wire::field("title", &Hero::title, ""), wire::field("home", &Hero::home, ""),
                   wire::field("marks", &Hero::marks, ""));
};

/// The same hero in a later version of the game.
struct HeroLater {
  ShortText<30> title;
  MoodLater mood = MoodLater::sleepy;
  std::uint64_t health = 1;
  std::uint8_t level = 7;  // new; `luck` is gone
  bool is_brave = false;
  Camp home;
  std::array<std::uint32_t, 5> marks{9, 9, 9, 9, 9};
  static constexpr auto table = wire::record(
      "Hero", "", wire::field("title", &HeroLater::title, ""), wire::field("mood", &HeroLater::mood, ""),
      wire::field("health", &HeroLater::health, ""), wire::field("level", &HeroLater::level, ""),
      wire::field("is_brave", &HeroLater::is_brave, ""), wire::field("home", &HeroLater::home, ""),
      wire::field("marks", &HeroLater::marks, ""));
};

template <class T>
struct Only {
  T value{};
  static constexpr auto table = wire::record("Only", "", wire::field("value", &Only::value, ""));
};

const Hero a_hero{65'535, -128, true, Mood::angry, "of 마당", {INT32_MIN, 7}, {1, 2, UINT32_MAX}};

template <class To, class From>
std::string error_from(const From& value) {
  const auto read = record_in<Only<To>>(image_of(Only<From>{value}));
  return read ? "" : read.error();
}

TEST(Image, a_record_comes_back_as_it_was) {
  EXPECT_EQ(record_in<Hero>(image_of(a_hero)), a_hero);
  EXPECT_EQ(record_in<Hero>(image_of(Hero{})), Hero{});
  for (const std::uint64_t value : {std::uint64_t{0}, UINT64_MAX, std::uint64_t{1} << 63})
    EXPECT_EQ(record_in<Only<std::uint64_t>>(image_of(Only<std::uint64_t>{value}))->value, value);
  for (const std::int64_t value : {std::int64_t{-1}, INT64_MIN, INT64_MAX})
    EXPECT_EQ(record_in<Only<std::int64_t>>(image_of(Only<std::int64_t>{value}))->value, value);
}

TEST(Image, a_later_version_of_the_game_reads_it) {
  const auto later = record_in<HeroLater>(image_of(a_hero));
  ASSERT_TRUE(later) << later.error();
  EXPECT_EQ(later->title.view(), "of 마당");
  EXPECT_EQ(later->mood, MoodLater::angry) << "by its name: its number is another one";
  EXPECT_EQ(later->health, 65'535u);
  EXPECT_EQ(later->level, 7) << "a new field has its default";
  EXPECT_TRUE(later->is_brave);
  EXPECT_EQ(later->home, (Camp{INT32_MIN, 7}));
  EXPECT_EQ(later->marks, (std::array<std::uint32_t, 5>{1, 2, UINT32_MAX, 9, 9}));
}

TEST(Image, an_earlier_version_reads_it_if_nothing_is_lost) {
  HeroLater later = record_in<HeroLater>(image_of(a_hero)).value();
  later.marks = {1, 2, UINT32_MAX, 0, 0};
  Hero earlier = record_in<Hero>(image_of(later)).value();
  EXPECT_EQ(earlier.luck, 0);
  earlier.luck = a_hero.luck;
  EXPECT_EQ(earlier, a_hero);
}

TEST(Image, what_would_be_lost_is_an_error_that_names_the_field) {
  EXPECT_EQ(error_from<std::uint8_t>(std::uint16_t{255}), "");
  EXPECT_EQ(error_from<std::uint8_t>(std::uint16_t{256}),
            "value: its number does not fit into the game's field");
  EXPECT_NE(error_from<std::uint64_t>(std::int8_t{-1}), "");
  EXPECT_NE(error_from<std::int64_t>(UINT64_MAX), "");
  EXPECT_NE(error_from<std::int8_t>(std::int64_t{-129}), "");
  EXPECT_EQ(error_from<std::int8_t>(std::int64_t{-128}), "");
  EXPECT_EQ(error_from<bool>(std::uint8_t{2}), "value: its number is neither 0 nor 1");
  EXPECT_EQ(error_from<ShortText<3>>(ShortText<9>("long")), "value: its text is longer than the game keeps");
  EXPECT_EQ(error_from<ShortText<4>>(ShortText<9>("long")), "");
  EXPECT_EQ(error_from<Mood>(MoodLater::sleepy), "value: the game has no value \"sleepy\"");
  EXPECT_EQ(error_from<Mood>(MoodLater::calm), "");
  using Pair = std::array<std::uint8_t, 2>;
  using Three = std::array<std::uint8_t, 3>;
  EXPECT_EQ(error_from<Pair>(Three{1, 2, 3}), "value: it has more items than the game keeps");
  EXPECT_EQ(error_from<Pair>(Three{1, 2, 0}), "");
  EXPECT_EQ((error_from<Only<std::uint8_t>>(Only<std::uint16_t>{300})),
            "value.value: its number does not fit into the game's field");
}

TEST(Image, another_sort_of_value_is_an_error) {
  EXPECT_EQ(error_from<std::uint8_t>(ShortText<3>("x")), "value: it is no number");
  EXPECT_EQ(error_from<ShortText<3>>(std::uint8_t{1}), "value: it is no text");
  EXPECT_EQ(error_from<Camp>(std::uint8_t{1}), "value: it is no record");
  EXPECT_EQ((error_from<std::array<std::uint8_t, 2>>(Camp{})), "value: it is no list");
  EXPECT_EQ(error_from<Mood>(std::uint8_t{1}), "value: it is no text");
}

TEST(Image, bytes_that_are_no_image_are_an_error) {
  const std::vector<std::byte> image = image_of(a_hero);
  for (std::size_t size = 0; size < image.size(); ++size)
    EXPECT_FALSE(record_in<Hero>(Bytes(image).first(size))) << size;
  std::vector<std::byte> longer = image;
  longer.push_back({});
  EXPECT_EQ(record_in<Hero>(longer).error(), "the image is longer than its record");
  // A field that is skipped has lists in lists, without an end.
  std::vector<std::byte> deep = {std::byte{3}, std::byte{1}, {}, std::byte{1}, std::byte{'z'}};
  for (int i = 0; i < 100'000; ++i) deep.insert(deep.end(), {std::byte{4}, std::byte{1}, std::byte{0}});
  EXPECT_EQ(record_in<Hero>(deep).error(), "the image has too many records within each other");
}

TEST(Image, any_bytes_are_read_without_harm) {
  Random random(3);
  const std::vector<std::byte> image = image_of(a_hero);
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::byte> spoilt = image;
    for (std::uint32_t n = 1 + random.below(4); n > 0; --n)
      spoilt[random.below(static_cast<std::uint32_t>(spoilt.size()))] = static_cast<std::byte>(random.next());
    if (const auto read = record_in<Hero>(spoilt)) {
      EXPECT_EQ(record_in<Hero>(image_of(*read)), *read);
    }
  }
}

}  // namespace
}  // namespace madang::wire
