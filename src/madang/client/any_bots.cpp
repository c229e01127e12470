#include "madang/client/any_bots.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "madang/base/check.h"
#include "madang/wire/session_packets.h"

namespace madang::client {

namespace {

/// Minimum delay of the alarm, so that bots that are due at nearly the same time share a turn.
constexpr Duration alarm_delay_min = 1ms;
/// A bot that a world did not let in asks for another one after this time, and up to the same time more.
constexpr Duration world_delay_min = 1s;
/// Maximum number of different error texts.
constexpr std::size_t error_texts_max = 20;

/// Room 0 is the main world.
std::string name_of_room(std::uint32_t room) {
  return room == 0 ? std::string() : fmt::format("room {}", room);
}

}  // namespace

AnyBots::AnyBots(std::unique_ptr<io::Port> port, const io::Address& server, const BotsSettings& settings,
                 const BotsInfo& info)
    : settings_(settings),
      info_(info),
      server_(server),
      port_(std::move(port)),
      random_(settings.seed),
      players_wanted_(settings.players),
      next_login_(port_->now()),
      counted_(info.counters.size()) {
  port_->start_timer(sweep_interval, key_sweep);
  alarm_due_ = port_->now();
  alarm_ = port_->start_timer(Duration::zero(), key_agenda);
}

AnyBots::~AnyBots() = default;

void AnyBots::turn(Duration max_wait) {
  flush();  // what was appended between the turns
  port_->turn(*this, max_wait);
  const Time now = port_->now();
  log_in_due_bots(now);
  run_due_bots(now);
  if (!is_quiet()) on_turn(now);
  flush();
  set_alarm();
}

void AnyBots::flush() {
  for (Connection* connection : dirty_) connection->flush();
  dirty_.clear();
}

void AnyBots::set_players(std::uint32_t players) {
  players_wanted_ = std::max(players_wanted_, players);
  set_alarm();
}

void AnyBots::log_out() {
  is_logging_out_ = true;
  for (const std::unique_ptr<AnyBot>& bot : bots_) bot->connection_->log_out();
}

BotsStats AnyBots::stats() const {
  BotsStats stats{.started = static_cast<std::uint32_t>(bots_.size()),
                  .logging_in = logging_in_,
                  .connected = connected_,
                  .connected_ever = connected_ever_,
                  .worlds_entered = worlds_entered_,
                  .worlds_refused = worlds_refused_,
                  .not_said = not_said_,
                  .updates_in = earlier_updates_in_,
                  .bytes_in = earlier_bytes_in_,
                  .bytes_out = earlier_bytes_out_,
                  .violations = findings_.total(),
                  .errors = errors_,
                  .counted = counted_};
  for (const std::unique_ptr<AnyBot>& bot : bots_) {
    stats.updates_in += bot->view_->updates();
    stats.bytes_in += bot->connection_->bytes_in();
    stats.bytes_out += bot->connection_->bytes_out();
  }
  return stats;
}

void AnyBots::add_delay(std::uint32_t microseconds) {
  delays_.add(microseconds);
  recent_delays_.add(microseconds);
}

std::size_t AnyBots::index_of(std::string_view counter) const {
  const auto found = std::ranges::find(info_.counters, counter);
  MADANG_CHECK(found != info_.counters.end(), "the bots have no counter \"{}\"", counter);
  return static_cast<std::size_t>(found - info_.counters.begin());
}

// --- Completions and packets ---

void AnyBots::on_completion(io::Completion& completion) {
  switch (completion.key) {
    case key_agenda:
      if (completion.timer == alarm_) alarm_ = {};
      return;
    case key_sweep: return sweep();
    default: return bots_[completion.key - key_first_bot]->connection_->on_completion(completion);
  }
}

void AnyBots::prefetch(io::Key key, int step) const {
  constexpr std::size_t line = 64;
  const auto fetch = [](const auto* object) {
    for (std::size_t at = 0; at < sizeof *object; at += line)
      __builtin_prefetch(reinterpret_cast<const std::byte*>(object) + at);
  };
  if (key < key_first_bot || key - key_first_bot >= bots_.size()) return;
  const AnyBot& bot = *bots_[key - key_first_bot];
  if (step == 0) return fetch(&bot);
  fetch(bot.view_.get());
}

void AnyBots::on_welcome(AnyBot& bot) {
  note_answered(bot);
  if (bot.next_view_) {
    leave_world(bot);
    earlier_updates_in_ += bot.view_->updates();
    bot.view_ = std::move(bot.next_view_);
    ++worlds_entered_;
  }
  bot.is_in_world_ = true;
  ++connected_;
  if (!bot.reentry_->was_in_world()) ++connected_ever_;
  bot.reentry_->entered();
  bot.was_sent_away_ = false;
  bot.looks_for_world_at_ = Time::max();
  bot.act_interval_ = Duration::zero();  // the bot decides it anew
  bot.enter();
}

void AnyBots::on_packet(AnyBot& bot, const wire::Frame& frame) {
  if (frame.opcode == wire::opcode_of<wire::NotSaid>) ++not_said_;
  if (frame.opcode == wire::opcode_of<wire::NotEntered>) {
    ++worlds_refused_;
    leave_world(bot);
    bot.next_view_.reset();
    bot.looks_for_world_at_ = port_->now() + world_delay_min + world_delay_min / 1000 * random_.below(1000);
    if (!bot.has_appointment_) make_appointment(bot, bot.looks_for_world_at_);
  }
  bot.take(frame);
}

void AnyBots::on_end(AnyBot& bot, const Ending& ending) {
  note_answered(bot);
  leave_world(bot);
  --connections_open_;
  // A room may be full of bots that have come from other rooms.
  bot.was_sent_away_ = ending.reason == CloseReason::world_full && settings_.room_of > 0;
  if (bot.was_sent_away_) {
    ++worlds_refused_;
  } else if (!ending.is_regular()) {
    note_failure(ending);
  }
  plan_return(bot, ending);
}

void AnyBots::leave_world(AnyBot& bot) {
  if (!std::exchange(bot.is_in_world_, false)) return;
  --connected_;
  bot.leave();
}

void AnyBots::note_answered(AnyBot& bot) {
  if (!std::exchange(bot.was_answered_, true)) --logging_in_;
}

void AnyBots::note_failure(const Ending& failure) {
  ++errors_;
  if (!first_failure_) first_failure_ = failure;
  const std::string text = describe(failure);
  if (error_texts_.size() < error_texts_max || error_texts_.contains(text)) ++error_texts_[text];
}

void AnyBots::sweep() {
  port_->start_timer(sweep_interval, key_sweep);
  for (const std::unique_ptr<AnyBot>& bot : bots_) bot->connection_->watch_clock();
}

// --- Logging in ---

void AnyBots::log_in_due_bots(Time now) {
  if (is_logging_out_) return;
  const Duration interval = Duration(1s) / std::max(settings_.logins_per_second, 1u);
  // After a pause the missed logins do not all come at once.
  next_login_ = std::max(next_login_, now - 100ms);
  while (logging_in_ < settings_.logins_pending_max && next_login_ <= now && is_login_due(now)) {
    if (bots_.size() < players_wanted_) {
      log_in_new_bot();
    } else {
      AnyBot& bot = *bots_[returns_.top().bot];
      returns_.pop();
      forget_connection(bot);
      log_in(bot);
    }
    next_login_ += interval;
  }
}

/// Returns whether a bot is new, or may come back now.
bool AnyBots::is_login_due(Time now) const {
  return bots_.size() < players_wanted_ || (!returns_.empty() && returns_.top().due <= now);
}

void AnyBots::log_in_new_bot() {
  const auto number = static_cast<std::uint32_t>(bots_.size());
  AnyBot& bot = *bots_.emplace_back(make_bot());
  bot.bots_ = this;
  bot.number_ = number;
  bot.reentry_.emplace(scatter(settings_.seed + number), Reentry::Client::demo_bot);
  if (settings_.room_of > 0) bot.world_ = name_of_room(number / settings_.room_of + 1);
  log_in(bot);
}

void AnyBots::log_in(AnyBot& bot) {
  ConnectionOwner& owner = bot;
  bot.connection_.reset();  // it refers to the view
  bot.next_view_.reset();
  bot.looks_for_world_at_ = Time::max();
  bot.view_ = bot.make_view(findings_);
  Connection& connection =
      bot.connection_.emplace(*port_, key_first_bot + bot.number_, pool_, owner, *bot.view_, settings_.times);
  const std::string name = bot.make_name(settings_.name_prefix);
  if (bot.was_sent_away_) bot.world_ = another_world(bot);
  const Buffer entry = bot.make_entry();
  const Result<void> started = connection.start(
      server_, {.schema = info_.schema, .name = name, .world = bot.world_, .entry = entry.bytes()});
  if (!started) {
    bot.was_answered_ = true;
    const Ending ending{.reason = CloseReason::connection_lost, .error = started.error()};
    note_failure(ending);
    return plan_return(bot, ending);
  }
  bot.was_answered_ = false;
  ++connections_open_;
  ++logging_in_;
}

/// Keeps what counts of a connection that has ended, because the next login replaces it.
void AnyBots::forget_connection(AnyBot& bot) {
  earlier_updates_in_ += bot.view_->updates();
  earlier_bytes_in_ += bot.connection_->bytes_in();
  earlier_bytes_out_ += bot.connection_->bytes_out();
}

void AnyBots::plan_return(AnyBot& bot, const Ending& ending) {
  std::optional<Duration> wait;
  if (bot.was_sent_away_) {
    wait = world_delay_min;
  } else if (settings_.logs_in_again) {
    wait = bot.reentry_->wait_after(ending);
  }
  if (wait) returns_.push({port_->now() + *wait, bot.number_});
}

// --- Acting ---

/// A bot has one appointment at most.
void AnyBots::make_appointment(AnyBot& bot, Time due) {
  bot.has_appointment_ = true;
  agenda_.push({due, bot.number_});
}

void AnyBots::run_due_bots(Time now) {
  while (!agenda_.empty() && agenda_.top().due <= now) {
    const Appointment appointment = agenda_.top();
    agenda_.pop();
    AnyBot& bot = *bots_[appointment.bot];
    bot.has_appointment_ = false;
    if (bot.connection_->is_active()) run(bot, appointment.due, now);
  }
}

/// A bot that has asked for a world waits for the answer. One that no world has let in asks for another.
void AnyBots::run(AnyBot& bot, Time due, Time now) {
  if (bot.looks_for_world_at_ <= now) {
    enter_world(bot, another_world(bot));
  } else if (bot.is_in_world_ && !bot.next_view_ && !must_stand_still_ &&
             bot.act_interval_ > Duration::zero()) {
    act(bot);
  }
  if (bot.looks_for_world_at_ != Time::max()) return make_appointment(bot, bot.looks_for_world_at_);
  if (bot.act_interval_ <= Duration::zero()) return;
  // Missed turns are not made up for. Each bot keeps its phase, so that not all act at once after a pause.
  const Duration late = now - due;
  make_appointment(bot, due + (late / bot.act_interval_ + 1) * bot.act_interval_);
}

void AnyBots::act(AnyBot& bot) {
  if (wants_another_world(bot)) return enter_world(bot, another_world(bot));
  bot.act_now();
}

/// Returns the number of rooms, of which room 1 is the first.
std::uint32_t AnyBots::rooms() const {
  const std::uint32_t room_of = std::max(settings_.room_of, 1u);
  return std::max((players_wanted_ + room_of - 1) / room_of, 1u);
}

bool AnyBots::wants_another_world(AnyBot& bot) {
  if (settings_.room_of == 0 || (rooms() == 1 && !info_.has_main_world)) return false;
  return bot.comes_up(settings_.room_stay);
}

/// Returns a world by chance, but not the one in which the bot is or was. If there is one only, returns it.
std::string AnyBots::another_world(const AnyBot& bot) {
  if (settings_.room_of == 0) return {};
  const std::uint32_t first = info_.has_main_world ? 0 : 1;
  const std::uint32_t worlds = rooms() + 1 - first;
  const std::uint32_t chosen = random_.below(worlds);
  const std::string name = name_of_room(first + chosen);
  return name == bot.world_ ? name_of_room(first + (chosen + 1) % worlds) : name;
}

/// Without effect while the bot is waiting for the answer of another world, or is not connected.
void AnyBots::enter_world(AnyBot& bot, std::string_view world) {
  if (bot.next_view_ || !bot.connection_->is_active()) return;
  bot.looks_for_world_at_ = Time::max();
  bot.world_ = world;
  bot.next_view_ = bot.make_view(findings_);
  const Buffer entry = bot.make_entry();
  bot.connection_->enter_world({.world = bot.world_, .entry = entry.bytes()}, *bot.next_view_);
}

/// Sets the alarm to the earliest time at which something is due. Bots that come back need no alarm: the
/// sweep is often enough for them.
void AnyBots::set_alarm() {
  const Time now = port_->now();
  Time due = is_quiet() ? Time::max() : next_due();
  if (!agenda_.empty()) due = std::min(due, agenda_.top().due);
  if (!is_logging_out_ && bots_.size() < players_wanted_ && logging_in_ < settings_.logins_pending_max)
    due = std::min(due, next_login_);
  if (due == Time::max()) return;
  due = std::max(due, now + alarm_delay_min);
  if (alarm_ && alarm_due_ <= due) return;
  if (alarm_) port_->cancel(alarm_);
  alarm_due_ = due;
  alarm_ = port_->start_timer(due - now, key_agenda);
}

}  // namespace madang::client
