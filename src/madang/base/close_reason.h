// CloseReason: the reason for the end of a session. Each session ends for exactly one reason. The server
// counts the ends by reason. It sends the reason to the client while the connection still works.
//
// The named reasons are the engine's. A game may have reasons of its own (CloseReasons): their numbers come
// after the engine's.
//
// A fault of a peer is a CloseReason, never an Error. Any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
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
  // The client sent too much, or it sent or read too slowly.
  flooding,
  login_timeout,
  idle_timeout,
  slow_reader,
  // The server is full.
  server_full,
  too_many_from_address,
  world_full,
  too_many_worlds,
  // The operator decided so.
  banned,
  // The world decided so.
  replaced,
  left_world,
  world_closed,
  world_ended,
  no_such_world,
  character_unreadable,
  count_,
};

struct CloseReasonText {
  std::string_view name;  ///< for metrics and logs
  std::string_view text;  ///< for the player
};

inline constexpr std::array<CloseReasonText, static_cast<std::size_t>(CloseReason::count_)>
    close_reason_texts = {{
        {"none", "still open"},
        {"client_left", "you left"},
        {"connection_lost", "the connection was lost"},
        {"server_stopping", "the server is stopping; come back soon"},
        {"kicked", "the operator disconnected you"},
        {"bad_frame_size", "the size of a frame is not allowed"},
        {"unknown_opcode", "a packet has an unknown opcode"},
        {"bad_packet", "the body of a packet does not match its opcode"},
        {"wrong_state", "a packet is not allowed now (log in first, and only once)"},
        {"stale_client", "this client has another version of the protocol; update the client"},
        {"bad_name", "the name is empty, too long, not UTF-8, or has characters that are not allowed"},
        {"bad_text", "the message is empty, too long, or not UTF-8"},
        {"bad_websocket", "the WebSocket has sent bytes that RFC 6455 does not allow"},
        {"flooding", "too many packets in a short time"},
        {"login_timeout", "no complete login within the allowed time"},
        {"idle_timeout", "the client has sent nothing for too long"},
        {"slow_reader", "the client has not read fast enough"},
        {"server_full", "the server is full; try again later"},
        {"too_many_from_address", "too many connections from your address"},
        {"world_full", "the world has no free place; try again later"},
        {"too_many_worlds", "the server cannot make another world now; try again later"},
        {"banned", "you are banned from this server"},
        {"replaced", "you have logged in on another connection"},
        {"left_world", "you have left the world"},
        {"world_closed", "the world was closed because of a fault in it; tell the operator"},
        {"world_ended", "the world has ended"},
        {"no_such_world", "there is no world of this name"},
        {"character_unreadable",
         "your character cannot be read by this version of the game; tell the operator"},
    }};

/// Returns whether the client has broken the protocol, its limits or its deadlines. The server logs such
/// ends. A new reason does not compile before it stands here.
constexpr bool is_misbehaviour(CloseReason reason) {
  switch (reason) {
    case CloseReason::bad_frame_size:
    case CloseReason::unknown_opcode:
    case CloseReason::bad_packet:
    case CloseReason::wrong_state:
    case CloseReason::stale_client:
    case CloseReason::bad_name:
    case CloseReason::bad_text:
    case CloseReason::bad_websocket:
    case CloseReason::flooding:
    case CloseReason::login_timeout:
    case CloseReason::idle_timeout:
    case CloseReason::slow_reader: return true;
    case CloseReason::none:
    case CloseReason::client_left:
    case CloseReason::connection_lost:
    case CloseReason::server_stopping:
    case CloseReason::kicked:
    case CloseReason::server_full:
    case CloseReason::too_many_from_address:
    case CloseReason::world_full:
    case CloseReason::too_many_worlds:
    case CloseReason::banned:
    case CloseReason::replaced:
    case CloseReason::left_world:
    case CloseReason::world_closed:
    case CloseReason::world_ended:
    case CloseReason::no_such_world:
    case CloseReason::character_unreadable:
    case CloseReason::count_: return false;
  }
  return false;
}

/// Limit of the reasons of a game.
inline constexpr std::size_t game_close_reasons_max = 32;
/// The numbers of all reasons are below this one.
inline constexpr std::size_t close_reasons_max = close_reason_texts.size() + game_close_reasons_max;

/// Returns reason number `index` of a game.
constexpr CloseReason game_close_reason(std::size_t index) {
  return static_cast<CloseReason>(close_reason_texts.size() + index);
}

/// All reasons of a server: the engine's, and then those of its game. A view of a table that lives as long as
/// the program.
class CloseReasons {
 public:
  /// The engine's reasons alone.
  constexpr CloseReasons() = default;
  /// Precondition: `own` has at most game_close_reasons_max reasons.
  constexpr explicit CloseReasons(std::span<const CloseReasonText> own) : own_(own) {}

  constexpr std::size_t count() const { return close_reason_texts.size() + own_.size(); }
  /// Returns the name and the text of a reason. A number without a reason is a reason of another game.
  constexpr CloseReasonText operator[](CloseReason reason) const {
    const auto number = static_cast<std::size_t>(reason);
    if (number < close_reason_texts.size()) return close_reason_texts[number];
    if (number < count()) return own_[number - close_reason_texts.size()];
    return {"of_another_game", "the game has ended your session"};
  }

 private:
  std::span<const CloseReasonText> own_;
};

/// For code that does not know the game.
constexpr std::string_view name_of(CloseReason reason) { return CloseReasons()[reason].name; }
constexpr std::string_view text_of(CloseReason reason) { return CloseReasons()[reason].text; }

}  // namespace madang
