// A tick with only moves and leaves allocates nothing, because every list is used again.

#include <gtest/gtest.h>

#include "board/zone.h"
#include "unit/allocations.h"
#include "unit/board/script.h"

namespace madang::board {
namespace {

TEST(ZoneMemory, IsNotAllocatedByTicksWithMovesAndLeaves) {
  if (!counts_allocations) GTEST_SKIP() << "the sanitizers have a heap of their own";
  Zone zone({.width = 200, .height = 200, .move_interval_ticks = 1, .move_slack_ticks = 0});
  Habits habits{.players = 300, .enter_percent = 100, .leave_permille = 0, .talk_percent = 0};
  Script script(1, habits);
  TickEvents events;
  std::uint64_t while_walking = 0;
  for (int tick = 0; tick < 600; ++tick) {
    std::vector<Command> commands = script.next();
    const bool settled = tick >= 300;
    if (settled && tick % 10 == 0)
      commands.push_back({.kind = Command::Kind::leave, .owner = script.players().begin()->first});
    const std::uint64_t before = allocations();
    zone.tick(commands, events);
    if (settled) while_walking += allocations() - before;
    script.learn(events);
  }
  EXPECT_GT(allocations(), 0u);
  EXPECT_EQ(while_walking, 0u);
}

}  // namespace
}  // namespace madang::board
