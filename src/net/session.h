// Session: one client in the game's protocol, on one worker, over plain TCP or a WebSocket. It begins with
// its connection and ends when one of both sides says so; its connection is then the Drain's.
//
// Owned by Sessions, and touched only on its worker's thread: it needs no lock. Neither copyable nor movable.
// An idle session holds no buffer.
#pragma once

#include <cstdint>
#include <memory>

#include "base/buffer.h"
#include "base/byte_budget.h"
#include "base/ids.h"
#include "base/time.h"
#include "net/channel.h"
#include "net/place.h"
#include "net/websocket_transport.h"

namespace madang::net {

/// How a session lives. It goes through these in order, and may skip any but the last.
enum class SessionState : std::uint8_t {
  handshake,  ///< has until its login deadline to be established by its service
  active,     ///< established
  over,       ///< has ended; stays only until the end of the turn, for those who still hold it
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
  /// Where the client comes from, and how that is known.
  const ClientAddress& client() const { return place_.client(); }
  const io::Address& peer() const { return place_.client().address; }
  /// Still listened to, and may be sent to.
  bool open() const { return state_ != SessionState::over; }

 private:
  friend class Sessions;

  SessionId id_;
  Channel channel_;                                ///< the Drain's when it is over
  std::unique_ptr<WebSocketTransport> websocket_;  ///< null: it is over plain TCP
  Buffer in_;                                      ///< the beginning of a frame whose rest has not come yet
  Place place_;
  Time deadline_;  ///< of the state it is in
  ByteBudget budget_;
  SessionState state_ = SessionState::handshake;
  bool is_dirty_ = false;    ///< stands in the list of those with something to send
  bool is_stalled_ = false;  ///< a frame could not be taken yet; the receive is paused
  bool was_large_ = false;   ///< its last frame was a large one
};

}  // namespace madang::net
