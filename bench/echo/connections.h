// The load's connections to the server: on loopback, not blocking.
#pragma once

#include <cstdint>
#include <vector>

#include "server_usage.h"

namespace echo {

/// Opens `count`, and waits until the server has accepted them. Ends the program when that fails.
std::vector<int> connect_to(std::uint16_t port, std::uint32_t count, const ServerUsage& server);

}  // namespace echo
