#include "madang/client/staircase.h"

#include <gtest/gtest.h>

#include <functional>

namespace madang::client {
namespace {

constexpr std::uint32_t limit_us = 100'000;

/// Climbs with a server whose delay depends on the number of players. Returns how many seconds it took.
int climb(Staircase& staircase, const std::function<std::uint32_t(std::uint32_t players)>& delay_us,
          std::uint32_t places = UINT32_MAX) {
  int seconds = 0;
  for (; !staircase.is_finished() && seconds < 10'000; ++seconds) {
    const std::uint32_t connected = std::min(staircase.players_wanted(), places);
    DelayHistogram delays;
    for (int i = 0; i < 100; ++i) delays.add(delay_us(connected));
    staircase.on_second({true, connected, delays});
  }
  return seconds;
}

TEST(Staircase, FindsTheNumberOfPlayersToATenth) {
  Staircase staircase(15'000, limit_us);
  const int seconds = climb(staircase, [](std::uint32_t players) { return players * 20; });
  EXPECT_TRUE(staircase.is_finished());
  EXPECT_LE(staircase.players_held(), 5000u);
  EXPECT_GE(staircase.players_held(), 4500u);
  EXPECT_LT(seconds, 300);
}

TEST(Staircase, EndsAtTheMaximum) {
  Staircase staircase(730, limit_us);
  climb(staircase, [](std::uint32_t) { return 1000; });
  EXPECT_TRUE(staircase.is_finished());
  EXPECT_EQ(staircase.players_held(), 730u);
}

TEST(Staircase, EndsWhenTheServerAcceptsNoMorePlayers) {
  Staircase staircase(1000, limit_us);
  climb(staircase, [](std::uint32_t) { return 1000; }, 333);
  EXPECT_TRUE(staircase.is_finished());
  EXPECT_EQ(staircase.players_held(), 333u);
}

TEST(Staircase, ReportsZeroPlayersWhenTheFirstStepFails) {
  Staircase staircase(1000, limit_us);
  climb(staircase, [](std::uint32_t) { return limit_us * 2; });
  EXPECT_TRUE(staircase.is_finished());
  EXPECT_EQ(staircase.players_held(), 0u);
}

TEST(Staircase, IsNotStoppedByOneDisturbance) {
  Staircase staircase(1000, limit_us);
  int calls = 0;
  climb(staircase, [&](std::uint32_t) { return ++calls < 100 * 8 ? limit_us * 2 : 1000u; });
  EXPECT_EQ(staircase.players_held(), 1000u);
}

TEST(Staircase, WaitsUntilAllHaveLoggedIn) {
  Staircase staircase(1000, limit_us);
  DelayHistogram delays;
  delays.add(1);
  const std::uint32_t wanted = staircase.players_wanted();
  for (int i = 0; i < 100; ++i) staircase.on_second({false, 1, delays});
  EXPECT_EQ(staircase.players_wanted(), wanted);
  EXPECT_STREQ(staircase.phase_name(), "adding");
}

TEST(Staircase, FailsWhenNoMoveIsAnswered) {
  Staircase staircase(1000, limit_us);
  for (int i = 0; i < 100; ++i) staircase.on_second({true, staircase.players_wanted(), DelayHistogram()});
  EXPECT_TRUE(staircase.is_finished());
  EXPECT_EQ(staircase.players_held(), 0u);
}

}  // namespace
}  // namespace madang::client
