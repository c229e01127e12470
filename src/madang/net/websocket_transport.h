// WebSocketTransport: the part of a session that only a WebSocket needs. It turns messages into the stream of
// frames, and a send into a message. Owned by its session. Worker thread only.
#pragma once

#include <cstdint>

#include "madang/base/buffer.h"
#include "madang/base/close_reason.h"
#include "madang/base/limits.h"
#include "madang/base/time.h"
#include "madang/base/token_bucket.h"
#include "madang/wire/websocket.h"

namespace madang::net {

class WebSocketTransport {
 public:
  explicit WebSocketTransport(std::uint32_t message_bytes_max) : socket_(message_bytes_max) {}

  /// Parses received bytes, and appends to `frames` what the messages carried. The client may have sent the
  /// bytes at any time since `since`. Returns false if the client has sent more frames without data than its
  /// budget allows.
  [[nodiscard]] bool receive(Bytes bytes, Buffer& frames, Time since, Time now, const Budget& idle_frames);
  /// Returns the reason why the session must end; none while the WebSocket is open. Ask after all received
  /// frames are handled.
  CloseReason ended() const;

  /// Reserves the header of a message in an empty buffer.
  static void begin_message(Buffer& message) { message.extend(wire::message_header_bytes); }
  /// Returns the bytes to send: `message`, then the waiting control frames. Empty if there is nothing to
  /// send.
  Buffer seal(Buffer message);
  /// Returns the size of the control frames that wait to be sent.
  std::size_t control_bytes() const { return control_.size(); }

  /// Appends a ping, unless a ping is already unanswered. Returns whether one was appended. A browser answers
  /// pings by itself, also for a page in the background.
  bool ping();
  /// Appends a close frame, unless there was one already.
  void close(CloseReason reason);

 private:
  wire::WebSocket socket_;
  Buffer control_;           // control frames that wait to be sent
  TokenBucket idle_frames_;  // control frames and empty ones
  bool is_pinged_ = false;   // since bytes came last
};

}  // namespace madang::net
