#include <csignal>
#include <ctime>

#include "app/stop_signal.h"

namespace madang::app {

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
  if (asked_) return;
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

bool StopSignal::wait(Duration max_wait) {
  const sigset_t set = stop_signals();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(max_wait);
  const timespec timeout{.tv_sec = seconds.count(), .tv_nsec = (max_wait - seconds).count()};
  const bool asked = ::sigtimedwait(&set, nullptr, &timeout) > 0;
  asked_ = asked_ || asked;
  return asked;
}

}  // namespace madang::app
