// WebSocketTransport: what a session over a WebSocket has besides one over plain TCP. It makes the stream of
// frames out of messages, and a message out of what is sent. Owned by its session; one thread.
#pragma once

#include <cstdint>

#include "base/buffer.h"
#include "base/close_reason.h"
#include "base/limits.h"
#include "base/time.h"
#include "base/token_bucket.h"
#include "wire/websocket.h"

namespace madang::net {

class WebSocketTransport {
 public:
  explicit WebSocketTransport(std::uint32_t message_bytes_max) : socket_(message_bytes_max) {}

  /// Takes what has come, which the client may have sent at any time since `since`, and appends to `frames`
  /// what its messages carried. False: it floods us with frames that carry nothing, which no packet pays for.
  [[nodiscard]] bool receive(Bytes bytes, Buffer& frames, Time since, Time now, const Budget& idle_frames);
  /// Once all that was received is taken: why the session must end; none when the WebSocket is open.
  CloseReason ended() const;

  /// Makes room in an empty buffer for the header of a message.
  static void begin_message(Buffer& message) { message.extend(wire::message_header_room); }
  /// Returns what is to be sent: `message`, and control frames behind it. Empty when there is nothing.
  Buffer seal(Buffer message);
  /// Of control frames that wait to be sent.
  std::size_t control_bytes() const { return control_.size(); }

  /// Asks whether the client lives: once, until it is heard again. A browser answers by itself, also for a
  /// page in the background that has nothing to say. False: it has been asked.
  bool ping();
  /// Says goodbye, unless that has been said.
  void close(CloseReason reason);

 private:
  wire::WebSocket socket_;
  Buffer control_;           // pongs and such
  TokenBucket idle_frames_;  // control frames and empty ones
  bool is_pinged_ = false;   // since it was heard last
};

}  // namespace madang::net
