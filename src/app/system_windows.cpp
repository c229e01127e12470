#include <pthread.h>
#include <windows.h>
// After windows.h, which it needs.
#include <timeapi.h>

#include "app/system.h"

namespace madang::app {

std::uint32_t raise_descriptor_limit() { return 0; }

Duration ThreadClock::processor_time() const {
  FILETIME created, ended, kernel, user;
  auto* thread = static_cast<HANDLE>(pthread_gethandle(handle_));
  if (!GetThreadTimes(thread, &created, &ended, &kernel, &user)) return {};
  const auto ticks = [](const FILETIME& time) {
    return std::int64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime;
  };
  return std::chrono::nanoseconds((ticks(kernel) + ticks(user)) * 100);
}

FineTimers::FineTimers() { timeBeginPeriod(1); }
FineTimers::~FineTimers() { timeEndPeriod(1); }

}  // namespace madang::app
