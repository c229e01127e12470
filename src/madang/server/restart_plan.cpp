#include "madang/server/restart_plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

namespace madang::server {

namespace {

/// Times until the restart at which all players get an announcement.
constexpr std::array<Duration, 10> restart_marks = {30min, 15min, 10min, 5min, 3min,
                                                    2min,  1min,  30s,   10s,  5s};

/// Returns the announcement in both languages of the pages, because the server does not know a player's
/// language.
std::string announcement_text(Duration left, const std::string& reason) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(left).count();
  const bool is_minutes = seconds % 60 == 0;
  const auto count = is_minutes ? seconds / 60 : seconds;
  return fmt::format("The server restarts in {} {}{}. {}{} 뒤에 서버가 다시 시작합니다.{}{}", count,
                     is_minutes ? "minute" : "second", count == 1 ? "" : "s", count, is_minutes ? "분" : "초",
                     reason.empty() ? "" : " ", reason);
}

}  // namespace

bool RestartPlan::begin(Time now, Duration in, std::string reason) {
  const std::lock_guard lock(mutex_);
  if (plan_) return false;
  plan_ = Plan{now + in, std::move(reason)};
  last_announced_ = in;
  is_new_ = true;
  is_cancelled_ = false;
  return true;
}

bool RestartPlan::cancel() {
  const std::lock_guard lock(mutex_);
  if (!plan_ || is_stopping_) return false;
  plan_.reset();
  is_cancelled_ = !is_new_;  // a restart that was not announced needs no announcement of its end
  is_new_ = false;
  return true;
}

std::optional<RestartPlan::Plan> RestartPlan::plan() const {
  const std::lock_guard lock(mutex_);
  return plan_;
}

RestartPlan::Turn RestartPlan::turn(Time now) {
  const std::lock_guard lock(mutex_);
  Turn turn;
  if (std::exchange(is_cancelled_, false))
    turn.announcements.emplace_back(
        "The restart is cancelled. The game goes on. 다시 시작이 취소되었습니다. 게임은 계속됩니다.");
  if (!plan_) return turn;
  if (now >= plan_->at) {
    turn.must_stop = is_stopping_ = true;
    return turn;
  }
  const Duration left = plan_->at - now;
  if (std::exchange(is_new_, false)) {
    turn.announcements.push_back(announcement_text(last_announced_, plan_->reason));
    return turn;
  }
  // The shortest time that was passed since the last turn: a late main thread sends only one announcement.
  const auto passed = std::ranges::find_if(restart_marks.rbegin(), restart_marks.rend(), [&](Duration mark) {
    return left <= mark && mark < last_announced_;
  });
  if (passed == restart_marks.rend()) return turn;
  last_announced_ = *passed;
  turn.announcements.push_back(announcement_text(*passed, plan_->reason));
  return turn;
}

}  // namespace madang::server
