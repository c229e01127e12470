// What a client that walks gets about its cells, in which order, and what it gets of its own cell in
// overload.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "unit/net/gateway_fixture.h"

namespace madang::net {
namespace {

class GatewayCellsTest : public GatewayTest {
 protected:
  GatewayCellsTest()
      : GatewayTest({.width = 200,
                     .height = 16,
                     .obstacle_percent = 0,
                     .move_interval_ticks = 1,
                     .move_slack_ticks = 0}) {}

  /// Runs a tick with a step of the first client. Returns the frames that it gets.
  std::vector<wire::Frame> step(board::Direction direction) {
    port_->sent[0].clear();
    say(0, board::Move{direction, 0});
    tick();
    std::vector<wire::Frame> frames;
    Bytes rest = as_bytes(port_->sent[0]);
    while (const auto frame = wire::next_frame(rest)) frames.push_back(*frame);
    return frames;
  }
  world::CellIndex own_cell() {
    return world().registry().cell_of(world().registry().find(CharacterId{worker_.at(0).id().value}));
  }
  /// Walks to the left edge, and then to the right over many cells.
  void walk_over_cells(auto check) {
    for (int i = 0; i < 200; ++i) step(board::Direction::left);
    for (int i = 0; i < 100; ++i) check(step(board::Direction::right));
  }
};

TEST_F(GatewayCellsTest, WhatIsForgottenComesAfterWhatBegins) {
  log_in(0);
  int ticks_with_both = 0;
  walk_over_cells([&](const std::vector<wire::Frame>& frames) {
    bool has_forgotten = false;
    bool has_begun = false;
    for (const wire::Frame& frame : frames) {
      if (frame.opcode == wire::opcode_of<wire::CellForget>) has_forgotten = true;
      if (frame.opcode != wire::opcode_of<wire::CellBegin>) continue;
      has_begun = true;
      EXPECT_FALSE(has_forgotten) << "an entity that goes from one to the other would flicker";
    }
    ticks_with_both += has_forgotten && has_begun;
  });
  EXPECT_GT(ticks_with_both, 5);
}

/// In each round, the second player starts one tile further ahead. So in one of the rounds it leaves a cell
/// in the tick before the first player begins to watch other cells.
TEST_F(GatewayCellsTest, AClientIsToldOnceThatAnEntityHasLeftACell) {
  log_in(0);
  log_in(1);
  const auto left_in = [](const std::vector<wire::Frame>& frames) {
    std::vector<std::array<std::uint32_t, 3>> left;  // column and row of the cell, alias
    for (const wire::Frame& frame : frames) {
      if (frame.opcode != wire::opcode_of<wire::CellLeave>) continue;
      const auto leave = wire::decode<wire::CellLeave>(frame.body);
      for (const auto& entity : leave->entities) left.push_back({leave->cell_x, leave->cell_y, entity.alias});
    }
    return left;
  };
  int late_leaves = 0;
  for (int round = 0; round < 8; ++round) {
    for (int i = 0; i < 200; ++i) {
      say(1, board::Move{board::Direction::left, 0});
      step(board::Direction::left);
    }
    for (int i = 0; i < round; ++i) {
      say(1, board::Move{board::Direction::right, 0});
      tick();
    }
    std::vector<std::array<std::uint32_t, 3>> before;
    for (int i = 0; i < 40; ++i) {
      say(1, board::Move{board::Direction::right, 0});
      const std::vector<wire::Frame> frames = step(board::Direction::right);
      const auto left = left_in(frames);
      for (const auto& one : left)
        EXPECT_EQ(std::ranges::find(before, one), before.end()) << "round " << round << ", step " << i;
      const bool begins = std::ranges::any_of(
          frames, [](const wire::Frame& frame) { return frame.opcode == wire::opcode_of<wire::CellBegin>; });
      late_leaves += begins && !left.empty();
      before = left;
    }
  }
  EXPECT_GT(late_leaves, 0);
}

TEST_F(GatewayCellsTest, InOverloadAPlayerGetsTheMovesInItsOwnCellWhereverItGoes) {
  log_in(0);
  port_->send_cost = 60ms;  // a tick is 50
  for (int i = 0; i < 30; ++i) step(board::Direction::left);
  ASSERT_GE(runner_.stats().overload_step.get(), 1u);
  int moves = 0;
  walk_over_cells([&](const std::vector<wire::Frame>& frames) {
    const world::Grid& grid = world().grid();
    for (const wire::Frame& frame : frames) {
      if (frame.opcode == wire::opcode_of<wire::CellMove<std::uint8_t>>) ++moves;
      if (frame.opcode != wire::opcode_of<wire::CellThrottled>) continue;
      const auto throttled = wire::decode<wire::CellThrottled>(frame.body);
      EXPECT_NE(grid.at(throttled->cell_x, throttled->cell_y), own_cell());
    }
  });
  EXPECT_GT(moves, 50);
}

}  // namespace
}  // namespace madang::net
