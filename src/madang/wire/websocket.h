// WebSocket: the server's side of RFC 6455 after the handshake.
//
// A browser sends our frames (madang/wire/frame.h) inside binary messages. The payloads of all messages are
// one stream of bytes, the same as over TCP: the end of a message has no meaning. Text messages are refused.
//
// A WebSocket has no socket and no clock. It allocates no memory, and keeps the payload of an unfinished
// control frame only. So a connection costs no more than its size, whatever length the peer announces. It
// appends its replies to the caller's buffer, in the order in which they must be sent. One thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "madang/base/buffer.h"
#include "madang/base/bytes.h"

namespace madang::wire {

/// The code in a close frame (RFC 6455, 7.4.1). These are the codes that we send; a peer may send others.
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported_data = 1003,
  no_code = 1005,  ///< never sent: the peer's close frame had no code
  bad_text = 1007,
  policy_violation = 1008,
  message_too_big = 1009,
  internal_error = 1011,
  try_again_later = 1013,
};

enum class WebSocketState : std::uint8_t {
  open,
  closed_by_peer,  ///< the peer has sent a close frame, and the reply has one too
  refused,         ///< the peer has broken the protocol, and the reply says how
  closed_by_us,    ///< close() was called
};

enum class WebSocketOpcode : std::uint8_t;

class WebSocket {
 public:
  /// Refuses a longer message with code 1009, as soon as its header has come.
  explicit WebSocket(std::uint32_t message_bytes_max) : message_bytes_max_(message_bytes_max) {}
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  /// Parses received bytes. Appends the payload of binary messages to `data`, also of unfinished messages.
  /// Appends to `reply` what the caller has to send: pongs, the reply to a close frame, or the close frame of
  /// a refusal. `reply` grows by less than the size of `bytes`, except for that last close frame.
  ///
  /// Returns the state. When it is not `open`, the connection is over after `reply` was sent. The bytes in
  /// `data` are good. Later bytes are ignored.
  WebSocketState receive(Bytes bytes, Buffer& data, Buffer& reply);

  /// Appends a close frame, unless the state is no longer `open`. Precondition: `reason` is UTF-8 and has at
  /// most close_reason_bytes_max bytes (CHECK).
  void close(CloseCode code, std::string_view reason, Buffer& reply);

  WebSocketState state() const { return state_; }
  /// Returns the code of the close frame, from either side. It may be a code that only a peer sends.
  /// Precondition: the state is not `open`.
  std::uint16_t close_code() const { return close_code_; }
  /// Returns the number of received frames without packets: control frames and empty frames. The caller
  /// bounds them, because they cost work and count for no other budget.
  std::uint32_t idle_frame_count() const { return idle_frame_count_; }
  /// Returns the number of received pongs. When it grows after append_ping(), the peer is alive.
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
  std::uint32_t message_bytes_ = 0;  // bytes that the frames of this message have announced
  std::uint32_t payload_left_ = 0;   // bytes of this frame that have not come
  std::uint32_t mask_ = 0;           // its lowest byte is for the next byte of the payload
  std::uint32_t pong_count_ = 0;
  std::uint32_t idle_frame_count_ = 0;
  std::uint16_t close_code_ = static_cast<std::uint16_t>(CloseCode::no_code);
  WebSocketState state_ = WebSocketState::open;
  Reading reading_ = Reading::header;
  WebSocketOpcode opcode_{};    // of this frame
  bool is_in_message_ = false;  // a continuation must come
  std::uint8_t gathered_size_ = 0;
  std::array<std::byte, control_payload_bytes_max> gathered_;  // a header, or the payload of a control frame
};

inline constexpr std::size_t close_reason_bytes_max = 123;

/// Appends a ping. The peer must answer it with a pong; a browser does so by itself.
void append_ping(Buffer& out);

/// Bytes before the payload of a message that is not sealed yet. seal_message() writes the header there.
inline constexpr std::size_t message_header_bytes = 4;

/// Makes one binary message: writes the header into the first message_header_bytes bytes of `message`, before
/// the payload. A payload below 126 bytes moves by 2 bytes, and one above 65535 bytes moves by 6 bytes. A
/// server does not mask messages, so the payload is the same bytes as over TCP. Precondition: `message` has
/// these bytes (CHECK).
void seal_message(Buffer& message);

}  // namespace madang::wire
