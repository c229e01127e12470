// Worker: one completion port, the connections that live on it, and the service that they are for.
//
// A connection comes from a Listener and, until its socket is closed, is in one of four tables:
// ProxyArrivals, HttpConnections, Sessions, Drain. The keys of a table hold its number, so that each
// completion finds its table. Only sessions are known to the service.
//
// A connection lives on one worker for its whole life, and a worker runs on one thread, the one that calls
// turn(): nothing of a session is ever shared. Only offer(), load(), open_door(), close_door(), call(),
// wake(), stop() and hurry() may be called from other threads. A worker makes no thread and asks no clock but
// its port's, so that a simulation can drive many of them on one thread.
//
// Owns its port and its connections; the service and the admission must outlive it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "base/limits.h"
#include "base/queue.h"
#include "io/port.h"
#include "net/admission.h"
#include "net/arrival.h"
#include "net/drain.h"
#include "net/http_connections.h"
#include "net/listener.h"
#include "net/proxy_arrivals.h"
#include "net/sessions.h"
#include "net/worker_context.h"

namespace madang::net {

class Worker final : private io::CompletionHandler {
 public:
  static constexpr std::uint8_t number_max = 63;

  /// `number` stands in its session ids (see worker_of()): each worker of a server has another.
  Worker(std::uint8_t number, const Limits& limits, std::unique_ptr<io::Port> port, Admission& admission);
  ~Worker();

  /// Before the first turn.
  void set_service(Service& service) {
    sessions_.set_service(service);
    service_ = &service;
  }
  /// Before the first turn, of every worker: whose word about a client's address is believed.
  void set_trusted_proxies(io::AddressRanges proxies) { trusted_proxies_ = std::move(proxies); }
  /// Before the first turn: this worker accepts here, for itself and the others. Returns the address that it
  /// listens on.
  Result<io::Address> listen(const io::Address& address, std::vector<Worker*> workers,
                             const Entrance& entrance = {});

  // --- The loop ---

  /// Waits at most `max_wait` for something to happen, and does all that follows from it.
  void turn(Duration max_wait);
  /// After stop(): every connection is gone, and none can come any more.
  bool finished() const;

  // --- Any thread ---

  /// Connections that it has, and that are on their way to it: the next one goes where there are fewest.
  std::uint32_t load() const { return load_.load(std::memory_order_relaxed); }
  /// Hands over a connection. False: its queue is full, and `arrival` is still the caller's.
  [[nodiscard]] bool offer(Arrival& arrival);
  /// Connections may come from one listener more, or from one less.
  void open_door() { doors_.fetch_add(1); }
  void close_door();
  /// Runs `what` on the worker's thread, soon. False: too many wait already.
  [[nodiscard]] bool call(std::function<void()> what);
  /// Makes the worker take a turn soon.
  void wake();
  /// Accepts no more, says goodbye to everybody, and ends by itself, within the shutdown deadline.
  void stop();
  /// After stop(): resets whoever is left at the next sweep, instead of waiting for the deadline.
  void hurry();

  // --- For its service, on its thread ---

  std::uint8_t number() const { return number_; }
  /// The time of this turn: the clock is read once for all that a turn brings.
  Time now() { return clock_.now(); }
  const Limits& limits() const { return limits_; }
  Counters& counters() { return counters_; }
  const Counters& counters() const { return counters_; }
  const io::Port& port() const { return *port_; }

  /// Null when that session is gone, or over.
  Session* find(SessionId id) { return sessions_.find(id); }
  /// By the low bits of its id; only for one that is known to be open.
  Session& at(std::uint32_t index) { return sessions_.at(index); }
  /// Where whole frames for this session are appended. All of a turn leaves in one send.
  Buffer& out(Session& session) { return sessions_.out(session); }
  /// Within on_frame: appends the frame at hand to what `to` is sent. A large one is not copied where that
  /// can be avoided.
  void forward(const wire::Frame& frame, Session& to) { sessions_.forward(frame, to); }
  /// How far this client is behind, as a time: the bytes that it was sent of late beyond its rate, and the
  /// bytes that wait for it, at session_kbit_per_second. Up to 0.5 s is ordinary.
  Duration lag(const Session& session) { return sessions_.lag(session); }
  /// Since when a client may have sent the frame at hand: see WorkerClock. Budgets are judged by it.
  Time sent_since(const Session&) { return clock_.sent_since(); }
  /// Within on_turn(): calls Service::on_sent() once everything that was appended until now has been given to
  /// the kernel. Calls are answered in their order.
  void tell_when_sent() { ++notices_asked_; }
  /// Whether the client may log in by this name now: see LoginBudget. One that then finds no room gives its
  /// place back, because its login comes again.
  bool take_login(const Session& session, std::string_view name) {
    return admission_.logins().take(session.client(), name, now());
  }
  void give_back_login(const Session& session, std::string_view name) {
    admission_.logins().give_back(session.client(), name);
  }
  /// It has logged in: from now on its deadline is that of idleness.
  void establish(Session& session) { sessions_.establish(session); }
  void close(Session& session, CloseReason reason) { sessions_.close(session, reason); }

 private:
  // Completion keys below those of all tables.
  static constexpr io::Key key_sweep = 1;
  static constexpr io::Key key_wake = 2;
  static constexpr io::Key key_listener = 3;  // and those behind it
  static constexpr std::size_t calls_max = 64;

  void on_completion(io::Completion& completion) override;
  void on_own_key(io::Completion& completion);
  void take_arrivals();
  void take_arrival(Arrival arrival);
  void drop(Arrival arrival);
  void take_calls();
  void answer_notices();
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
  io::AddressRanges trusted_proxies_;
  Drain drain_;
  Sessions sessions_;
  HttpConnections http_;
  ProxyArrivals proxy_arrivals_;
  std::vector<std::unique_ptr<Listener>> listeners_;

  BoundedQueue<Arrival> arrivals_;
  BoundedQueue<std::function<void()>> calls_{calls_max};
  std::atomic<std::uint32_t> load_{0};
  std::atomic<std::uint32_t> doors_{0};  // listeners from which connections may still come
  std::atomic<bool> wake_posted_{false};
  std::atomic<bool> stop_asked_{false};
  std::atomic<bool> haste_asked_{false};
  bool is_stopping_ = false;
  bool must_retry_ = false;             // there may be room for those who wait
  Time stop_deadline_ = Time::max();    // as all deadlines here by clock_.awake()
  std::uint32_t notices_asked_ = 0;     // in this turn
  std::vector<std::uint64_t> notices_;  // to be answered when the port has submitted up to this mark
};

}  // namespace madang::net
