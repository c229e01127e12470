#include "server_usage.h"

#include <filesystem>
#include <fstream>
#include <limits>
#include <ranges>

#include "server.h"

namespace echo {

CpuTime ServerUsage::cpu() const {
  CpuTime time;
  for (const auto& thread : std::filesystem::directory_iterator(folder_ + "task")) {
    std::uint64_t nanoseconds = 0;
    std::ifstream(thread.path() / "schedstat") >> nanoseconds;
    time.nanoseconds += nanoseconds;
  }
  std::ifstream stat(folder_ + "stat");
  stat.ignore(std::numeric_limits<std::streamsize>::max(),
              ')');  // the program's name, which may contain spaces
  std::string skipped;
  for (int field = 3; field < 14; ++field) stat >> skipped;
  stat >> time.user_ticks >> time.kernel_ticks;
  if (!stat || time.nanoseconds == 0) die("reading the server's CPU time");
  return time;
}

std::uint64_t ServerUsage::anonymous_bytes() const {
  std::ifstream rollup(folder_ + "smaps_rollup");
  std::string word;
  while (rollup >> word) {
    std::uint64_t kilobytes = 0;
    if (word == "Anonymous:" && rollup >> kilobytes) return kilobytes * 1024;
  }
  die("reading the server's memory");
}

std::uint32_t ServerUsage::descriptors() const {
  return static_cast<std::uint32_t>(
      std::ranges::distance(std::filesystem::directory_iterator(folder_ + "fd")));
}

}  // namespace echo
