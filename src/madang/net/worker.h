// Worker: one completion port, its connections, and the service that handles their frames.
//
// A connection comes from a Listener. Until its socket is closed, the connection is in one of four tables:
// ProxyArrivals, HttpConnections, Sessions, Drain. Each completion key holds the number of its
// table, so each completion finds its table. The service sees only the sessions.
//
// A connection stays on one worker for its whole life. A worker runs on one thread, the one that calls
// turn(), so no data of a session is shared. Other threads may call only offer(), load(), listener_opened(),
// listener_closed(), call(), wake(), stop() and hurry(), and may read counters(). A worker makes no thread,
// and its only clock is that of its port, so that a simulation can run many workers on one thread.
//
// Owns its port and its connections. The service and the admission must outlive it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "madang/base/limits.h"
#include "madang/base/queue.h"
#include "madang/io/port.h"
#include "madang/net/admission.h"
#include "madang/net/arrival.h"
#include "madang/net/drain.h"
#include "madang/net/http_connections.h"
#include "madang/net/listener.h"
#include "madang/net/proxy_arrivals.h"
#include "madang/net/sessions.h"
#include "madang/net/worker_context.h"
#include "madang/net/worker_timers.h"

namespace madang::net {

class Worker final : private io::CompletionHandler {
 public:
  static constexpr std::uint8_t number_max = 63;

  /// `number` stands in the session ids: see worker_of(). No two workers of a server have the same number.
  Worker(std::uint8_t number, const Limits& limits, std::unique_ptr<io::Port> port, Admission& admission);
  ~Worker();

  /// Sets the service. Precondition: no turn has run.
  void set_service(Service& service) {
    sessions_.set_service(service);
    service_ = &service;
  }
  /// Sets the proxies that may name the address of a client. To be called for every worker. Precondition: no
  /// turn has run.
  void set_trusted_proxies(io::AddressRanges proxies) { trusted_proxies_ = std::move(proxies); }
  /// Listens on an address, and accepts connections for all `workers`, of which this worker is one. Returns
  /// the address. Precondition: no turn has run.
  Result<io::Address> listen(const io::Address& address, std::vector<Worker*> workers,
                             const Entrance& entrance = {});

  // --- The loop ---

  /// Waits at most `max_wait` for completions, and handles them.
  void turn(Duration max_wait);
  /// Returns whether the worker has ended after stop(): it has no connection, and none can come any more.
  bool is_finished() const;

  // --- Any thread ---

  /// Returns the number of its connections, with those on their way to it. A listener chooses the worker with
  /// the smallest number.
  std::uint32_t load() const { return load_.load(std::memory_order_relaxed); }
  /// Gives the worker a connection. Returns false if the queue is full; then the caller keeps `arrival`.
  [[nodiscard]] bool offer(Arrival& arrival);
  /// Notes that a listener can send connections to this worker, or that it cannot any more.
  void listener_opened() { open_listeners_.fetch_add(1); }
  void listener_closed();
  /// Runs `what` on the worker's thread in one of the next turns. Returns false if too many calls wait; then
  /// nothing happens. A service that cannot go on returns Verdict::retry(), so its client waits.
  [[nodiscard]] bool call(std::function<void()> what);
  /// Ends the wait of the current turn, or of the next one.
  void wake();
  /// Starts the end: the worker accepts no more connections, and sends a goodbye to every client. It ends
  /// within shutdown_deadline_ms.
  void stop();
  /// Resets all connections that are left at the next sweep, before the deadline. To be called after stop().
  void hurry();

  // --- For its service, on its thread ---

  std::uint8_t number() const { return number_; }
  /// Returns the time of this turn, as it was at the first call after the wait.
  Time now() { return clock_.now(); }
  const Limits& limits() const { return limits_; }
  Counters& counters() { return counters_; }
  const Counters& counters() const { return counters_; }
  const io::Port& port() const { return *port_; }

