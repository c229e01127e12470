#include "madang/wire/protocol.h"

#include <fmt/format.h>

#include <iterator>

#include "madang/base/buffer.h"
#include "madang/wire/packets.h"

namespace madang::wire {

namespace {

template <Packet... Packets>
void add_entries(std::string& text, Types<Packets...>) {
  const auto add_entry = [&]<Packet P>(const P& packet) {
    Buffer frame;
    append(frame, packet);
    fmt::format_to(std::back_inserter(text), "{}=\"", P::table.name);
    for (const std::byte byte : frame.bytes())
      fmt::format_to(std::back_inserter(text), "\\x{:02x}", std::to_integer<unsigned>(byte));
    text += "\"\n";
  };
  (add_entry(Packets{}), ...);
}

}  // namespace

std::string protocol_schema() {
  std::string text;
  write_schema(client_packet_infos, server_packet_infos, [&](std::string_view piece) { text += piece; });
  return text;
}

std::string protocol_dictionary() {
  std::string text = "# One frame for each packet, generated from the packet tables.\n";
  add_entries(text, ClientPackets{});
  add_entries(text, ServerPackets{});
  return text;
}

}  // namespace madang::wire
