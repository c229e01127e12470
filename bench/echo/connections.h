// The connections of the load to the server: on loopback, non-blocking.
#pragma once

#include <cstdint>
#include <vector>

#include "server_usage.h"

namespace echo {

/// Opens `count` connections, and waits until the server has accepted them. An error ends the program.
std::vector<int> connect_to(std::uint16_t port, std::uint32_t count, const ServerUsage& server);

}  // namespace echo