  /// Returns null if the session is over.
  Session* find(SessionId id) { return sessions_.find(id); }
  /// Returns a session by its index, the low bits of its id. Precondition: the session is open.
  Session& at(std::uint32_t index) { return sessions_.at(index); }
  /// Returns the buffer to which whole frames for this client are appended. All bytes of a turn go out in one
  /// send. Precondition: the session is open (CHECK).
  Buffer& out(Session& session) { return sessions_.out(session); }
  /// Lets the processor fetch a session, while it does something else. Any index is allowed.
  void prefetch_session(std::uint32_t index) const { sessions_.prefetch(index); }
  /// Appends the frame that on_frame() handles to the bytes for `to`. A large frame is moved instead of
  /// copied where possible. Only during Service::on_frame().
  void forward(const wire::Frame& frame, Session& to) { sessions_.forward(frame, to); }
  /// Returns how far this client is behind, as a time at session_kbit_per_second: recently sent bytes above
  /// the rate, and waiting bytes. Up to 0.5 s is ordinary.
  Duration lag(const Session& session) { return sessions_.lag(session); }
  /// Returns since when the client may have sent the frame that on_frame() handles (see WorkerClock). Budgets
  /// use this time.
  Time sent_since(const Session&) { return clock_.sent_since(); }
  /// Requests one call of Service::on_sent(), when the kernel has all bytes that were appended until now. The
  /// calls come in the order of the requests. Only during Service::on_turn().
  void notify_when_sent() { ++notices_requested_; }
  /// Returns the budget of logins of the whole server.
  LoginBudget& logins() { return admission_.logins(); }
  /// Makes a session active: the deadline of the login ends, and that of idleness begins. Precondition: its
  /// state is handshake (CHECK).
  void establish(Session& session) { sessions_.establish(session); }
  /// Ends a session, and sends the client the reason. No effect on a session that is over.
  void close(Session& session, CloseReason reason) { sessions_.close(session, reason); }
  /// Runs `what` once, after `delay`. A session may have ended by then: keep its id, and use find().
  io::Timer start_timer(Duration delay, std::function<void()> what) {
    return timers_.start(delay, std::move(what));
  }
  /// Returns false if the timer has run or was cancelled before.
  bool cancel(io::Timer timer) { return timers_.cancel(timer); }

 private:
  // Completion keys below those of all tables.
  static constexpr io::Key key_sweep = 1;
  static constexpr io::Key key_wake = 2;
  static constexpr io::Key key_timers = 3;
  static constexpr io::Key key_listener = 4;  // and the keys after it, one for each listener
  static constexpr std::size_t calls_max = 64;

  void on_completion(io::Completion& completion) override;
  void prefetch(io::Key key, int step) const override;
  void on_own_key(io::Completion& completion);
  void accept_arrivals();
  void accept_arrival(Arrival arrival);
  void drop(Arrival arrival);
  void run_calls();
  void notify_sent();
  void sweep();
  void begin_stop();
  std::size_t connections() const;

  const std::uint8_t number_;
  const Limits limits_;
  Admission& admission_;
  Service* service_ = nullptr;
  Counters counters_;
  BufferPool pool_;
  std::unique_ptr<io::Port> port_;
  WorkerClock clock_{*port_};
  WorkerContext context_{limits_, admission_, *port_, clock_, pool_, counters_};
  WorkerTimers timers_{*port_, key_timers};
  io::AddressRanges trusted_proxies_;
  Drain drain_;
  Sessions sessions_;
  HttpConnections http_;
  ProxyArrivals proxy_arrivals_;
  std::vector<std::unique_ptr<Listener>> listeners_;

  BoundedQueue<Arrival> arrivals_;
  BoundedQueue<std::function<void()>> calls_{calls_max};
  std::atomic<std::uint32_t> load_{0};
  std::atomic<std::uint32_t> open_listeners_{0};  // listeners that can still send connections
  std::atomic<bool> is_wake_posted_{false};
  std::atomic<bool> is_stop_requested_{false};
  std::atomic<bool> is_hurry_requested_{false};
  bool is_stopping_ = false;
  bool must_retry_ = false;              // the next turn retries stalled frames and unanswered requests
  Time stop_deadline_ = Time::max();     // by clock_.awake(), as all deadlines here
  std::uint32_t notices_requested_ = 0;  // in this turn
  std::vector<std::uint64_t> notices_;   // marks of the port; on_sent() is due when a mark is submitted
};

}  // namespace madang::net
