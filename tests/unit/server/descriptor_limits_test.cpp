#include "madang/server/descriptor_limits.h"

#include <gtest/gtest.h>

namespace madang::server {
namespace {

TEST(DescriptorLimits, EnoughDescriptorsChangeNothing) {
  const Limits limits;
  const std::uint32_t enough =
      limits.sessions_max + limits.http_connections_max + limits.refusals_max + reserved_descriptors;
  for (const std::uint32_t descriptors : {0u, enough, enough + 1})
    EXPECT_EQ(fit_to_descriptors(limits, descriptors).sessions_max, limits.sessions_max) << descriptors;
  EXPECT_LT(fit_to_descriptors(limits, enough - 1).sessions_max, limits.sessions_max);
}

TEST(DescriptorLimits, EveryKindOfConnectionFitsAndTheReserveStays) {
  for (std::uint32_t descriptors = 256; descriptors < 20'000; descriptors += 97) {
    const Limits fitted = fit_to_descriptors({}, descriptors);
    EXPECT_LE(fitted.sessions_max + fitted.http_connections_max + fitted.refusals_max + reserved_descriptors,
              descriptors);
    EXPECT_GE(fitted.sessions_max, fitted.http_connections_max);
    EXPECT_GT(fitted.refusals_max, 0u);
  }
}

TEST(DescriptorLimits, ASmallProcessStillServesAFew) {
  for (const std::uint32_t descriptors : {1u, 64u, 150u}) {
    const Limits fitted = fit_to_descriptors({}, descriptors);
    EXPECT_GT(fitted.sessions_max, 0u);
    EXPECT_GT(fitted.http_connections_max, 0u);
  }
}

TEST(DescriptorLimits, LimitsThatAreLowAlreadyStayAsTheyAre) {
  Limits limits;
  limits.sessions_max = 10;
  limits.http_connections_max = 3;
  const Limits fitted = fit_to_descriptors(limits, 300);
  EXPECT_EQ(fitted.sessions_max, 10u);
  EXPECT_EQ(fitted.http_connections_max, 3u);
}

}  // namespace
}  // namespace madang::server
