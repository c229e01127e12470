// What packets and the state of worlds have in common: signed numbers, bools, short texts and arrays.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "madang/base/random.h"
#include "madang/wire/codec.h"

namespace madang::wire {
namespace {

struct Spot {
  std::int16_t x = 0;
  ShortText<3> mark;
  bool operator==(const Spot&) const = default;
  static constexpr auto table =
      record("Spot", "", field("x", &Spot::x, "from the left"), field("mark", &Spot::mark, "on it"));
};
struct Sheet {
  std::int8_t tiny = 0;
  std::int16_t small = 0;
  std::int32_t middle = 0;
  std::int64_t large = 0;
  bool is_open = false;
  ShortText<5> name;
  std::array<std::uint16_t, 3> numbers{};
  std::array<Spot, 2> spots{};
  List<Spot> list;
  static constexpr auto table =
      packet(900, "Sheet", "", field("tiny", &Sheet::tiny, ""), field("small", &Sheet::small, ""),
             field("middle", &Sheet::middle, ""), field("large", &Sheet::large, ""),
             field("is_open", &Sheet::is_open, ""), field("name", &Sheet::name, ""),
             field("numbers", &Sheet::numbers, ""), field("spots", &Sheet::spots, ""),
             field("list", &Sheet::list, ""));
};

std::vector<std::byte> sheet_body(const Sheet& sheet) {
  Buffer out;
  append(out, sheet);
  const Bytes body = out.bytes().subspan(frame_header_bytes);
  return {body.begin(), body.end()};
}

template <class T>
T any_number(Random& random) {
  const std::uint32_t kind = random.below(4);
  if (kind == 0) return std::numeric_limits<T>::min();
  if (kind == 1) return std::numeric_limits<T>::max();
  if (kind == 2) return -1;
  return static_cast<T>(random.next());
}

template <std::size_t capacity>
ShortText<capacity> any_short_text(Random& random) {
  std::string text(random.below(capacity + 1), '\0');
  for (char& c : text) c = static_cast<char>(random.next());
  return std::string_view(text);
}

Sheet any_sheet(Random& random, std::vector<Spot>& list) {
  Sheet sheet;
  sheet.tiny = any_number<std::int8_t>(random);
  sheet.small = any_number<std::int16_t>(random);
  sheet.middle = any_number<std::int32_t>(random);
  sheet.large = any_number<std::int64_t>(random);
  sheet.is_open = random.chance(1, 2);
  sheet.name = any_short_text<5>(random);
  for (auto& number : sheet.numbers) number = static_cast<std::uint16_t>(random.next());
  for (auto& spot : sheet.spots) spot = {any_number<std::int16_t>(random), any_short_text<3>(random)};
  list.resize(random.below(4));
  for (auto& spot : list) spot = {any_number<std::int16_t>(random), any_short_text<3>(random)};
  sheet.list = std::span<const Spot>(list);
  return sheet;
}

TEST(CodecOfState, EncodesEachKindOfFieldAsTheFormatSays) {
  Sheet sheet;
  sheet.tiny = -2;
  sheet.small = -3;
  sheet.is_open = true;
  sheet.name = "ab";
  sheet.numbers = {1, 2, 0xabcd};
  sheet.spots[1] = {-1, "z"};
  const std::vector<std::byte> body = sheet_body(sheet);
  const std::vector<int> expected = {0xfe, 0xfd, 0xff, 0, 0,    0,    0,   0,   0, 0, 0, 0,
                                     0,    0,    0,    1, 2,    'a',  'b', 1,   0, 2, 0, 0xcd,
                                     0xab, 0,    0,    0, 0xff, 0xff, 1,   'z', 0, 0};
  ASSERT_EQ(body.size(), expected.size());
  for (std::size_t i = 0; i < body.size(); ++i) EXPECT_EQ(std::to_integer<int>(body[i]), expected[i]) << i;
}

TEST(CodecOfState, DecodesWhatItHasEncoded) {
  Random random(3);
  for (int round = 0; round < 2000; ++round) {
    std::vector<Spot> list;
    const Sheet sheet = any_sheet(random, list);
    const std::vector<std::byte> body = sheet_body(sheet);
    EXPECT_EQ(body.size(), size_of(sheet));
    const auto decoded = decode<Sheet>(body);
    ASSERT_TRUE(decoded);
    EXPECT_TRUE(*decoded == sheet);
    EXPECT_EQ(sheet_body(*decoded), body);
  }
}

TEST(CodecOfState, RefusesABodyThatIsCutOrTooLong) {
  Random random(4);
  for (int round = 0; round < 100; ++round) {
    std::vector<Spot> list;
    std::vector<std::byte> body = sheet_body(any_sheet(random, list));
    for (std::size_t size = 0; size < body.size(); ++size) {
      const std::vector<std::byte> cut(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_FALSE(decode<Sheet>(cut)) << size;
    }
    body.push_back(std::byte{});
    EXPECT_FALSE(decode<Sheet>(body));
  }
}

TEST(CodecOfState, RefusesValuesThatTheTypeDoesNotHave) {
  const std::vector<std::byte> good = sheet_body(Sheet{});
  std::vector<std::byte> body = good;
  ASSERT_TRUE(decode<Sheet>(body));
  for (int value = 0; value < 256; ++value) {  // the bool
    body[15] = static_cast<std::byte>(value);
    EXPECT_EQ(decode<Sheet>(body).has_value(), value < 2) << value;
  }
  Buffer longer;  // the name has 5 bytes at most
  for (std::size_t size : {5u, 6u}) {
    longer.clear();
    put_bytes(longer.extend(16), Bytes(good).first(16));
    put(longer.extend(1 + size), std::string_view(std::string(size, 'x')));
    put_bytes(longer.extend(good.size() - 17), Bytes(good).subspan(17));
    EXPECT_EQ(decode<Sheet>(longer.bytes()).has_value(), size == 5) << size;
  }
}

TEST(CodecOfState, KnowsWhichTypesHaveAFixedSize) {
  EXPECT_TRUE((has_fixed_size<std::array<std::int32_t, 4>>()));
  EXPECT_TRUE(has_fixed_size<bool>());
  EXPECT_FALSE(has_fixed_size<ShortText<3>>());
  EXPECT_FALSE((has_fixed_size<std::array<Spot, 2>>()));
  EXPECT_TRUE((has_only_valid_values<std::array<std::int8_t, 4>>()));
  EXPECT_FALSE(has_only_valid_values<bool>());
  EXPECT_FALSE((has_only_valid_values<std::array<bool, 4>>()));
}

TEST(CodecOfState, NeverReadsBeyondRandomBytes) {
  Random random(5);
  int decoded = 0;
  for (int round = 0; round < 20000; ++round) {
    std::vector<std::byte> body(random.below(60));
    for (std::byte& byte : body) byte = static_cast<std::byte>(random.chance(1, 2) ? 0 : random.below(4));
    const auto sheet = decode<Sheet>(body);
    if (!sheet) continue;
    ++decoded;
    EXPECT_EQ(sheet_body(*sheet), body);
  }
  EXPECT_GT(decoded, 20);
}

}  // namespace
}  // namespace madang::wire
