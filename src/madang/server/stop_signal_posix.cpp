#include <csignal>
#include <ctime>

#include "madang/server/stop_signal.h"

namespace madang::server {

namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

StopSignal::StopSignal() {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

StopSignal::~StopSignal() {
  if (was_asked_) return;
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

bool StopSignal::wait(Duration max_wait) {
  const sigset_t set = stop_signals();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(max_wait);
  const timespec timeout{.tv_sec = seconds.count(), .tv_nsec = (max_wait - seconds).count()};
  const bool is_asked = ::sigtimedwait(&set, nullptr, &timeout) > 0;
  was_asked_ = was_asked_ || is_asked;
  return is_asked;
}

}  // namespace madang::server
