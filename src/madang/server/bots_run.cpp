#include "madang/server/bots_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "madang/server/bots_rates.h"

namespace madang::server {

namespace {

constexpr Duration display_interval = 250ms;
constexpr std::uint32_t long_run_s = 120;
/// Longer than any bot waits for its goodbye.
constexpr Duration leave_deadline = 10s;

}  // namespace

double seconds_of(Duration duration) { return std::chrono::duration<double>(duration).count(); }

BotsRun::BotsRun(std::string_view program, const BotsOptions& options, client::AnyBots& bots,
                 std::FILE* progress_stream)
    : options_(options),
      bots_(bots),
      display_(
          progress_stream,
          fmt::format("{} bots at {} (io: {})", program, options.connect, io::name_of(bots.port().backend())),
          bots.counters(),
          options.seconds == 0 || options.seconds > long_run_s || options.until_delay_ms > 0),
      a_second_ago_(steady_now()),
      started_at_(a_second_ago_),
      next_frame_(started_at_),
      next_second_(1s, started_at_),
      left_at_(started_at_) {
  progress_.rates.counted.resize(bots.counters().size());
  if (options.until_delay_ms == 0) return;
  staircase_.emplace(options.bots.players, options.until_delay_ms * 1000);
  bots_.set_players(staircase_->players_wanted());
}

void BotsRun::run(StopSignal& stop_signal) {
  Time now = started_at_;
  while (!is_over(now)) {
    bots_.turn(std::max<Duration>(next_frame_ - now, Duration::zero()));
    now = steady_now();
    if (now < next_frame_) continue;
    on_frame(now);
    if (stop_signal.wait(Duration::zero())) break;
  }
  left_at_ = now;
  leave(stop_signal);
}

bool BotsRun::is_over(Time now) const {
  // No bot could log in, or all bots that logged in have lost their connections.
  if (bots_.first_failure() && (bots_.connected_ever() == 0 || bots_.have_all_ended())) return true;
  if (staircase_ && staircase_->is_finished()) return true;
  // With --json the run goes on, because the result can still be printed.
  if (display_.failure() && !options_.json) return true;
  return options_.seconds > 0 && all_in_at_ && now >= *all_in_at_ + std::chrono::seconds(options_.seconds);
}

void BotsRun::on_frame(Time now) {
  next_frame_ = now + display_interval;
  progress_.stats = bots_.stats();
  if (!all_in_at_ && bots_.have_all_logged_in() && !staircase_) {
    all_in_at_ = now;
    stats_when_all_in_ = progress_.stats;
    bots_.restart_delays();
  }
  progress_.players_wanted = staircase_ ? staircase_->players_wanted() : options_.bots.players;
  progress_.time = time_text(now);
  progress_.step = step_text();
  print_new_findings();
  if (next_second_.is_due(now)) {
    next_second_.done(now);
    on_second(now);
  }
  display_.draw(progress_);
}

void BotsRun::on_second(Time now) {
  client::DelayHistogram& lately = bots_.recent_delays();
  progress_.rates =
      rates_between(stats_a_second_ago_, progress_.stats, now - std::exchange(a_second_ago_, now));
  progress_.delay_lately = quantiles_of(lately);
  progress_.delay = quantiles_of(bots_.delays());
  stats_a_second_ago_ = progress_.stats;
  if (staircase_) {
    staircase_->on_second({bots_.have_all_logged_in(), progress_.stats.connected, lately});
    bots_.set_players(staircase_->players_wanted());
  }
  lately.reset();
  display_.write(progress_);
}

/// Prints the violations and errors that were found since the last call.
void BotsRun::print_new_findings() {
  const auto& violations = bots_.findings().texts();
  for (; violations_printed_ < violations.size(); ++violations_printed_)
    display_.note(fmt::format("violation: {}", violations[violations_printed_]));
  if (bots_.connected_ever() == 0) return;  // the last line of the program says why no bot could log in
  for (const auto& [text, count] : bots_.error_texts())
    if (errors_printed_.insert(text).second) display_.note(fmt::format("error: {}", text));
}

void BotsRun::leave(StopSignal& stop_signal) {
  stats_before_leaving_ = bots_.stats();
  delay_before_leaving_ = quantiles_of(bots_.delays());
  bots_.log_out();
  const Time deadline = steady_now() + leave_deadline;
  // A second stop signal ends the program without waiting for the goodbyes.
  while (!bots_.is_finished() && steady_now() < deadline && !stop_signal.wait(Duration::zero()))
    bots_.turn(display_interval);
  print_new_findings();
}

client::BotsStats BotsRun::measured() const {
  client::BotsStats measured = stats_before_leaving_;
  const client::BotsStats& before = stats_when_all_in_;
  for (std::size_t i = 0; i < before.counted.size(); ++i) measured.counted[i] -= before.counted[i];
  measured.worlds_entered -= before.worlds_entered;
  measured.worlds_refused -= before.worlds_refused;
  measured.not_said -= before.not_said;
  measured.updates_in -= before.updates_in;
  measured.bytes_in -= before.bytes_in;
  measured.bytes_out -= before.bytes_out;
  measured.violations = bots_.findings().total();
  measured.errors = bots_.stats().errors;
  return measured;
}

std::string BotsRun::time_text(Time now) const {
  const std::int64_t elapsed = to_ms(now - started_at_) / 1000;
  if (options_.seconds == 0 || staircase_) return fmt::format("{} s", elapsed);
  if (!all_in_at_) return fmt::format("{} s, logging in", elapsed);
  const Duration left = *all_in_at_ + std::chrono::seconds(options_.seconds) - now;
  return fmt::format("{} s, {} s left", elapsed, std::max<std::int64_t>((to_ms(left) + 999) / 1000, 0));
}

std::string BotsRun::step_text() const {
  if (!staircase_) return {};
  return fmt::format("{} ({} players); {} players had a p99 delay of at most {} ms", staircase_->phase_name(),
                     staircase_->players_wanted(), staircase_->players_held(), options_.until_delay_ms);
}

}  // namespace madang::server
