// One worker with its gateway, and a world of the board, on a SlowPort. Only sends and ticks move the clock.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "board/board_config.h"
#include "board/rules.h"
#include "madang/net/gateway.h"
#include "madang/net/world_runners.h"
#include "madang/wire/dispatch.h"
#include "unit/net/slow_port.h"

namespace madang::net {

/// Calls the visitor with a packet of the server, if it is one of a session or of the board, or words.
template <class Visitor>
CloseReason visit_server_packet(const wire::Frame& frame, Visitor&& visitor) {
  using Packets = wire::Types<wire::Welcome, wire::Goodbye, wire::Pong, wire::NotSaid, wire::Shouted,
                              wire::Announced, wire::CellSaid, board::Moved, board::Pace>;
  const CloseReason reason = wire::visit_packet(Packets{}, frame, visitor);
  return reason == CloseReason::unknown_opcode ? CloseReason::none : reason;
}

/// Returns a login of a pawn.
inline wire::Login login_of(std::string_view name) {
  static constexpr std::byte pawn{static_cast<std::uint8_t>(board::Looks::pawn)};
  return {board::game_info().protocol.schema, name, {}, Bytes(&pawn, 1)};
}

class GatewayTest : public testing::Test {
 protected:
  static board::BoardConfig small_config() {
    return {
        .width = 32, .height = 32, .obstacle_percent = 0, .move_interval_ticks = 1, .move_slack_ticks = 0};
  }
  explicit GatewayTest(const board::BoardConfig& config = small_config(), const Limits& limits = {})
      : GatewayTest(board::game_info(), board::make_world(config), config.tick_rate, limits) {}
  GatewayTest(const world::GameInfo& game, std::unique_ptr<world::AnyWorld> world, std::uint32_t tick_rate,
              const Limits& limits = {})
      : limits_(limits),
        admission_(limits_),
        runners_(game, 1, tick_rate, limits_),
        runner_(runners_[0]),
        port_(new SlowPort),
        worker_(0, limits_, std::unique_ptr<io::Port>(port_), admission_),
        gateway_(worker_, runners_, shouts_) {
    runners_.add("", std::move(world));
    worker_.set_service(gateway_);
    EXPECT_TRUE(worker_.listen(io::Address::loopback(7777), {&worker_}).has_value());
    runners_.set_gateways({&gateway_});
  }

  template <class Packet>
  void say(std::uint32_t client, const Packet& packet) {
    Buffer bytes;
    wire::append(bytes, packet);
    port_->feed(client, bytes.bytes());
  }
  /// Clients are numbered in the order of their logins. The cells come one tick after the Welcome.
  void log_in(std::uint32_t client, std::string_view name = "player") {
    port_->connect();
    turn();
    say(client, login_of(name));
    for (int i = 0; i < 2; ++i) tick();
  }
  /// The first client steps back and forth, once a tick.
  void walk(int steps) {
    for (int i = 0; i < steps; ++i) {
      say(0, board::Move{i % 2 ? board::Direction::left : board::Direction::right, 0});
      tick();
    }
  }
  const world::AnyWorld& world() const { return runners_.main().world(); }
  const ThrottledCells& throttled_cells() const { return runners_.main().info().throttled_cells; }
  std::uint32_t player_count() const { return world().registry().size(); }
  void turn() { worker_.turn(Duration::zero()); }
  /// The worker handles the received packets, the runner ticks, and the worker fans out.
  void tick() {
    turn();
    tick_runner();
    turn();
    turn();
  }
  /// Only the runner ticks. The worker does not hear of it yet.
  void tick_runner() {
    port_->clock = std::max(port_->clock, due_);
    due_ = runner_.turn(port_->clock);
  }

  const Limits limits_;
  Admission admission_;
  ShoutBudget shouts_{limits_};
  WorldRunners runners_;
  WorldRunner& runner_;
  SlowPort* port_;
  Worker worker_;
  Gateway gateway_;
  Time due_ = Time::min();
};

}  // namespace madang::net
