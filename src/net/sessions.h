// Sessions: a worker's table of sessions. It makes frames of what clients send and shows them to the service,
// sends what the service has for them, and ends them by their deadlines and by their manners.
//
// A frame for which there is no room stalls its session: nothing more is read from that client until the
// frame has been taken. Those who wait are served in the order in which they came, and nobody goes past them.
//
// Owns its sessions. One thread, the worker's. The service and what the context names must outlive it.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "base/log.h"
#include "base/slot_table.h"
#include "net/drain.h"
#include "net/service.h"
#include "net/session.h"

namespace madang::net {

class Sessions {
 public:
  /// `series` is that of the session ids.
  Sessions(WorkerContext& context, Drain& drain, std::uint8_t series);

  void set_service(Service& service) { service_ = &service; }

  // --- In and out ---

  /// A client has come over plain TCP, and has said `bytes` so far.
  void open(Channel channel, Place place, Bytes bytes);
  /// A client has come over a WebSocket, whose handshake has been answered.
  void open_websocket(Channel channel, Place place, Bytes bytes);
  /// One that may not become a session is told why, and goes.
  void refuse(Channel channel, Place place, CloseReason reason);
  void refuse_websocket(Channel channel, Place place, CloseReason reason);

  void establish(Session& session);
  void close(Session& session, CloseReason reason);
  void close_all(CloseReason reason);

  // --- For the service ---

  /// Null when that session is gone, or over.
  Session* find(SessionId id) {
    Session* session = table_.find(id);
    return session && session->open() ? session : nullptr;
  }
  Session& at(std::uint32_t index) { return table_.at(index); }
  Buffer& out(Session& session);
  void forward(const wire::Frame& frame, Session& to);
  Duration lag(const Session& session) const;

  // --- For the worker's loop ---

  /// For a key of this table's.
  void on_completion(io::Completion& completion);
  bool has_stalled() const { return !stalled_.empty(); }
  /// Shows the frames that wait once more: there may be room.
  void retry_stalled();
  /// Sends what has gathered.
  void flush();
  /// At the end of a turn: forgets the sessions that are over.
  void erase_ended();
  /// Ends those who are late.
  void sweep();
  std::size_t size() const { return table_.size(); }

 private:
  /// From here on a frame is received into a buffer of its own: copying it would cost more than that.
  static constexpr std::size_t large_frame_bytes = 8192;

  Session* emplace(Channel channel, Place place, std::unique_ptr<WebSocketTransport> websocket);
  void begin(Session& session, Bytes bytes);
  void say_goodbye(Channel& channel, WebSocketTransport* websocket, CloseReason reason);
  void leave(Channel channel, Place place, CloseReason reason);

  void on_receive(Session& session, io::Completion& completion);
  void take_bytes(Session& session, Bytes bytes);
  void take_own_buffer(Session& session, Buffer buffer);
  void take_gathered(Session& session);
  std::size_t take_frames(Session& session, Bytes bytes);
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
  std::vector<SessionId> ended_;   // in this turn
  std::deque<SessionId> stalled_;  // in the order in which their frames came
  Session* retried_ = nullptr;     // the one whose turn it is among them
  Session* taking_ = nullptr;      // whose frame is at hand
  LogLimit misbehaviour_log_;
};

}  // namespace madang::net
