// Session: one client that speaks the game's protocol, over plain TCP or a WebSocket. When the session ends,
// its connection moves to the Drain.
//
// Owned by Sessions. Worker thread only, so a session needs no lock. Neither copyable nor movable. An idle
// session holds no buffer.
#pragma once

#include <cstdint>
#include <memory>

#include "madang/base/buffer.h"
#include "madang/base/byte_budget.h"
#include "madang/base/ids.h"
#include "madang/base/time.h"
#include "madang/net/channel.h"
#include "madang/net/place.h"
#include "madang/net/websocket_transport.h"

namespace madang::net {

/// The states of a session, in their order. Only the last one is never skipped.
enum class SessionState : std::uint8_t {
  handshake,  ///< not yet established by the service; the login deadline runs
  active,     ///< established
  over,       ///< ended; the object stays until the end of the turn, because callers may still hold it
};

class Session {
 public:
  Session(Channel channel, Place place, std::unique_ptr<WebSocketTransport> websocket, Time deadline)
      : channel_(std::move(channel)),
        websocket_(std::move(websocket)),
        place_(std::move(place)),
        deadline_(deadline) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  SessionId id() const { return id_; }
  SessionState state() const { return state_; }
  /// Returns the address of the client, and how that address is known.
  const ClientAddress& client() const { return place_.client(); }
  const io::Address& peer() const { return place_.client().address; }
  /// Returns whether packets can still come from this session and be sent to it.
  bool is_open() const { return state_ != SessionState::over; }

 private:
  friend class Sessions;

  SessionId id_;
  // With no_unique_address, the flags after an object lie in the bytes at its end that it does not use.
  [[no_unique_address]] Channel channel_;  ///< moved from when the state is `over`
  SessionState state_ = SessionState::handshake;
  bool is_dirty_ = false;                          ///< is in the list of sessions that have bytes to send
  bool is_stalled_ = false;                        ///< a frame waits to be retried; the receive is paused
  std::unique_ptr<WebSocketTransport> websocket_;  ///< null: plain TCP
  Buffer in_;                                      ///< the beginning of a frame that is not whole yet
  [[no_unique_address]] Place place_;
  bool was_large_ = false;  ///< the last frame was large
  Time deadline_;           ///< of the state
  ByteBudget budget_;
};
static_assert(sizeof(Session) <= 104, "each idle client keeps one");

}  // namespace madang::net
