#include <pthread.h>
#include <windows.h>
// These headers need windows.h before them.
#include <psapi.h>
#include <timeapi.h>

#include "madang/server/system.h"

namespace madang::server {

std::uint32_t raise_descriptor_limit() { return 0; }

namespace {

constexpr double filetime_a_second = 1e7;
constexpr double filetime_of_1970_s = 11'644'473'600;

std::uint64_t whole(const FILETIME& time) {
  return std::uint64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime;
}

}  // namespace

ProcessFacts process_facts() {
  ProcessFacts facts;
  PROCESS_MEMORY_COUNTERS memory{};
  if (K32GetProcessMemoryInfo(GetCurrentProcess(), &memory, sizeof memory))
    facts.resident_bytes = memory.WorkingSetSize;
  FILETIME created, ended, kernel, user;
  if (GetProcessTimes(GetCurrentProcess(), &created, &ended, &kernel, &user))
    facts.started_at_s = static_cast<double>(whole(created)) / filetime_a_second - filetime_of_1970_s;
  return facts;
}

ThreadClock::ThreadClock(std::thread::native_handle_type thread)
    : clock_(static_cast<std::intptr_t>(thread)) {}

Duration ThreadClock::processor_time() const {
  FILETIME created, ended, kernel, user;
  auto* thread = static_cast<HANDLE>(pthread_gethandle(static_cast<pthread_t>(clock_)));
  if (!GetThreadTimes(thread, &created, &ended, &kernel, &user)) return {};
  const auto ticks = [](const FILETIME& time) {
    return std::int64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime;
  };
  return std::chrono::nanoseconds((ticks(kernel) + ticks(user)) * 100);
}

FineTimers::FineTimers() { timeBeginPeriod(1); }
FineTimers::~FineTimers() { timeEndPeriod(1); }

}  // namespace madang::server
