#include <pthread.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>

#include "app/system.h"

namespace madang::app {

std::uint32_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::uint32_t>(std::min<rlim_t>(limit.rlim_cur, UINT32_MAX));
}

Duration ThreadClock::processor_time() const {
  clockid_t clock{};
  timespec time{};
  if (::pthread_getcpuclockid(handle_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return {};
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

FineTimers::FineTimers() = default;
FineTimers::~FineTimers() = default;

}  // namespace madang::app
