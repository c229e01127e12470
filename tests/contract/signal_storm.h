// While it lives, a signal interrupts this thread's system calls several times a millisecond.
#pragma once

#include <atomic>
#include <thread>

namespace madang::contract {

class SignalStorm {
 public:
  SignalStorm();
  SignalStorm(const SignalStorm&) = delete;
  SignalStorm& operator=(const SignalStorm&) = delete;
  ~SignalStorm();

  /// False where the system has no signals (Windows); there it does nothing.
  static bool is_possible();
  /// Returns how many signals have been handled.
  static unsigned handled();

 private:
  std::atomic<bool> ends_{false};
  std::thread sender_;
};

}  // namespace madang::contract
