#include <sys/resource.h>

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

FineTimers::FineTimers() = default;
FineTimers::~FineTimers() = default;

}  // namespace madang::app
