// Limits of connections that a process has enough descriptors for. A pure function; any thread.
//
// If players could use up all descriptors, nobody else could connect: not the operator, and not the next
// player, who would wait without an answer instead of reading "server full".
#pragma once

#include <cstdint>

#include "madang/base/limits.h"

namespace madang::server {

/// Descriptors that a server uses besides those of players and pages: of the operator's connections, ports,
/// files.
inline constexpr std::uint32_t reserved_descriptors = 128;

/// Returns `limits` with lower sessions_max, http_connections_max and refusals_max, if their sum and the
/// reserve are more than `descriptors`. 0 descriptors: the system has no such limit.
Limits fit_to_descriptors(Limits limits, std::uint32_t descriptors);

}  // namespace madang::server
