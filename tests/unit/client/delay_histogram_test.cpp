#include "madang/client/delay_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "madang/base/random.h"

namespace madang::client {
namespace {

TEST(DelayHistogram, SaysNothingOfNothing) {
  const DelayHistogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.quantile(0.99), 0u);
  EXPECT_EQ(histogram.max(), 0u);
}

TEST(DelayHistogram, IsExactForOneValue) {
  for (const std::uint32_t value : {0u, 1u, 31u, 32u, 33u, 63u, 64u, 1000u, 123'456'789u, UINT32_MAX}) {
    DelayHistogram histogram;
    histogram.add(value);
    EXPECT_EQ(histogram.max(), value);
    EXPECT_LE(histogram.quantile(0.5), value);
    EXPECT_GE(histogram.quantile(0.5), value - value / 50) << value;
  }
}

TEST(DelayHistogram, HasQuantilesWithinThreePercentOfTheTruth) {
  Random random(5);
  DelayHistogram histogram;
  std::vector<std::uint32_t> values;
  for (int i = 0; i < 100'000; ++i) {
    // From microseconds to minutes, as many of each magnitude.
    const std::uint32_t value = static_cast<std::uint32_t>(random.next()) >> random.below(28);
    values.push_back(value);
    histogram.add(value);
  }
  std::ranges::sort(values);
  for (const double share : {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto truth = static_cast<double>(values[static_cast<std::size_t>(share * 100'000) - 1]);
    EXPECT_NEAR(histogram.quantile(share), truth, truth * 0.03 + 1) << share;
  }
  EXPECT_EQ(histogram.max(), values.back());
}

TEST(DelayHistogram, OfTwoMergedIsAsIfAllHadBeenAddedToOne) {
  DelayHistogram fast;
  DelayHistogram slow;
  for (std::uint32_t i = 0; i < 99; ++i) fast.add(1000);
  slow.add(50'000);
  fast.merge(slow);
  EXPECT_EQ(fast.count(), 100u);
  EXPECT_NEAR(fast.quantile(0.99), 1000, 30);
  EXPECT_NEAR(fast.quantile(0.999), 50'000, 1500);
  EXPECT_EQ(fast.max(), 50'000u);
}

TEST(DelayHistogram, IsEmptyAfterAReset) {
  DelayHistogram histogram;
  histogram.add(5);
  histogram.reset();
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.quantile(1.0), 0u);
}

}  // namespace
}  // namespace madang::client
