// Protocol: all packets between clients and a server as plain data, and the texts that are generated from
// them. Pure functions; any thread.
//
//   inline constexpr wire::Protocol chat =
//       wire::make_protocol<wire::Types<Say, Join>, wire::Types<Said, Joined>>("chat", 7000);
//
// Enumerations and records are found in the fields of the packets. A game with worlds has more packets than
// its own: those of sessions (wire/session_packets.h), of cells (wire/cell_packets.h) and of its kinds of
// entities (world/kind_packets.h). So world::game_info<Game> makes its protocol.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "madang/wire/protocol_checks.h"
#include "madang/wire/schema.h"

namespace madang::wire {

/// A view of tables that live as long as the program.
struct Protocol {
  std::string_view name;
  std::uint16_t default_port = 0;
  std::span<const PacketInfo> client;  ///< what clients send, in the order of opcodes
  std::span<const PacketInfo> server;  ///< what the server sends, in the order of opcodes
  const RecordInfo* entry = nullptr;   ///< the content of Login::entry; nullptr: there are no logins
  std::uint64_t schema = 0;            ///< hash_schema() of these
};

/// Makes the protocol of a service without worlds. Its opcodes are 1 to 65535. They rise from packet to
/// packet; clients and the server may have the same ones. What is wrong with it does not compile.
template <class Client, class Server>
consteval Protocol make_protocol(std::string_view name, std::uint16_t default_port) {
  static_assert(check_packets<1, 65535>(Client{}) && check_packets<1, 65535>(Server{}));
  const auto& client = packet_infos_of<Client>;
  const auto& server = packet_infos_of<Server>;
  check_names(name, client, server, nullptr);
  return {name, default_port, client, server, nullptr, hash_schema(client, server, nullptr)};
}

/// Returns the records that are no packets, each one once. A record follows those that it holds.
std::vector<const RecordInfo*> records_of(const Protocol& protocol);
/// Returns the enumerations, each one once, in the order in which packets use them.
std::vector<const EnumInfo*> enumerations_of(const Protocol& protocol);
/// Returns all packets, each one once: clients and the server may send the same packet.
std::vector<const PacketInfo*> packets_of(const Protocol& protocol);

/// Returns the text behind the schema hash: one line for each packet.
std::string protocol_schema(const Protocol& protocol);

/// Returns a page for authors of clients: the format of frames and the meaning of the packets.
std::string protocol_markdown(const Protocol& protocol);

/// Returns a TypeScript module with types, encoders and decoders of all packets. It is strict and has no
/// dependencies.
std::string protocol_typescript(const Protocol& protocol);

/// Returns a C# file with types, encoders and decoders of all packets, for C# 7 and .NET Standard 2.0: Unity,
/// Godot, .NET and Mono. It has no dependencies.
std::string protocol_csharp(const Protocol& protocol);

/// Returns a dissector in Lua for Wireshark and tshark.
std::string protocol_wireshark(const Protocol& protocol);

/// Returns a dictionary for libFuzzer: one frame for each packet, with zeros in all fields.
std::string protocol_dictionary(const Protocol& protocol);

/// One of the texts above.
struct Format {
  std::string_view name;  ///< of its option: "typescript" for --typescript
  std::string_view doc;
  std::string (*generate)(const Protocol& protocol);
};
std::span<const Format> formats();

/// The main function of a program that prints a protocol. Its first argument is a format: "--typescript". The
/// text goes to the file that the second argument names, or to the standard output. Returns the exit code.
int protocol_main(const Protocol& protocol, int argc, const char* const* argv);

}  // namespace madang::wire
