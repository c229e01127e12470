#include "madang/net/websocket_transport.h"

#include <utility>

namespace madang::net {

namespace {

/// RFC 6455, 7.4.1; 1013 is from IANA's registry.
wire::CloseCode close_code_of(CloseReason reason) {
  switch (reason) {
    case CloseReason::client_left: return wire::CloseCode::normal;
    case CloseReason::server_stopping: return wire::CloseCode::going_away;
    case CloseReason::server_full:
    case CloseReason::world_full:
    case CloseReason::too_many_from_address: return wire::CloseCode::try_again_later;
    default: return wire::CloseCode::policy_violation;
  }
}

}  // namespace

bool WebSocketTransport::receive(Bytes bytes, Buffer& frames, Time since, Time now,
                                 const Budget& idle_frames) {
  is_pinged_ = false;
  const std::uint32_t before = socket_.idle_frame_count();
  socket_.receive(bytes, frames, control_);
  for (std::uint32_t i = before; i != socket_.idle_frame_count(); ++i)
    if (!idle_frames_.take(since, now, idle_frames)) return false;
  return true;
}

CloseReason WebSocketTransport::ended() const {
  switch (socket_.state()) {
    case wire::WebSocketState::closed_by_peer: return CloseReason::client_left;
    case wire::WebSocketState::refused: return CloseReason::bad_websocket;
    default: return CloseReason::none;
  }
}

Buffer WebSocketTransport::seal(Buffer message) {
  if (message.size() <= wire::message_header_bytes) return std::move(control_);
  wire::seal_message(message);
  message.append(control_.bytes());
  control_.reset();
  return message;
}

bool WebSocketTransport::ping() {
  if (std::exchange(is_pinged_, true)) return false;
  wire::append_ping(control_);
  return true;
}

void WebSocketTransport::close(CloseReason reason) {
  socket_.close(close_code_of(reason), text_of(reason), control_);
}

}  // namespace madang::net
