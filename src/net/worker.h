// Worker: one completion port, the sessions that live on it, and the service that they are for.
//
// A session lives on one worker for its whole life, and a worker runs on one thread, the one that calls
// turn(): nothing of a session is ever shared. Only offer(), wake() and stop() may be called from other
// threads. A worker makes no thread and asks no clock but its port's, so that a simulation can drive many of
// them on one thread.
//
// Owns its port and its sessions; the service and the admission must outlive it.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "base/limits.h"
#include "base/log.h"
#include "base/queue.h"
#include "base/slot_table.h"
#include "io/port.h"
#include "net/admission.h"
#include "net/counters.h"
#include "net/service.h"
#include "net/session.h"

namespace madang::net {

class Worker final : private io::CompletionHandler {
 public:
  /// `number` is the series of its session ids: another for each worker of a server.
  Worker(std::uint8_t number, const Limits& limits, std::unique_ptr<io::Port> port, Admission& admission);
  ~Worker();

  /// Before the first turn.
  void set_service(Service& service) { service_ = &service; }
  /// Before the first turn: this worker accepts, for itself and the others, in turn. The address that it
  /// listens on.
  Result<io::Address> listen(const io::Address& address, std::vector<Worker*> workers);

  // --- The loop ---

  /// Waits at most `max_wait` for something to happen, and does all that follows from it.
  void turn(Duration max_wait);
  /// After stop(): every session is gone.
  bool finished() const { return stopping_ && sessions_.size() == 0 && !listener_; }

  // --- Any thread ---

  struct Arrival {
    io::NativeSocket socket;
    io::Address peer;
  };
  /// Hands over a connection that has been admitted. False: its queue is full, and `arrival` is still the
  /// caller's.
  [[nodiscard]] bool offer(Arrival& arrival);
  /// Makes the worker take a turn soon.
  void wake();
  /// Accepts no more, says goodbye to everybody, and ends by itself, within the shutdown deadline.
  void stop();

  // --- For its service, on its thread ---

  std::uint8_t number() const { return number_; }
  /// The time of this turn: the clock is read once for all that a turn brings.
  Time now() {
    if (time_ == Time::min()) time_ = port_->now();
    return time_;
  }
  const Limits& limits() const { return limits_; }
  Counters& counters() { return counters_; }
  const io::Port& port() const { return *port_; }

  /// Null when that session is gone, or on its way out.
  Session* find(SessionId id);
  /// By the low bits of its id; only for one that is known to be open.
  Session& at(std::uint32_t index) { return sessions_.at(index); }
  /// Where whole frames for this session are appended. All of a turn leaves in one send.
  Buffer& out(Session& session);
  /// Within on_frame: appends the frame at hand to what `to` is sent. A large one is not copied where that
  /// can be avoided.
  void forward(const wire::Frame& frame, Session& to);
  /// How much it has been sent of what it may be in a second: see ByteBudget.
  static Duration budget_used(const Session& session, Time now) { return session.budget_.used(now); }
  /// It has logged in: from now on its deadline is that of idleness.
  void establish(Session& session);
  void close(Session& session, CloseReason reason);

 private:
  // Completion keys. A session's key is its id, which is always larger than these.
  static constexpr io::Key key_listener = 1;
  static constexpr io::Key key_sweep = 2;
  static constexpr io::Key key_wake = 3;
  static constexpr Duration sweep_interval = 100ms;
  /// From here on a frame is received into a buffer of its own: copying it would cost more than that.
  static constexpr std::size_t large_frame_bytes = 8192;

  void on_completion(io::Completion& completion) override;
  void on_accept(io::Completion& completion);
  void on_session(Session& session, io::Completion& completion);
  void on_receive(Session& session, io::Completion& completion);
  void on_sent(Session& session, const io::Completion& completion);
  void on_closed(Session& session);

  bool admit(Arrival arrival);
  void open_session(Arrival arrival);
  void refuse(Arrival arrival, CloseReason reason);
  Session* make_session(Arrival arrival, Duration deadline);
  void take_arrivals();

  void take_bytes(Session& session, io::Completion& completion);
  std::size_t take_frames(Session& session, Bytes bytes);
  void receive_large(Session& session);
  void mark_dirty(Session& session);
  static void drop_taken(Session& session, std::size_t taken);
  void retry_stalled();

  void flush();
  void count_queued(Session& session);
  std::size_t queue_bytes_max() const;
  void part_when_sent(Session& session);
  void close_socket(Session& session, io::CloseMode mode);

  void log_misbehaviour(const Session& session);
  void sweep();
  static std::uint32_t share_of_a_sweep(std::uint32_t a_second);
  void begin_stop();

  const std::uint8_t number_;
  const Limits limits_;
  Admission& admission_;
  Service* service_ = nullptr;
  Counters counters_;
  BufferPool pool_;
  std::unique_ptr<io::Port> port_;
  SlotTable<Session, SessionId> sessions_;
  std::vector<SessionId> dirty_;
  std::vector<SessionId> stalled_;
  std::vector<SessionId> retrying_;
  Session* taking_ = nullptr;  // whose frame is at hand
  bool retry_ = false;         // there may be room for those who are stalled
  std::uint64_t queued_bytes_ = 0;

  io::Socket listener_;
  std::vector<Worker*> workers_;
  std::size_t next_worker_ = 0;
  std::uint32_t handshakes_left_ = 0;  // until the next sweep
  std::uint32_t refusals_left_ = 0;    // likewise
  std::uint32_t refusals_open_ = 0;

  BoundedQueue<Arrival> arrivals_;
  std::atomic<bool> wake_posted_{false};
  std::atomic<bool> stop_asked_{false};
  bool stopping_ = false;
  Time time_ = Time::min();
  Time stop_deadline_{};
  LogLimit misbehaviour_log_;
};

}  // namespace madang::net
