// visit_packet(): calls the function that handles the packet of a frame. The server uses it for packets of
// clients; clients use it for packets of the server. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <type_traits>

#include "madang/base/bytes.h"
#include "madang/base/close_reason.h"
#include "madang/wire/codec.h"
#include "madang/wire/frame.h"
#include "madang/wire/table.h"

namespace madang::wire {

/// Makes one visitor of several functions: Overloaded{[](const Move&) {...}, [](const Say&) {...}}.
template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};

/// Decodes the body as a P and calls the visitor. Returns the result of the visitor, or bad_packet.
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

/// Decodes the frame as the packet with its opcode, and calls the visitor with the packet. Returns the result
/// of the visitor, which is a CloseReason or nothing. Returns unknown_opcode or bad_packet without a call.
template <Packet... Packets, class Visitor>
CloseReason visit_packet(Types<Packets...>, const Frame& frame, Visitor&& visitor) {
  CloseReason reason = CloseReason::unknown_opcode;
  [[maybe_unused]] const auto visit_if_it_is = [&]<Packet P>(Types<P>) {
    if (frame.opcode != opcode_of<P>) return false;
    reason = visit_as<P>(frame.body, visitor);
    return true;
  };
  // The fold ends at the first packet that matches.
  static_cast<void>((visit_if_it_is(Types<Packets>{}) || ...));
  return reason;
}

}  // namespace madang::wire
