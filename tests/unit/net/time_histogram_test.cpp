#include "madang/net/time_histogram.h"

#include <gtest/gtest.h>

namespace madang::net {
namespace {

TEST(TimeHistogram, ABoundBelongsToItsOwnBucket) {
  for (std::size_t i = 0; i < TimeHistogram::bounds_us.size(); ++i) {
    TimeHistogram histogram;
    const Duration bound = std::chrono::microseconds(TimeHistogram::bounds_us[i]);
    histogram.add(bound);
    histogram.add(bound + 1us);
    TimeHistogram::Counts counts{};
    histogram.add_to(counts);
    TimeHistogram::Counts expected{};
    expected[i] = 1;
    expected[i + 1] = 1;
    EXPECT_EQ(counts, expected) << i;
    EXPECT_EQ(histogram.sum_us(), 2 * TimeHistogram::bounds_us[i] + 1u);
  }
}

TEST(TimeHistogram, NegativeTimesAreInTheFirstBucket) {
  TimeHistogram histogram;
  histogram.add(Duration::zero());
  histogram.add(-1ms);
  TimeHistogram::Counts counts{};
  histogram.add_to(counts);
  EXPECT_EQ(counts[0], 2u);
  EXPECT_EQ(histogram.sum_us(), 0u);
}

TEST(TimeHistogram, SeveralAreAddedTogether) {
  TimeHistogram one;
  TimeHistogram other;
  one.add(1ms);
  other.add(1ms);
  other.add(1h);
  TimeHistogram::Counts counts{};
  one.add_to(counts);
  other.add_to(counts);
  EXPECT_EQ(counts[1], 2u);
  EXPECT_EQ(counts.back(), 1u);
}

}  // namespace
}  // namespace madang::net
