// The protocol as text for people and for other programs, generated from the packet table.
#pragma once

#include <string>

namespace madang::wire {

/// What the schema hash is made from: one line a packet, and nothing that does not travel.
std::string protocol_schema();

}  // namespace madang::wire
