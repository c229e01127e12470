// StopSignal: waits for a stop signal. That is Ctrl-C, SIGTERM, or on Windows also the end of the console.
//
// A second signal means that the program must end at once. After the first signal, such signals never end the
// process by themselves, also after this object is destroyed, because main is about to return.
//
// To be made in main before any thread: on Linux, later threads block these signals. There is at most one.
#pragma once

#include "madang/base/time.h"

namespace madang::server {

class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// Waits at most `max_wait` for a signal. Returns true if there was one since the last call.
  bool wait(Duration max_wait);

 private:
  bool was_asked_ = false;
};

}  // namespace madang::server
