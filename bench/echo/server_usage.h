// ServerUsage: the processor time and the memory of the server, from /proc.
//
// CPU: the sum of the time of all threads on a core, in nanoseconds (/proc/PID/task/*/schedstat). The kernel
// divides this time into user and kernel time by samples every 10 ms (utime and stime of /proc/PID/stat). So
// the sum is exact. Its division is good to one percent in a window of seconds. Interrupts that deliver data
// on loopback run inside a send, and count for the sender. (The kernel must not have
// CONFIG_IRQ_TIME_ACCOUNTING, which would not count them.)
//
// Memory: the resident memory of the process alone (Anonymous in /proc/PID/smaps_rollup, which the kernel
// counts page by page). RssAnon in /proc/PID/status is the same figure, but may be older.
#pragma once

#include <cstdint>
#include <string>

namespace echo {

struct CpuTime {
  std::uint64_t nanoseconds = 0;
  std::uint64_t user_ticks = 0;
  std::uint64_t kernel_ticks = 0;

  CpuTime operator-(const CpuTime& earlier) const {
    return {nanoseconds - earlier.nanoseconds, user_ticks - earlier.user_ticks,
            kernel_ticks - earlier.kernel_ticks};
  }
  double user_share() const {
    const auto ticks = static_cast<double>(user_ticks + kernel_ticks);
    return ticks > 0 ? static_cast<double>(user_ticks) / ticks : 0;
  }
};

class ServerUsage {
 public:
  explicit ServerUsage(int pid) : folder_("/proc/" + std::to_string(pid) + "/") {}

  CpuTime cpu() const;
  std::uint64_t anonymous_bytes() const;
  /// Returns the number of its open files and sockets.
  std::uint32_t descriptors() const;

 private:
  std::string folder_;
};

}  // namespace echo
