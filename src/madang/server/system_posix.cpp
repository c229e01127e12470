#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "madang/server/system.h"

namespace madang::server {

std::uint32_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::uint32_t>(std::min<rlim_t>(limit.rlim_cur, UINT32_MAX));
}

namespace {

std::optional<std::uint64_t> resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  if (!(file >> size >> resident)) return std::nullopt;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// Returns the start of the system, in seconds since 1970.
std::optional<double> booted_at_s() {
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("btime ")) return static_cast<double>(std::atoll(line.c_str() + 6));
  return std::nullopt;
}

std::optional<double> started_at_s() {
  constexpr int fields_before_it = 19;  // after the name: see proc(5), /proc/pid/stat
  std::ifstream file("/proc/self/stat");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::size_t end_of_name = text.rfind(')');  // a name may contain spaces
  const std::optional<double> booted = booted_at_s();
  if (end_of_name == std::string::npos || !booted) return std::nullopt;
  std::istringstream fields(text.substr(end_of_name + 1));
  std::string skipped;
  for (int i = 0; i < fields_before_it; ++i) fields >> skipped;
  double ticks = 0;
  if (!(fields >> ticks)) return std::nullopt;
  return *booted + ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::optional<std::uint64_t> open_fds() {
  constexpr const char* folder = "/proc/self/fd";
  struct stat facts{};
  if (::stat(folder, &facts) == 0 && facts.st_size > 0) return static_cast<std::uint64_t>(facts.st_size);
  std::error_code error;
  const std::filesystem::directory_iterator files(folder, error);
  if (error) return std::nullopt;
  const auto count = std::distance(begin(files), end(files));
  return static_cast<std::uint64_t>(count - 1);  // without the descriptor of the iterator
}

}  // namespace

ProcessFacts process_facts() {
  static const std::optional<double> started = started_at_s();
  return {.resident_bytes = resident_bytes(), .started_at_s = started, .open_fds = open_fds()};
}

ThreadClock::ThreadClock(std::thread::native_handle_type thread) {
  // Not later: a thread that was joined must not be named any more.
  clockid_t clock{};
  clock_ = ::pthread_getcpuclockid(thread, &clock) == 0 ? clock : no_clock;
}

Duration ThreadClock::processor_time() const {
  timespec time{};
  if (clock_ == no_clock || ::clock_gettime(static_cast<clockid_t>(clock_), &time) != 0) return {};
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

FineTimers::FineTimers() = default;
FineTimers::~FineTimers() = default;

}  // namespace madang::server
