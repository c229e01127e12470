// CloseReason: why a session ended. Every end has one; each is counted, and told to the client where it still
// can be.
//
// A peer's misbehaviour is one of these, never an error of the server.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace madang {

enum class CloseReason : std::uint8_t {
  none,
  // The ordinary ends.
  client_left,
  connection_lost,
  server_stopping,
  kicked,
  // The client broke the protocol.
  bad_frame_size,
  unknown_opcode,
  bad_packet,
  wrong_state,
  stale_client,
  bad_name,
  bad_text,
  bad_websocket,
  // The client asked for too much, or gave too little.
  flooding,
  login_timeout,
  idle_timeout,
  slow_reader,
  // The server is full.
  server_full,
  too_many_from_address,
  world_full,
  // The operator decided so.
  banned,
  count_,
};

struct CloseReasonText {
  std::string_view name;  ///< for counters and logs
  std::string_view text;  ///< for the person at the other end
};

inline constexpr std::array<CloseReasonText, static_cast<std::size_t>(CloseReason::count_)>
    close_reason_texts = {{
        {"none", "still open"},
        {"client_left", "you left"},
        {"connection_lost", "the connection was lost"},
        {"server_stopping", "the server is stopping; come back soon"},
        {"kicked", "you were asked to leave"},
        {"bad_frame_size", "a frame's size is outside of what is allowed"},
        {"unknown_opcode", "a packet with an opcode that this server does not know"},
        {"bad_packet", "a packet that does not hold what its opcode promises"},
        {"wrong_state", "a packet that is not allowed now (log in first, and once)"},
        {"stale_client", "this client speaks another version of the protocol; update it"},
        {"bad_name", "this name is empty, too long, not UTF-8, or has signs in it that cannot be shown"},
        {"bad_text", "this message is empty, too long, or not UTF-8"},
        {"bad_websocket", "bytes that no WebSocket may send (RFC 6455)"},
        {"flooding", "too many packets in too short a time"},
        {"login_timeout", "no complete login within the time allowed"},
        {"idle_timeout", "nothing was heard for too long"},
        {"slow_reader", "what was sent to you was not read fast enough"},
        {"server_full", "the server is full; try again later"},
        {"too_many_from_address", "too many connections from your address"},
        {"world_full", "the world has no free place; try again later"},
        {"banned", "you are banned from this server"},
    }};

constexpr std::string_view name_of(CloseReason reason) {
  return close_reason_texts[static_cast<std::size_t>(reason)].name;
}
constexpr std::string_view text_of(CloseReason reason) {
  return close_reason_texts[static_cast<std::size_t>(reason)].text;
}

}  // namespace madang
