// From a frame to the function that handles its packet. Both sides use it: the server for what clients send,
// a client for what the server sends. Pure; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <type_traits>

#include "base/bytes.h"
#include "base/close_reason.h"
#include "wire/codec.h"
#include "wire/frame.h"
#include "wire/table.h"

namespace madang::wire {

/// Several functions as one visitor: Overloaded{[](const Move&) {...}, [](const Say&) {...}}.
template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};

template <Packet P, class Visitor>
CloseReason visit_as(Bytes body, Visitor& visitor) {
  const std::expected<P, CloseReason> packet = decode<P>(body);
  if (!packet) return packet.error();
  if constexpr (std::is_void_v<std::invoke_result_t<Visitor&, const P&>>) {
    visitor(*packet);
    return CloseReason::none;
  } else {
    return visitor(*packet);
  }
}

/// Decodes the frame as the one of `Packets` that has its opcode and calls the visitor with it. What a
/// visitor returns (nothing, or a CloseReason) is returned; so are unknown_opcode and bad_packet.
template <Packet... Packets, class Visitor>
CloseReason visit_packet(Types<Packets...>, const Frame& frame, Visitor&& visitor) {
  CloseReason reason = CloseReason::unknown_opcode;
  // Stops at the first that matches.
  (void)((frame.opcode == opcode_of<Packets> && (reason = visit_as<Packets>(frame.body, visitor), true)) ||
         ...);
  return reason;
}

}  // namespace madang::wire
