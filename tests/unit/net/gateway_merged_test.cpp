// A gateway whose worker stood still: the ticks that its mailbox has merged, and their losses.
#include <string>

#include "unit/net/gateway_fixture.h"

namespace madang::net {
namespace {

/// All players watch all four cells of the map. The mailbox holds one tick; more are merged.
class GatewayMergedTest : public GatewayTest {
 protected:
  static constexpr std::uint64_t cell_count = 4;

  explicit GatewayMergedTest(const Limits& limits = with_one_tick())
      : GatewayTest({.width = 16,
                     .height = 16,
                     .obstacle_percent = 0,
                     .move_interval_ticks = 1,
                     .move_slack_ticks = 0},
                    limits) {}
  static Limits with_one_tick() {
    Limits limits;
    limits.tick_queue_max = 1;
    return limits;
  }

  /// The runner makes three ticks with a shout each while the worker stands still.
  void merge_ticks() {
    for (int i = 0; i < 3; ++i) {
      Request shout;
      shout.kind = world::Input::Kind::shout;
      shout.session = worker_.at(0).id();
      shout.character = CharacterId{shout.session.value};
      shout.body = "\6player\3all";
      ASSERT_TRUE(runner_.requests().push(std::move(shout)));
      port_->clock = std::max(port_->clock, due_);
      due_ = runner_.turn(port_->clock);
    }
    ASSERT_GT(runner_.stats().ticks_merged.get(), 0u);
  }
};

TEST_F(GatewayMergedTest, TheShoutsOfMergedTicksAreCountedForEachPlayer) {
  for (std::uint32_t client = 0; client < 2; ++client) log_in(client);
  merge_ticks();
  turn();
  EXPECT_EQ(worker_.counters().shouts_suppressed.get(), 3u * 2u);
}

/// The budget of a session is small, so that cells are throttled soon.
class GatewayMergedSlowLineTest : public GatewayMergedTest {
 protected:
  GatewayMergedSlowLineTest() : GatewayMergedTest(with_a_slow_line()) {}
  static Limits with_a_slow_line() {
    Limits limits = with_one_tick();
    limits.session_kbit_per_second = 8;
    return limits;
  }
};

TEST_F(GatewayMergedSlowLineTest, EveryCellIsStaleForEverySessionAlsoAThrottledOne) {
  for (std::uint32_t client = 0; client < 2; ++client) log_in(client);
  for (int i = 0; i < 100 && !throttled_cells().has_any(); ++i) {
    gateway_.announce("news of fifty bytes, which use up the small budget");
    walk(2);
  }
  ASSERT_TRUE(throttled_cells().has_any());
  merge_ticks();
  turn();
  EXPECT_EQ(gateway_.fan_out().stale_count(), cell_count * 2);
  EXPECT_FALSE(throttled_cells().has_any());
}

}  // namespace
}  // namespace madang::net
