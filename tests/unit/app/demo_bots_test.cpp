#include "app/demo_bots.h"

#include <gtest/gtest.h>

namespace madang::app {
namespace {

std::uint32_t limit_on(const io::Address& server) {
  return with_capacity_for_demo_bots({.sessions_per_address_max = 64}, server, 200).sessions_per_address_max;
}

TEST(DemoBots, RaiseTheLimitOfSessionsFromOneAddress) {
  EXPECT_EQ(limit_on(io::Address::v4(192, 0, 2, 2, 7777)), 264u);
}

TEST(DemoBots, ChangeNoLimitOverLoopbackWhichIsNotLimited) {
  EXPECT_EQ(limit_on(io::Address::loopback(7777)), 64u);
  EXPECT_EQ(limit_on(io::Address::v4(0, 0, 0, 0, 7777)), 64u);
  io::Address every_v6;
  every_v6.family = io::Address::Family::v6;
  EXPECT_EQ(limit_on(every_v6), 64u);
}

}  // namespace
}  // namespace madang::app
