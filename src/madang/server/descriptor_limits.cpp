#include "madang/server/descriptor_limits.h"

#include <algorithm>

namespace madang::server {

Limits fit_to_descriptors(Limits limits, std::uint32_t descriptors) {
  const std::uint64_t wanted = std::uint64_t{limits.sessions_max} + limits.http_connections_max +
                               limits.refusals_max + reserved_descriptors;
  if (descriptors == 0 || wanted <= descriptors) return limits;
  // A small process still has a few connections of each kind.
  const std::uint32_t left = std::max(descriptors, reserved_descriptors + 16) - reserved_descriptors;
  limits.refusals_max = std::min(limits.refusals_max, left / 8);
  limits.http_connections_max = std::min(limits.http_connections_max, left / 4);
  limits.sessions_max =
      std::min(limits.sessions_max, left - limits.refusals_max - limits.http_connections_max);
  return limits;
}

}  // namespace madang::server
