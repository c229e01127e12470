// A restart that the operator plans: the announcements, and their times.
#include "madang/server/restart_plan.h"

#include <gtest/gtest.h>

namespace madang::server {
namespace {

const Time plan_start{1h};

/// Returns the announcements from now until `end`, with a turn every 200 ms, as "SECONDS: TEXT".
std::vector<std::string> words_told(RestartPlan& plan, Time from, Time end, bool* stopped = nullptr) {
  std::vector<std::string> all;
  for (Time now = from; now <= end; now += 200ms) {
    const RestartPlan::Turn turn = plan.turn(now);
    for (const std::string& text : turn.announcements)
      all.push_back(std::to_string((now - from) / 1s) + ": " + text.substr(0, text.find('.')));
    if (stopped && turn.must_stop) {
      *stopped = true;
      break;
    }
  }
  return all;
}

TEST(RestartPlan, AnnouncesAtOnceAndAtFixedTimesAndThenStops) {
  RestartPlan plan;
  ASSERT_TRUE(plan.begin(plan_start, 5min, ""));
  bool stopped = false;
  EXPECT_EQ(words_told(plan, plan_start, plan_start + 10min, &stopped),
            (std::vector<std::string>{
                "0: The server restarts in 5 minutes", "120: The server restarts in 3 minutes",
                "180: The server restarts in 2 minutes", "240: The server restarts in 1 minute",
                "270: The server restarts in 30 seconds", "290: The server restarts in 10 seconds",
                "295: The server restarts in 5 seconds"}));
  EXPECT_TRUE(stopped);
  EXPECT_FALSE(plan.cancel()) << "too late";
}

TEST(RestartPlan, NeverStopsBeforeItsTime) {
  RestartPlan plan;
  ASSERT_TRUE(plan.begin(plan_start, 10s, ""));
  EXPECT_FALSE(plan.turn(plan_start + 10s - 1ms).must_stop);
  EXPECT_TRUE(plan.turn(plan_start + 10s).must_stop);
}

TEST(RestartPlan, AnnouncesTheReasonInBothLanguagesWithinAPacket) {
  RestartPlan plan;
  const std::string reason(120, 'x');
  ASSERT_TRUE(plan.begin(plan_start, 24h, reason));
  const auto turn = plan.turn(plan_start);
  ASSERT_EQ(turn.announcements.size(), 1u);
  EXPECT_TRUE(turn.announcements[0].ends_with(" " + reason));
  EXPECT_NE(turn.announcements[0].find("1440분"), std::string::npos);
  EXPECT_LE(turn.announcements[0].size(), 255u);
}

TEST(RestartPlan, NamesARestartByOneKoreanTerm) {
  RestartPlan plan;
  ASSERT_TRUE(plan.begin(plan_start, 1min, ""));
  const auto planned = plan.turn(plan_start).announcements;
  ASSERT_TRUE(plan.cancel());
  const auto cancelled = plan.turn(plan_start + 1s).announcements;
  for (const auto& announcements : {planned, cancelled}) {
    ASSERT_EQ(announcements.size(), 1u);
    EXPECT_NE(announcements[0].find("다시 시작"), std::string::npos) << announcements[0];
  }
}

TEST(RestartPlan, CanBeCancelledAndThatIsAnnounced) {
  RestartPlan plan;
  EXPECT_FALSE(plan.cancel());
  ASSERT_TRUE(plan.begin(plan_start, 1min, ""));
  EXPECT_FALSE(plan.begin(plan_start, 1min, "")) << "one at a time";
  EXPECT_TRUE(plan.plan());
  static_cast<void>(plan.turn(plan_start));
  EXPECT_TRUE(plan.cancel());
  EXPECT_FALSE(plan.plan());
  bool stopped = false;
  EXPECT_EQ(words_told(plan, plan_start, plan_start + 2min, &stopped),
            (std::vector<std::string>{"0: The restart is cancelled"}));
  EXPECT_FALSE(stopped);
  ASSERT_TRUE(plan.begin(plan_start, 1min, ""));
  EXPECT_TRUE(plan.cancel());
  EXPECT_TRUE(words_told(plan, plan_start, plan_start + 2min).empty()) << "nobody has heard of that one";
}

TEST(RestartPlan, ALateMainThreadMakesOnlyTheLastAnnouncement) {
  RestartPlan plan;
  ASSERT_TRUE(plan.begin(plan_start, 5min, ""));
  static_cast<void>(plan.turn(plan_start));
  const auto turn = plan.turn(plan_start + 5min - 20s);
  ASSERT_EQ(turn.announcements.size(), 1u);
  EXPECT_TRUE(turn.announcements[0].starts_with("The server restarts in 30 seconds."));
}

}  // namespace
}  // namespace madang::server
