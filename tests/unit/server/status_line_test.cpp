#include "madang/server/status_line.h"

#include <gtest/gtest.h>

namespace madang::server {
namespace {

StatusLine::Figures figures_of(std::uint64_t packets) {
  StatusLine::Figures figures;
  figures.totals.frames_in = packets;
  return figures;
}

TEST(StatusLineTest, IsDueOnceInEachInterval) {
  StatusLine status(10, 100s);
  EXPECT_FALSE(status.is_due(109s));
  EXPECT_TRUE(status.is_due(110s));
  EXPECT_NE(status.line(110s, figures_of(50)).find("packets in 5/s"), std::string::npos);
  EXPECT_FALSE(status.is_due(119s));
  EXPECT_TRUE(status.is_due(120s));
}

TEST(StatusLineTest, KeepsItsTimesAlthoughTheCallsAreALittleLate) {
  StatusLine status(1, 0s);
  (void)status.line(1150ms, figures_of(0));
  EXPECT_FALSE(status.is_due(1999ms));
  EXPECT_TRUE(status.is_due(2s));
}

TEST(StatusLineTest, AfterAPauseThereIsOneLineWithRatesForTheTimeThatReallyPassed) {
  StatusLine status(1, 0s);
  (void)status.line(1s, figures_of(100));
  EXPECT_TRUE(status.is_due(4900ms));
  EXPECT_NE(status.line(4900ms, figures_of(178)).find("packets in 20/s"), std::string::npos);
  EXPECT_FALSE(status.is_due(5s)) << "a tenth of a second is no interval to tell of";
  EXPECT_TRUE(status.is_due(5900ms));
}

TEST(StatusLineTest, AnIntervalOfZeroMeansNoLines) { EXPECT_FALSE(StatusLine(0, 0s).is_due(1h)); }

}  // namespace
}  // namespace madang::server
