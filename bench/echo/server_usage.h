// ServerUsage: what the server has used, from the operating system's own accounting in /proc.
//
// CPU: the sum of all its threads' time on a core, in nanoseconds (/proc/PID/task/*/schedstat). The kernel
// divides it into user and kernel by what its clock tick finds, 10 ms at a time (utime and stime of
// /proc/PID/stat): the sum is exact, its division is a sample, good to one percent in a window of seconds.
// Interrupts that deliver on loopback run inside a send and are counted as the sender's (this kernel must not
// be built with CONFIG_IRQ_TIME_ACCOUNTING, which would take them out).
//
// Memory: what is resident and nobody else's (Anonymous in /proc/PID/smaps_rollup, which the kernel counts
// page by page when asked; RssAnon in /proc/PID/status is the same figure, but may lag behind).
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
  /// How many files and sockets it has open.
  std::uint32_t descriptors() const;

 private:
  std::string folder_;
};

}  // namespace echo
