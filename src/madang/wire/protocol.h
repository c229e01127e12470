// The protocol as text, generated from the packet tables. `madang protocol` prints these texts. Pure
// functions; any thread.
#pragma once

#include <string>

namespace madang::wire {

/// Returns the text behind the schema hash: one line for each packet.
std::string protocol_schema();

/// Returns docs/protocol.md: the format of frames and the meaning of the packets.
std::string protocol_markdown();

/// Returns a TypeScript module with types, encoders and decoders of all packets. It is strict and has no
/// dependencies.
std::string protocol_typescript();

/// Returns a dissector in Lua for Wireshark and tshark.
std::string protocol_wireshark();

/// Returns a dictionary for libFuzzer: one frame for each packet.
std::string protocol_dictionary();

}  // namespace madang::wire
