// SignalStorm: while it exists, a signal interrupts this thread's system calls several times a millisecond.
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

  /// Returns false on a system without signals (Windows). There it does nothing.
  static bool is_possible();
  /// Returns the number of handled signals.
  static unsigned handled();

 private:
  std::atomic<bool> ends_{false};
  std::thread sender_;
};

}  // namespace madang::contract
