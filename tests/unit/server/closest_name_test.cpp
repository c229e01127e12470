#include "madang/server/closest_name.h"

#include <gtest/gtest.h>

namespace madang::server {
namespace {

const std::vector<std::string> names{"io", "map", "tick_rate", "workers", "world"};

TEST(ClosestName, FindsTheNameThatTheUserMeant) {
  EXPECT_EQ(closest_name("tick_rates", names), "tick_rate");
  EXPECT_EQ(closest_name("tickrate", names), "tick_rate");
  EXPECT_EQ(closest_name("wrold", names), "world");
  EXPECT_EQ(closest_name("worker", names), "workers");
  EXPECT_EQ(closest_name("io", names), "io");
}

TEST(ClosestName, FindsNothingIfNoNameIsSimilar) {
  EXPECT_EQ(closest_name("bananas", names), std::nullopt);
  EXPECT_EQ(closest_name("x", names), std::nullopt);
  EXPECT_EQ(closest_name("", names), std::nullopt);
  EXPECT_EQ(closest_name("tick_rate", {}), std::nullopt);
}

}  // namespace
}  // namespace madang::server
