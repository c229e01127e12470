// The largest map with the smallest cells: the memory of a gateway depends on the watched cells only.

#include "unit/allocations.h"
#include "unit/net/gateway_fixture.h"

namespace madang::net {
namespace {

board::BoardConfig largest_map_of_small_cells() {
  return {.width = board::BoardConfig::side_max,
          .height = board::BoardConfig::side_max,
          .cell_size = board::BoardConfig::cell_size_min,
          .obstacle_percent = 0,
          .move_interval_ticks = 1,
          .move_slack_ticks = 0};
}

class GatewayOnTheLargestMap : public GatewayTest {
 protected:
  GatewayOnTheLargestMap() : GatewayTest(largest_map_of_small_cells()) {}
};

TEST_F(GatewayOnTheLargestMap, ItsMemoryAndItsListsDependOnTheWatchedCellsOnly) {
  constexpr std::uint32_t clients = 20;
  // 14 tiles to each side and the own tile: at most 8 cells of 4 tiles along each axis.
  constexpr std::size_t watched_max = 8 * 8;
  const std::uint64_t bytes_before = allocated_bytes();
  for (std::uint32_t client = 0; client < clients; ++client) log_in(client);
  EXPECT_GT(gateway_.fan_out().watched_cell_count(), 0u);
  for (int step = 0; step < 40; ++step) {
    for (std::uint32_t client = 0; client < clients; ++client)
      say(client, board::Move{board::Direction::right, 0});
    tick();
    EXPECT_LE(gateway_.fan_out().watched_cell_count(), clients * watched_max);
  }
  if (counts_allocations) {
    EXPECT_LE(allocated_bytes() - bytes_before, 16'000'000u) << "less than a byte a cell of the map";
  }
}

}  // namespace
}  // namespace madang::net
