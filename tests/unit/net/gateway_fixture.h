// One worker with its gateway, and the zone, on a SlowPort. Only sends and ticks move the clock.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "madang/net/gateway.h"
#include "madang/net/zone_runner.h"
#include "madang/wire/packets.h"
#include "unit/net/slow_port.h"

namespace madang::net {

class GatewayTest : public testing::Test {
 protected:
  static board::ZoneConfig small_config() {
    return {
        .width = 32, .height = 32, .obstacle_percent = 0, .move_interval_ticks = 1, .move_slack_ticks = 0};
  }
  explicit GatewayTest(const board::ZoneConfig& config = small_config(), const Limits& limits = {})
      : limits_(limits),
        admission_(limits_),
        runner_(config, limits_),
        port_(new SlowPort),
        worker_(0, limits_, std::unique_ptr<io::Port>(port_), admission_),
        gateway_(worker_, config, runner_.commands(), runner_.throttled_cells(), shouts_) {
    worker_.set_service(gateway_);
    EXPECT_TRUE(worker_.listen(io::Address::loopback(7777), {&worker_}).has_value());
    runner_.set_gateways({&gateway_});
  }

  template <class Packet>
  void say(std::uint32_t client, const Packet& packet) {
    Buffer bytes;
    wire::append(bytes, packet);
    port_->feed(client, bytes.bytes());
  }
  /// Clients are numbered in the order of their logins.
  void log_in(std::uint32_t client) {
    port_->connect();
    turn();
    say(client, wire::Login{wire::schema_hash, "player", wire::Looks::pawn});
    tick();
  }
  /// The first client steps back and forth, once a tick.
  void walk(int steps) {
    for (int i = 0; i < steps; ++i) {
      say(0, wire::Move{i % 2 ? wire::Direction::left : wire::Direction::right, 0});
      tick();
    }
  }
  void turn() { worker_.turn(Duration::zero()); }
  /// The worker handles the received packets, the zone ticks, and the worker fans out.
  void tick() {
    turn();
    port_->clock = std::max(port_->clock, due_);
    due_ = runner_.turn(port_->clock);
    turn();
    turn();
  }

  const Limits limits_;
  Admission admission_;
  ShoutBudget shouts_{limits_};
  ZoneRunner runner_;
  SlowPort* port_;
  Worker worker_;
  Gateway gateway_;
  Time due_ = Time::min();
};

}  // namespace madang::net
