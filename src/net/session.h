// Session: one client's connection, on one worker, from its accept to its last completion.
//
// Owned by its Worker, and touched only on that worker's thread: it needs no lock. Neither copyable nor
// movable, for operations that are out are about it. An idle session holds no buffer.
#pragma once

#include <cstdint>
#include <memory>

#include "base/buffer.h"
#include "base/byte_budget.h"
#include "base/close_reason.h"
#include "base/ids.h"
#include "base/time.h"
#include "io/port.h"
#include "net/client_address.h"
#include "net/web_connection.h"

namespace madang::net {

/// How a session lives. It goes through these in order, and may skip any but the last.
enum class SessionState : std::uint8_t {
  announced,  ///< from a trusted proxy, whose PROXY header is not whole yet: nobody knows of it
  asking,     ///< on the HTTP port, and no WebSocket yet: its service does not know of it
  greeting,   ///< connected; has until its login deadline to be established by its service
  active,     ///< established
  parting,  ///< its goodbye, or the response to its request, is on the way; what it still says is thrown away
  closing,  ///< the socket's close operation is out; its completion frees the session
};

class Session {
 public:
  Session(const ClientAddress& peer, Time deadline) : deadline_(deadline), peer_(peer) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  SessionId id() const { return id_; }
  SessionState state() const { return state_; }
  /// The client, as far as it is known.
  const io::Address& peer() const { return peer_.address; }
  const ClientAddress& client() const { return peer_; }
  /// Still listened to, and may be sent to.
  bool open() const { return state_ <= SessionState::active; }

 private:
  friend class Worker;

  SessionId id_;
  io::Socket socket_;
  Buffer in_;                           ///< the beginning of a frame whose rest has not come yet
  Buffer out_;                          ///< gathers until the end of the turn
  std::unique_ptr<WebConnection> web_;  ///< null: it came to the port for plain TCP
  Time deadline_;                       ///< of the state it is in
  ByteBudget budget_;
  ClientAddress peer_;
  std::uint32_t in_flight_bytes_ = 0;  ///< of the send that is out; 0: none is
  std::uint32_t unsent_bytes_ = 0;     ///< that the system held when the session was last seen to lag
  std::uint32_t queued_bytes_ = 0;     ///< what the worker has counted as waiting for it
  SessionState state_ = SessionState::greeting;
  CloseReason reason_ = CloseReason::none;  ///< why it ended, or may not become a session at all
  bool admitted_ = false;                   ///< counted by Admission
  bool served_ = false;                     ///< its service knows of it
  bool dirty_ = false;                      ///< stands in the worker's list of those with something to send
  bool stalled_ = false;                    ///< a frame could not be taken yet; the receive is paused
  bool receiving_ = false;                  ///< the receive operation is out
  bool half_closed_ = false;                ///< our side has ended
  bool large_ = false;                      ///< its last frame was a large one
};

}  // namespace madang::net
