// Values as JSON become the bytes that the codec makes of the same record.
#include "madang/server/operator_values.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "madang/base/buffer.h"
#include "madang/base/short_text.h"
#include "madang/wire/codec.h"

namespace madang::server {
namespace {

enum class Metal : std::uint8_t { iron, gold };
struct Spot {
  std::int16_t x = 0;
  std::int8_t y = 0;
  static constexpr auto table =
      wire::record("Spot", "A spot.", wire::field("x", &Spot::x, "x"), wire::field("y", &Spot::y, "y"));
};

}  // namespace
}  // namespace madang::server

namespace madang::wire {
template <>
inline constexpr auto enumeration<server::Metal> =
    Enumeration<2>{"Metal", "A metal.", {{{"iron", ""}, {"gold", "dear"}}}};
}  // namespace madang::wire

namespace madang::server {
namespace {

struct Everything {
  std::uint8_t small = 0;
  std::uint64_t large = 0;
  std::int32_t cold = 0;
  float part = 0;
  double exact = 0;
  bool is_on = false;
  wire::Id who;
  ShortText<5> name;
  Metal metal = Metal::iron;
  Spot spot;
  std::array<std::uint16_t, 2> pair{};
  static constexpr auto table =
      wire::record("Everything", "All types.", wire::field("small", &Everything::small, ""),
                   wire::field("large", &Everything::large, ""), wire::field("cold", &Everything::cold, ""),
                   wire::field("part", &Everything::part, ""), wire::field("exact", &Everything::exact, ""),
                   wire::field("is_on", &Everything::is_on, ""), wire::field("who", &Everything::who, ""),
                   wire::field("name", &Everything::name, ""), wire::field("metal", &Everything::metal, ""),
                   wire::field("spot", &Everything::spot, ""), wire::field("pair", &Everything::pair, ""));
};
const wire::RecordInfo& everything = wire::InfoOf<Everything>::record;

nlohmann::ordered_json json(std::string_view text) { return nlohmann::ordered_json::parse(text); }

std::string bytes_of(const Everything& record) {
  Buffer buffer;
  wire::put(buffer.extend(wire::size_of(record)), record);
  return std::string(as_text(buffer.bytes()));
}
std::string problem_of(std::string_view text) {
  const auto encoded = encode_values(everything, json(text));
  return encoded ? "" : encoded.error();
}

TEST(OperatorValues, AreTheBytesOfTheCodec) {
  const auto encoded = encode_values(everything, json(R"({
    "small": 255, "large": "18446744073709551615", "cold": -2147483648, "part": 1.5, "exact": "-0.25", "is_on": true,
    "who": "00000000000000010000000000000002", "name": "마1", "metal": "gold", "spot": {"x": -5, "y": 7},
    "pair": [1, 65535]})"));
  ASSERT_TRUE(encoded) << encoded.error();
  EXPECT_EQ(*encoded, bytes_of({.small = 255,
                                .large = UINT64_MAX,
                                .cold = INT32_MIN,
                                .part = 1.5,
                                .exact = -0.25,
                                .is_on = true,
                                .who = {1, 2},
                                .name = "마1",
                                .metal = Metal::gold,
                                .spot = {-5, 7},
                                .pair = {1, 65535}}));
  EXPECT_EQ(*encode_values(everything, json(R"({"metal": 1})")), bytes_of({.metal = Metal::gold}));
}

TEST(OperatorValues, WhatIsLeftOutIsZero) {
  for (const char* text : {"{}", "null"}) EXPECT_EQ(*encode_values(everything, json(text)), bytes_of({}));
  EXPECT_EQ(*encode_values(everything, json(R"({"spot": {"y": 1}})")), bytes_of({.spot = {0, 1}}));
}

TEST(OperatorValues, SayWhatIsWrong) {
  EXPECT_EQ(problem_of(R"({"small": 256})"), "small: 256 is out of range (0 to 255)");
  EXPECT_EQ(problem_of(R"({"small": -1})"), "small: \"-1\" is not a whole number from 0 to 255");
  EXPECT_EQ(problem_of(R"({"small": 1.5})"), "small: \"1.5\" is not a whole number from 0 to 255");
  EXPECT_EQ(problem_of(R"({"small": true})"), "small: a number is wanted");
  EXPECT_EQ(problem_of(R"({"small": ""})"), "small: \"\" is not a whole number from 0 to 255");
  EXPECT_EQ(problem_of(R"({"large": "18446744073709551616"})"),
            "large: 18446744073709551616 is out of range (0 to 18446744073709551615)");
  EXPECT_EQ(problem_of(R"({"cold": 2147483648})"),
            "cold: 2147483648 is out of range (-2147483648 to 2147483647)");
  EXPECT_EQ(problem_of(R"({"spot": {"y": -129}})"), "spot.y: -129 is out of range (-128 to 127)");
  EXPECT_EQ(problem_of(R"({"part": 1e39})"), "part: the number is too large");
  EXPECT_EQ(problem_of(R"({"exact": "nan"})"), "exact: \"nan\" is not a number");
  EXPECT_EQ(problem_of(R"({"is_on": 1})"), "is_on: true or false is wanted");
  EXPECT_EQ(problem_of(R"({"who": "12"})"), "who: an id has 32 hexadecimal digits");
  EXPECT_EQ(problem_of(R"({"who": "xx"})"), "who: hexadecimal digits in pairs are wanted");
  EXPECT_EQ(problem_of(R"({"name": "마당"})"), "name: 6 bytes, and at most 5 are allowed");
  EXPECT_EQ(problem_of(R"({"name": 5})"), "name: a text is wanted");
  EXPECT_EQ(problem_of(R"({"metal": "tin"})"), "metal: \"tin\" is not a whole number from 0 to 1");
  EXPECT_EQ(problem_of(R"({"metal": 2})"), "metal: 2 is out of range (0 to 1)");
  EXPECT_EQ(problem_of(R"({"pair": [1]})"), "pair: 1 items, and 2 are wanted");
  EXPECT_EQ(problem_of(R"({"pair": 1})"), "pair: a list is wanted");
  EXPECT_EQ(problem_of(R"({"pair": [1, 65536]})"), "pair[1]: 65536 is out of range (0 to 65535)");
  EXPECT_EQ(problem_of(R"({"spot": 1})"), "spot: an object with the fields is wanted");
  EXPECT_EQ(problem_of(R"({"spot": {"z": 1}})"), "spot: Spot has no field \"z\"");
  EXPECT_EQ(problem_of(R"([1])"), "an object with the fields is wanted");
  EXPECT_EQ(problem_of(R"({"colour": 1})"), "Everything has no field \"colour\"");
}

}  // namespace
}  // namespace madang::server
