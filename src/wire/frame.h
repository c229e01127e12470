// Frames: how a stream of bytes falls into packets.
//
//   u16 size     of the whole frame, these four bytes included
//   u16 opcode   which packet the body is
//   body         size - 4 bytes
//
// Little-endian, no padding, the same over TCP and inside WebSocket messages. Several frames in one read and
// one frame over many reads are both normal. Pure: nothing is copied, a Frame is a view of the bytes it was
// cut from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>

#include "base/bytes.h"
#include "base/close_reason.h"

namespace madang::wire {

inline constexpr std::size_t frame_header_bytes = 4;
/// The largest size that the header can say. Sessions allow less to those whom they do not know yet.
inline constexpr std::size_t frame_size_max = 65535;

struct Frame {
  std::uint16_t opcode = 0;
  Bytes body;
  Bytes whole;  ///< header and body
};

/// A frame; or none: the bytes at hand are less than a whole one, wait for more; or bad_frame_size.
using FrameResult = std::expected<Frame, CloseReason>;

/// The size of the frame that begins here, as its header says; 0 when that much of it has not come yet.
inline std::size_t announced_size(Bytes bytes) {
  return bytes.size() < sizeof(std::uint16_t) ? 0 : load<std::uint16_t>(bytes.data());
}

/// Cuts one frame off the front of `rest`. The caller keeps what remains until more bytes have come:
///
///   FrameResult frame;
///   while ((frame = next_frame(rest, size_max))) handle(*frame);
///   if (frame.error() != CloseReason::none) close(frame.error());
///
/// A size below the header's own or above `size_max` is refused as soon as it can be read.
inline FrameResult next_frame(Bytes& rest, std::uint32_t size_max = frame_size_max) {
  if (rest.size() < sizeof(std::uint16_t)) return std::unexpected(CloseReason::none);
  const std::size_t size = load<std::uint16_t>(rest.data());
  if (size < frame_header_bytes || size > size_max) return std::unexpected(CloseReason::bad_frame_size);
  if (rest.size() < size) return std::unexpected(CloseReason::none);
  const Bytes whole = rest.first(size);
  rest = rest.subspan(size);
  return Frame{load<std::uint16_t>(whole.data() + sizeof(std::uint16_t)), whole.subspan(frame_header_bytes),
               whole};
}

}  // namespace madang::wire
