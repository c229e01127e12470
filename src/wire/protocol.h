// The protocol as text for people and for other programs, generated from the packet table: what the command
// line `madang protocol` prints, the page docs/protocol.md, and the fuzzers' dictionary. Pure; any thread.
#pragma once

#include <string>

namespace madang::wire {

/// What the schema hash is made from: one line a packet, and nothing that does not travel.
std::string protocol_schema();

/// docs/protocol.md: how frames are made and what the packets mean.
std::string protocol_markdown();

/// A module with types, encoders and decoders of all packets; strict TypeScript, without dependencies.
std::string protocol_typescript();

/// A dissector in Lua for Wireshark and tshark.
std::string protocol_wireshark();

/// A dictionary for libFuzzer: one frame a packet.
std::string protocol_dictionary();

}  // namespace madang::wire
