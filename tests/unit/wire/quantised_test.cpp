#include "madang/wire/quantised.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "madang/base/random.h"
#include "madang/wire/codec.h"

namespace madang::wire {
namespace {

using Turn = Quantised<std::uint8_t, -1.0, 1.0>;
using Height = Quantised<std::uint16_t, -512.0, 512.0>;
using Mass = Quantised<std::uint32_t, 0.0, 1e6>;

TEST(Quantised, ItsEndsAreExactAndItBeginsAtTheLowerOne) {
  EXPECT_EQ(Turn().value(), -1.0);
  EXPECT_EQ(Turn(-1.0).steps(), 0);
  EXPECT_EQ(Turn(1.0).steps(), 255);
  EXPECT_EQ(Turn(1.0).value(), 1.0);
  EXPECT_EQ(Mass(1e6).steps(), 4'294'967'295);
  EXPECT_EQ(Height(512).steps(), 65'535);
}

TEST(Quantised, AValueBecomesTheNearestStep) {
  EXPECT_EQ(Turn(-1.0 + 0.49 * 2 / 255).steps(), 0);
  EXPECT_EQ(Turn(-1.0 + 0.51 * 2 / 255).steps(), 1);
  Random random(1);
  for (int i = 0; i < 10'000; ++i) {
    const double value = static_cast<double>(random.below(1'024'001)) / 1000 - 512;
    ASSERT_LE(std::abs(Height(value).value() - value), 1024.0 / 65'535 / 2 * 1.0001) << value;
  }
}

TEST(Quantised, EachStepComesBackAsItself) {
  for (std::uint32_t steps = 0; steps <= 65'535; ++steps)
    ASSERT_EQ(Height(Height::of_steps(static_cast<std::uint16_t>(steps)).value()).steps(), steps);
  Random random(2);
  for (int i = 0; i < 100'000; ++i) {
    const auto steps = static_cast<std::uint32_t>(random.next());
    ASSERT_EQ(Mass(Mass::of_steps(steps).value()).steps(), steps);
  }
}

TEST(Quantised, AValueBeyondTheRangeBecomesItsEnd) {
  EXPECT_EQ(Turn(7).value(), 1.0);
  EXPECT_EQ(Turn(-1e300).value(), -1.0);
}

TEST(QuantisedDeathTest, WhatIsNoNumberIsAMistakeOfTheCaller) {
  EXPECT_DEATH(Turn{std::numeric_limits<double>::quiet_NaN()}, "infinite or not a number");
  EXPECT_DEATH(Turn{std::numeric_limits<double>::infinity()}, "infinite or not a number");
}

struct Ray {
  float length = 0;
  double angle = 0;
  static constexpr auto table =
      packet(901, "Ray", "", field("length", &Ray::length, ""), field("angle", &Ray::angle, ""));
};

std::vector<std::byte> body_of_ray(std::uint32_t length_bits, std::uint64_t angle_bits) {
  std::vector<std::byte> body(12);
  store(body.data(), length_bits);
  store(body.data() + 4, angle_bits);
  return body;
}

TEST(Reals, AreTheBitsOfIeee754LittleEndian) {
  Buffer out;
  append(out, Ray{.length = 1.0f, .angle = -2.0});
  const std::vector<std::byte> body = body_of_ray(0x3f800000, 0xc000000000000000);
  EXPECT_EQ(as_text(out.bytes().subspan(frame_header_bytes)), as_text(body));
}

TEST(Reals, InfiniteOnesAndThoseThatAreNoNumbersAreRefused) {
  EXPECT_TRUE(decode<Ray>(body_of_ray(0x7f7fffff, 0xffefffffffffffff))) << "the largest ones";
  for (const std::uint32_t bits : {0x7f800000u, 0xff800000u, 0x7fc00000u, 0x7f800001u})
    EXPECT_FALSE(decode<Ray>(body_of_ray(bits, 0))) << bits;
  for (const std::uint64_t bits : {0x7ff0000000000000u, 0xfff0000000000000u, 0x7ff8000000000000u})
    EXPECT_FALSE(decode<Ray>(body_of_ray(0, bits))) << bits;
}

struct Rays {
  List<double> lengths;
  List<std::array<float, 2>> pairs;
  static constexpr auto table =
      packet(902, "Rays", "", field("lengths", &Rays::lengths, ""), field("pairs", &Rays::pairs, ""));
};

TEST(Reals, AListWithOneThatIsInfiniteIsRefused) {
  const std::vector<double> lengths = {1, 2};
  const std::vector<std::array<float, 2>> pairs = {{3, 4}};
  Buffer out;
  append(out, Rays{.lengths = lengths, .pairs = pairs});
  const std::span body(out.data() + frame_header_bytes, out.size() - frame_header_bytes);
  EXPECT_TRUE(decode<Rays>(body));
  store(body.data() + 2 + 8, std::uint64_t{0x7ff0000000000000});
  EXPECT_FALSE(decode<Rays>(body)) << "the second length";
  store(body.data() + 2 + 8, std::uint64_t{0});
  EXPECT_TRUE(decode<Rays>(body));
  store(body.data() + body.size() - 4, std::uint32_t{0x7fc00000});
  EXPECT_FALSE(decode<Rays>(body)) << "the last number of the pairs";
}

TEST(RealsDeathTest, AnInfiniteOneIsAMistakeOfTheSender) {
  Buffer out;
  EXPECT_DEATH(append(out, Ray{.length = std::numeric_limits<float>::infinity()}),
               "infinite or not a number");
  EXPECT_DEATH(append(out, Ray{.angle = std::numeric_limits<double>::quiet_NaN()}),
               "infinite or not a number");
}

}  // namespace
}  // namespace madang::wire
