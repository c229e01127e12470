// StopSignal: waits for somebody to ask the program to end: Ctrl-C, SIGTERM, or on Windows also the closing
// of the console.
//
// Somebody may ask again: a second time means haste. Once somebody has asked, such signals never end the
// process by themselves any more, not even after this is destroyed: the program is about to end by returning
// from main.
//
// Make one in main, before any thread: on Linux the threads made after it leave these signals to it. At most
// one at a time.
#pragma once

#include "base/time.h"

namespace madang::app {

class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// True when somebody asked since the last call. Waits at most `max_wait` for it.
  bool wait(Duration max_wait);

 private:
  bool asked_ = false;
};

}  // namespace madang::app
