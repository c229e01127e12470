// Protocol: all packets of a game as plain data, and the texts that are generated from them. `madang
// protocol` prints these texts. Pure functions; any thread.
//
// The packets are those of a session (wire/session_packets.h), of cells (wire/cell_packets.h), of the game
// and of its kinds of entities. world/game_info.h puts them together.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "madang/wire/schema.h"

namespace madang::wire {

/// A view of tables that live as long as the program.
struct Protocol {
  std::string_view game;               ///< its name
  std::span<const PacketInfo> client;  ///< what clients send, in the order of opcodes
  std::span<const PacketInfo> server;  ///< what the server sends, in the order of opcodes
  const RecordInfo& entry;             ///< the content of Login::entry
  std::uint64_t schema = 0;            ///< hash_schema() of these
};

/// Returns the records of lists, each one once, in the order in which packets use them.
std::vector<const RecordInfo*> list_items_of(const Protocol& protocol);
/// Returns the enumerations, each one once, in the order in which packets use them.
std::vector<const EnumInfo*> enumerations_of(const Protocol& protocol);

/// Returns the text behind the schema hash: one line for each packet.
std::string protocol_schema(const Protocol& protocol);

/// Returns docs/protocol.md: the format of frames and the meaning of the packets.
std::string protocol_markdown(const Protocol& protocol);

/// Returns a TypeScript module with types, encoders and decoders of all packets. It is strict and has no
/// dependencies.
std::string protocol_typescript(const Protocol& protocol);

/// Returns a dissector in Lua for Wireshark and tshark.
std::string protocol_wireshark(const Protocol& protocol);

/// Returns a dictionary for libFuzzer: one frame for each packet, with zeros in all fields.
std::string protocol_dictionary(const Protocol& protocol);

}  // namespace madang::wire
