// Frame: one packet in a stream of bytes.
//
//   u16 size     bytes of the whole frame, header included
//   u16 opcode   kind of the packet
//   body         size - 4 bytes
//
// Numbers are little-endian, and there is no padding. Frames are the same over TCP and inside WebSocket
// messages. One read may bring several frames, and one frame may need many reads. A Frame is a view of the
// stream's bytes, without a copy. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>

#include "madang/base/bytes.h"
#include "madang/base/close_reason.h"

namespace madang::wire {

inline constexpr std::size_t frame_header_bytes = 4;
/// The largest size that the header can express. The server accepts smaller frames only: see frame_bytes_max.
inline constexpr std::size_t frame_size_max = 65535;

struct Frame {
  std::uint16_t opcode = 0;
  Bytes body;
  Bytes whole;  ///< header and body
};

/// A frame, or a CloseReason: `none` means that the frame is not complete yet; else it is bad_frame_size.
using FrameResult = std::expected<Frame, CloseReason>;

/// Returns the size in the header of the frame that begins here. Returns 0 when the size is not complete yet.
inline std::size_t announced_size(Bytes bytes) {
  return bytes.size() < sizeof(std::uint16_t) ? 0 : load<std::uint16_t>(bytes.data());
}

/// Removes the first frame from `rest` and returns it. The caller keeps the rest until more bytes have come:
///
///   FrameResult frame = next_frame(rest, size_max);
///   for (; frame; frame = next_frame(rest, size_max)) handle(*frame);
///   if (frame.error() != CloseReason::none) close(frame.error());
///
/// A size below 4 or above `size_max` is refused as soon as the size is complete.
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
