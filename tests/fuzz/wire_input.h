// What the fuzzer does with its bytes, also run by the unit tests over bytes of their own making.
#pragma once

#include <array>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/check.h"
#include "wire/frame.h"
#include "wire/packets.h"

namespace madang::wire {

/// Every packet that is decoded can be read to its end, and encodes to the very bytes that it came from.
template <Packet P>
void check_decoded(const P& packet, Bytes body) {
  const P copy = packet;
  CHECK(copy == packet);  // walks through every list
  Buffer again;
  append(again, packet);
  CHECK(as_text(again.bytes().subspan(frame_header_bytes)) == as_text(body), "{}", P::table.name);
}

template <Packet... Packets>
void check_as_body(Types<Packets...>, Bytes body) {
  const auto check = [&]<Packet P>(const P*) {
    if (const auto packet = decode<P>(body)) check_decoded(*packet, body);
  };
  if (body.size() <= frame_size_max - frame_header_bytes) (check(static_cast<const Packets*>(nullptr)), ...);
}

/// Takes the bytes for a stream of frames from either side, and for the body of each packet.
inline void check_wire_input(Bytes input) {
  check_as_body(ClientPackets{}, input);
  check_as_body(ServerPackets{}, input);

  Bytes rest = input;
  FrameResult frame;
  while ((frame = next_frame(rest))) {
    const auto check = [&](const auto& packet) { check_decoded(packet, frame->body); };
    visit_client_packet(*frame, check);
    visit_server_packet(*frame, check);
  }
  CHECK(frame.error() == CloseReason::none || frame.error() == CloseReason::bad_frame_size);
}

}  // namespace madang::wire
