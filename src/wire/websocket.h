// WebSocket: the server's side of RFC 6455, after the handshake: between the bytes that a connection receives
// and the one stream of bytes that its binary messages carry.
//
// A browser sends our frames (wire/frame.h) inside binary messages. Where one message ends and the next
// begins means nothing to us: what they carry is one continuous stream, the same as over TCP. Text is
// refused.
//
// Pure: no socket, no clock, no thread. A WebSocket allocates nothing and keeps no payload but that of an
// unfinished control frame, so its own size is all that a connection costs, whatever its peer announces. What
// it has to say is appended to the caller's buffer, in the order in which it must be sent.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/buffer.h"
#include "base/bytes.h"

namespace madang::wire {

/// Why a WebSocket was closed, as a close frame says it (RFC 6455, 7.4.1): those that we send. A peer may
/// send others.
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported_data = 1003,
  no_code = 1005,  ///< never sent: the peer's close frame said none
  bad_text = 1007,
  policy_violation = 1008,
  message_too_big = 1009,
  internal_error = 1011,
  try_again_later = 1013,
};

enum class WebSocketState : std::uint8_t {
  open,
  closed_by_peer,  ///< it said goodbye, and has been answered
  refused,         ///< it broke the protocol, and has been told how
  closed_by_us,    ///< through close()
};

enum class WebSocketOpcode : std::uint8_t;

class WebSocket {
 public:
  /// A message of more bytes is refused as soon as the header that makes it so has come, with 1009.
  explicit WebSocket(std::uint32_t message_bytes_max) : message_bytes_max_(message_bytes_max) {}
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  /// Takes what has come. Appends to `data` what binary messages carried, without waiting for the end of any,
  /// and to `reply` what has to be sent back: pongs, the answer to a close frame, the close frame of a
  /// refusal. `reply` grows by less than `bytes` holds, but for that last close frame.
  ///
  /// While the state that it returns is `open`, it goes on. Else the connection is over once `reply` has been
  /// sent: what came before that in `data` is good, and what comes after it is ignored.
  WebSocketState receive(Bytes bytes, Buffer& data, Buffer& reply);

  /// Says goodbye, unless that has been said already. `reason` is UTF-8 of at most close_reason_bytes_max.
  void close(CloseCode code, std::string_view reason, Buffer& reply);

  WebSocketState state() const { return state_; }
  /// With which code it was closed, from whichever side: a CloseCode, or another that a peer may send. Only
  /// once it is no longer open.
  std::uint16_t close_code() const { return close_code_; }
  /// Returns how many frames have come that carried nothing: control frames and empty ones. A caller bounds
  /// them, because they cost work and no packet of theirs is ever counted.
  std::uint32_t idle_frame_count() const { return idle_frame_count_; }
  /// How many pongs have come. One more than before append_ping() says that the peer lives.
  std::uint32_t pong_count() const { return pong_count_; }

 private:
  enum class Reading : std::uint8_t { header, data_payload, control_payload };

  static constexpr std::size_t control_payload_bytes_max = 125;

  void read_header(Bytes& bytes, Buffer& reply);
  void read_data(Bytes& bytes, Buffer& data);
  void read_control(Bytes& bytes, Buffer& reply);
  bool gather(Bytes& bytes, std::size_t size);
  std::size_t header_size() const;
  void check_start(Buffer& reply);
  void begin_frame(Buffer& reply);
  void end_control(Buffer& reply);
  void answer_close(Bytes payload, Buffer& reply);
  void refuse(CloseCode code, std::string_view why, Buffer& reply);
  void become(WebSocketState state, std::uint16_t code);

  std::uint32_t message_bytes_max_;
  std::uint32_t message_bytes_ = 0;  // announced by the frames of the message so far
  std::uint32_t payload_left_ = 0;   // of the frame that is being read
  std::uint32_t mask_ = 0;           // its lowest byte is for the next byte of the payload
  std::uint32_t pong_count_ = 0;
  std::uint32_t idle_frame_count_ = 0;
  std::uint16_t close_code_ = static_cast<std::uint16_t>(CloseCode::no_code);
  WebSocketState state_ = WebSocketState::open;
  Reading reading_ = Reading::header;
  WebSocketOpcode opcode_{};  // of the frame that is being read
  bool in_message_ = false;   // a continuation must follow
  std::uint8_t gathered_size_ = 0;
  std::array<std::byte, control_payload_bytes_max> gathered_;  // a header, and then a control frame's payload
};

inline constexpr std::size_t close_reason_bytes_max = 123;

/// Asks whether the peer is still there; a browser answers by itself.
void append_ping(Buffer& out);

/// The room that a message to be sent needs before its payload, whatever it will hold.
inline constexpr std::size_t message_header_room = 4;

/// Makes one binary message of what stands in `message` behind message_header_room bytes: writes its header
/// into them. The payload moves by 2 bytes when it is shorter than 126 bytes, by 6 when it is longer than
/// 65535, and else not at all. What a server sends is not masked: the payload is the same bytes as over TCP.
void seal_message(Buffer& message);

}  // namespace madang::wire
