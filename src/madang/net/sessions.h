// Sessions: a worker's table of sessions. It parses frames and dispatches them to the service, sends the
// bytes that the service has for clients, and closes sessions that are late, slow or that break the protocol.
//
// A frame that the service cannot handle yet stalls its session: nothing more is read from that client until
// the frame is handled. Stalled sessions are retried in the order in which they stalled. A frame of another
// session does not overtake them.
//
// Owns its sessions. Worker thread only. The service must outlive it.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "madang/base/log.h"
#include "madang/base/slot_table.h"
#include "madang/net/drain.h"
#include "madang/net/service.h"
#include "madang/net/session.h"

namespace madang::net {

class Sessions {
 public:
  /// `table_number` is the number of the worker: see Id.
  Sessions(WorkerContext& context, Drain& drain, std::uint8_t table_number);

  void set_service(Service& service) { service_ = &service; }

  // --- Begin and end ---

  /// Begins a session over plain TCP. The client has sent `bytes` so far.
  void open(Channel channel, Place place, Bytes bytes);
  /// Begins a session over a WebSocket whose handshake is answered.
  void open_websocket(Channel channel, Place place, Bytes bytes);
  /// Sends the reason to a client that gets no session, and drains its connection.
  void refuse(Channel channel, Place place, CloseReason reason);
  /// Sends the reason to a client whose WebSocket gets no session, and drains its connection.
  void refuse_websocket(Channel channel, Place place, CloseReason reason);

  /// Makes a session active. Precondition: its state is handshake (CHECK).
  void establish(Session& session);
  /// Ends a session: sends the goodbye, and drains the connection. No effect on a session that is over.
  void close(Session& session, CloseReason reason);
  void close_all(CloseReason reason);

  // --- For the service ---

  /// Returns null if the session is over.
  Session* find(SessionId id) {
    Session* session = table_.find(id);
    return session && session->is_open() ? session : nullptr;
  }
  Session& at(std::uint32_t index) { return table_.at(index); }
  // Worker has the same functions, and their contracts.
  Buffer& out(Session& session);
  void forward(const wire::Frame& frame, Session& to);
  Duration lag(const Session& session) const;

  // --- For the worker's loop ---

  /// Dispatches a completion whose key is of this table.
  void on_completion(io::Completion& completion);
  /// Lets the processor fetch a session, while it does something else. Any id is allowed.
  void prefetch(std::uint32_t index) const { table_.prefetch(index); }
  /// Returns whether stalled frames wait to be retried.
  bool has_stalled() const { return !stalled_.empty(); }
  /// Dispatches stalled frames again, until one of them must still wait.
  void retry_stalled();
  /// Starts the sends of this turn.
  void flush();
  /// Erases the sessions that are over. Called at the end of a turn.
  void erase_ended();
  /// Retries the stalled frames, closes the sessions that are late, and pings silent WebSockets.
  void sweep();
  std::size_t size() const { return table_.size(); }

 private:
  /// A frame of this size or more is received into a buffer of its own, because a copy would cost more.
  static constexpr std::size_t large_frame_bytes = 8192;

  Session* emplace(Channel channel, Place place, std::unique_ptr<WebSocketTransport> websocket);
  void begin(Session& session, Bytes bytes);
  void say_goodbye(Channel& channel, WebSocketTransport* websocket, CloseReason reason);
  void move_to_drain(Channel channel, Place place, CloseReason reason);

  void on_receive(Session& session, io::Completion& completion);
  void receive_bytes(Session& session, Bytes bytes);
  void receive_own_buffer(Session& session, Buffer buffer);
  void dispatch_gathered(Session& session);
  std::size_t dispatch_frames(Session& session, Bytes bytes);
  Verdict ask_service(Session& session, const wire::Frame& frame);
  void stall(Session& session);
  void receive_large(Session& session);
  void mark_dirty(Session& session);
  void send(Session& session, Time time);
  static bool has_output(const Session& session);
  std::size_t queue_bytes_max() const;
  void log_misbehaviour(const Session& session, CloseReason reason);

  WorkerContext& context_;
  Drain& drain_;
  Service* service_ = nullptr;
  const Duration byte_time_;  // at a session's rate
  SlotTable<Session, SessionId> table_;
  std::vector<SessionId> dirty_;
  std::vector<SessionId> ended_;    // in this turn
  std::deque<SessionId> stalled_;   // in the order in which they stalled
  Session* retried_ = nullptr;      // the session whose frames are retried now
  Session* dispatching_ = nullptr;  // the session whose frame the service handles now
  LogLimit misbehaviour_log_;
};

}  // namespace madang::net
