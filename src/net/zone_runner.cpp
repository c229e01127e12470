#include "net/zone_runner.h"

#include <algorithm>

#include "net/gateway.h"

namespace madang::net {

namespace {

/// So many ticks are made up for after a pause of the machine; what is more is left out.
constexpr int ticks_behind_max = 5;

}  // namespace

ZoneRunner::ZoneRunner(const world::ZoneConfig& config, const Limits& limits)
    : zone_(config),
      tick_interval_(std::chrono::nanoseconds(1s) / config.tick_rate),
      commands_(limits.command_queue_max) {}

void ZoneRunner::set_gateways(std::vector<Gateway*> gateways) { gateways_ = std::move(gateways); }

Time ZoneRunner::turn(Time now) {
  if (!deliver()) return now + 1ms;
  if (next_tick_ == Time::min()) next_tick_ = now;
  if (now < next_tick_) return next_tick_;

  const std::int64_t behind = (now - next_tick_) / tick_interval_;
  if (behind >= 1) stats_.ticks_late.add();
  if (behind > ticks_behind_max) {
    stats_.ticks_skipped.add(static_cast<std::uint64_t>(behind));
    next_tick_ += behind * tick_interval_;
  }
  next_tick_ += tick_interval_;
  tick();
  return deliver() ? next_tick_ : now + 1ms;
}

void ZoneRunner::tick() {
  taken_.clear();
  world::Command command;
  while (taken_.size() < commands_.capacity() && commands_.pop(command)) taken_.push_back(std::move(command));

  zone_.tick(taken_, events_);

  TickOutput& output = free_output();
  encoder_.encode(zone_, events_, output);
  stats_.ticks.add();
  stats_.commands.add(taken_.size());
  stats_.players.add(zone_.player_count() - stats_.players.get());
  if (output.empty() && taken_.empty()) return;  // nothing happened: nobody is woken
  output.hold(static_cast<std::uint32_t>(gateways_.size()));
  undelivered_ = &output;
  waiting_for_ = gateways_;
}

/// Hands the last tick to those who have not got it yet; true when all have.
bool ZoneRunner::deliver() {
  std::erase_if(waiting_for_, [&](Gateway* gateway) { return gateway->offer(undelivered_); });
  return waiting_for_.empty();
}

TickOutput& ZoneRunner::free_output() {
  for (TickOutput& output : outputs_)
    if (output.is_free()) return output;
  TickOutput& output = outputs_.emplace_back();
  output.personal.resize(gateways_.size());
  return output;
}

}  // namespace madang::net
