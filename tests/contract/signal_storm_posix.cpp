#include "contract/signal_storm.h"

#include <pthread.h>

#include <chrono>
#include <csignal>

namespace madang::contract {

namespace {

std::atomic<unsigned> signals_handled{0};

void count(int) { ++signals_handled; }

}  // namespace

SignalStorm::SignalStorm() {
  signals_handled = 0;
  struct sigaction action{};  // without SA_RESTART: what the signal interrupts ends with EINTR
  action.sa_handler = count;
  ::sigaction(SIGUSR1, &action, nullptr);
  sender_ = std::thread([this, target = ::pthread_self()] {
    while (!ends_) {
      ::pthread_kill(target, SIGUSR1);
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
  });
}

SignalStorm::~SignalStorm() {
  ends_ = true;
  sender_.join();
  ::signal(SIGUSR1, SIG_DFL);
}

bool SignalStorm::is_possible() { return true; }
unsigned SignalStorm::handled() { return signals_handled; }

}  // namespace madang::contract
