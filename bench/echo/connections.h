// The load's connections to the server: on loopback, not blocking.
#pragma once

#include <cstdint>
#include <vector>

namespace echo {

/// Opens `count` more. Ends the program when that fails.
void connect_to(std::uint16_t port, std::uint32_t count, std::vector<int>& handles);

}  // namespace echo
