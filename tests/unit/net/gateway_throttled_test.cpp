// What a client gets of a far cell while its line is too slow for the moves there.
#include <string_view>

#include "unit/net/gateway_fixture.h"

namespace madang::net {
namespace {

Limits limits_of_a_slow_line() {
  Limits limits;
  limits.session_kbit_per_second = 2;
  return limits;
}

class GatewayThrottledTest : public GatewayTest {
 protected:
  GatewayThrottledTest()
      : GatewayTest({.width = 200,
                     .height = 16,
                     .obstacle_percent = 0,
                     .move_interval_ticks = 1,
                     .move_slack_ticks = 0},
                    limits_of_a_slow_line()) {}

  void walk(std::uint32_t client, board::Direction direction, int steps) {
    for (int i = 0; i < steps; ++i) {
      say(client, board::Move{direction, 0});
      tick();
    }
  }
  /// Returns how many packets of a type the first client got about a cell.
  template <class Packet>
  int count_about(std::uint16_t cell_x) const {
    int count = 0;
    Bytes rest = as_bytes(port_->sent[0]);
    while (const auto frame = wire::next_frame(rest))
      if (frame->opcode == wire::opcode_of<Packet>)
        count += wire::decode<Packet>(frame->body)->cell_x == cell_x;
    return count;
  }
};

TEST_F(GatewayThrottledTest, AClientGetsThePositionsOfACellFromTimeToTime) {
  log_in(0);
  log_in(1);
  for (const std::uint32_t client : {0u, 1u}) walk(client, board::Direction::left, 200);
  walk(0, board::Direction::right, 7);   // it watches the third cell, which is neither its own nor beside it
  walk(1, board::Direction::right, 18);  // the third cell
  port_->sent[0].clear();
  const Time begin = port_->clock;
  for (int i = 0; i < 200; ++i) {
    while (worker_.lag(worker_.at(0)) < 450ms) {  // too much for far moves, and not for other updates
      gateway_.announce("busy");
      turn();
    }
    walk(1, i % 2 ? board::Direction::left : board::Direction::right, 1);
  }
  EXPECT_GT(count_about<wire::CellThrottled>(2), 0);
  const int positions = count_about<wire::CellPositions<std::uint8_t>>(2);
  EXPECT_GT(positions, 0);
  EXPECT_LE(positions, (port_->clock - begin) / 1'500ms + 1);
}

}  // namespace
}  // namespace madang::net
