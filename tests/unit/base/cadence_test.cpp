#include "madang/base/cadence.h"

#include <gtest/gtest.h>

namespace madang {
namespace {

TEST(Cadence, IsDueOnceAnInterval) {
  Cadence second(1s, 100s);
  EXPECT_FALSE(second.is_due(100s));
  EXPECT_FALSE(second.is_due(101s - 1ns));
  EXPECT_TRUE(second.is_due(101s));
  second.done(101s);
  EXPECT_FALSE(second.is_due(102s - 1ns));
  EXPECT_TRUE(second.is_due(102s));
}

TEST(Cadence, KeepsInStepThoughItIsAskedALittleLate) {
  Cadence second(1s, 0s);
  for (int i = 1; i < 10; ++i) {
    EXPECT_FALSE(second.is_due(i * 1s - 1ms)) << i;
    EXPECT_TRUE(second.is_due(i * 1s + 250ms)) << i;
    second.done(i * 1s + 250ms);
  }
}

TEST(Cadence, AfterAPauseOfAnyLengthIsDueOnceAndThenNoSoonerThanInHalfAnInterval) {
  for (Duration pause = 0ms; pause < 5s; pause += 50ms) {
    Cadence second(1s, 0s);
    const Time late = 1s + pause;
    ASSERT_TRUE(second.is_due(late));
    second.done(late);
    Time next = late;
    while (!second.is_due(next)) next += 10ms;
    EXPECT_GE(next - late, 500ms) << to_ms(pause);
    EXPECT_LE(next - late, 1s) << to_ms(pause);
  }
}

}  // namespace
}  // namespace madang
