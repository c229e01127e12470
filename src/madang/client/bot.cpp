#include "madang/client/bot.h"

#include <algorithm>

#include "madang/client/any_bots.h"

namespace madang::client {

AnyBot::AnyBot() = default;
AnyBot::~AnyBot() = default;

void AnyBot::act_every(Duration interval) {
  act_interval_ = std::max(interval, Duration::zero());
  if (interval <= Duration::zero() || has_appointment_) return;  // an earlier appointment holds
  const auto interval_us = static_cast<std::uint32_t>(std::clamp<std::int64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(interval).count(), 1, UINT32_MAX));
  bots_->make_appointment(*this, now() + std::chrono::microseconds(random().below(interval_us)));
}

void AnyBot::enter_world(std::string_view world) { bots_->enter_world(*this, world); }

std::uint32_t AnyBot::client_time() const { return client::client_time(now()); }

void AnyBot::answered(std::uint32_t client_time) { bots_->add_delay(microseconds_since(client_time, now())); }

void AnyBot::count(std::string_view counter) { ++bots_->counted_[bots_->index_of(counter)]; }

bool AnyBot::comes_up(Duration every) {
  if (every <= Duration::zero()) return false;
  const std::int64_t of = std::max<std::int64_t>(every / std::max<Duration>(act_interval_, 1ms), 1);
  return random().below(static_cast<std::uint32_t>(std::min<std::int64_t>(of, UINT32_MAX))) == 0;
}

Time AnyBot::now() const { return bots_->port_->now(); }

Random& AnyBot::random() { return bots_->random_; }

void AnyBot::on_welcome(Connection&) { bots_->on_welcome(*this); }

void AnyBot::on_packet(Connection&, const wire::Frame& frame) { bots_->on_packet(*this, frame); }

void AnyBot::on_end(Connection&, const Ending& ending) { bots_->on_end(*this, ending); }

void AnyBot::wants_flush(Connection& connection) { bots_->dirty_.push_back(&connection); }

}  // namespace madang::client
