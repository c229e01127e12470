// check_wire_input(): the check of the packet fuzzer. The unit tests use it, too.
#pragma once

#include <array>

#include "fuzz/all_packets.h"
#include "fuzz/kinds_protocol.h"
#include "madang/base/buffer.h"
#include "madang/base/bytes.h"
#include "madang/base/check.h"
#include "madang/wire/frame.h"

namespace madang::wire {

/// Checks that a decoded packet can be read to its end, and that it encodes to the same bytes.
template <Packet P>
void check_decoded(const P& packet, Bytes body) {
  const P copy = packet;
  MADANG_CHECK(copy == packet);  // reads every list
  Buffer again;
  append(again, packet);
  MADANG_CHECK(as_text(again.bytes().subspan(frame_header_bytes)) == as_text(body), "{}", P::table.name);
}

template <Packet... Packets>
void check_as_body(Types<Packets...>, Bytes body) {
  const auto check = [&]<Packet P>(const P*) {
    if (const auto packet = decode<P>(body)) check_decoded(*packet, body);
  };
  if (body.size() <= frame_size_max - frame_header_bytes) (check(static_cast<const Packets*>(nullptr)), ...);
}

/// Reads the bytes as a stream of frames of either side, and as the body of each packet.
inline void check_wire_input(Bytes input) {
  check_as_body(ClientPackets{}, input);
  check_as_body(ServerPackets{}, input);
  check_as_body(kinds::ClientPackets{}, input);

  Bytes rest = input;
  FrameResult frame = next_frame(rest);
  for (; frame; frame = next_frame(rest)) {
    const auto check = [&](const auto& packet) { check_decoded(packet, frame->body); };
    visit_packet(ClientPackets{}, *frame, check);
    visit_packet(ServerPackets{}, *frame, check);
  }
  MADANG_CHECK(frame.error() == CloseReason::none || frame.error() == CloseReason::bad_frame_size);
}

}  // namespace madang::wire
