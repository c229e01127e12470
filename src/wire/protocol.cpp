#include "wire/protocol.h"

#include "wire/packets.h"

namespace madang::wire {

std::string protocol_schema() {
  std::string text;
  write_schema(client_packet_infos, server_packet_infos, [&](std::string_view piece) { text += piece; });
  return text;
}

}  // namespace madang::wire
