// Worker: one completion port, the sessions that live on it, and the service that they are for.
//
// A session comes over plain TCP, or as the WebSocket of a browser; its service does not see which. What
// comes to the HTTP port is first one request, answered by the server's HttpService (worker_web.cpp).
//
// A session lives on one worker for its whole life, and a worker runs on one thread, the one that calls
// turn(): nothing of a session is ever shared. Only offer(), call(), wake(), stop() and hurry() may be called
// from other threads. A worker makes no thread and asks no clock but its port's, so that a simulation can
// drive many of them on one thread.
//
// Owns its port and its sessions; the service and the admission must outlive it.
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "base/limits.h"
#include "base/log.h"
#include "base/queue.h"
#include "base/slot_table.h"
#include "io/port.h"
#include "net/admission.h"
#include "net/counters.h"
#include "net/http_service.h"
#include "net/service.h"
#include "net/session.h"
#include "net/worker_clock.h"

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
  Result<io::Address> listen(const io::Address& address, std::vector<Worker*> workers,
                             ProxyWord proxies = ProxyWord::none);
  /// Before the first turn: as listen(), and in addition to it, for HTTP, answered by `service`, which
  /// outlives all workers. Two ports at the most.
  Result<io::Address> listen_http(const io::Address& address, std::vector<Worker*> workers,
                                  HttpService& service, ProxyWord proxies = ProxyWord::none,
                                  Door door = Door::pages);
  /// Before the first turn, of every worker: whose word about a client's address is believed.
  void set_trusted_proxies(io::AddressRanges proxies) { trusted_proxies_ = std::move(proxies); }

  // --- The loop ---

  /// Waits at most `max_wait` for something to happen, and does all that follows from it.
  void turn(Duration max_wait);
  /// After stop(): every session is gone.
  bool finished() const {
    return stopping_ && sessions_.size() == 0 && !listener_ && !has_http_listener() && doors_.load() == 0 &&
           arrivals_.empty();
  }

  // --- Any thread ---

  struct Arrival {
    io::NativeSocket socket;
    ClientAddress peer;
    HttpService* http = nullptr;  ///< null: it came to the port for plain TCP
    ProxyWord proxies = ProxyWord::none;
    Door door = Door::play;
  };
  /// Connections that it has, and that are on their way to it: the next one goes where there are fewest.
  std::uint32_t load() const { return load_.load(std::memory_order_relaxed); }
  /// Hands over a connection that has been admitted. False: its queue is full, and `arrival` is still the
  /// caller's.
  [[nodiscard]] bool offer(Arrival& arrival);
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

  /// Null when that session is gone, or on its way out.
  Session* find(SessionId id);
  /// By the low bits of its id; only for one that is known to be open.
  Session& at(std::uint32_t index) { return sessions_.at(index); }
  /// Where whole frames for this session are appended. All of a turn leaves in one send.
  Buffer& out(Session& session);
  /// Within on_frame: appends the frame at hand to what `to` is sent. A large one is not copied where that
  /// can be avoided.
  void forward(const wire::Frame& frame, Session& to);
  /// How far this client is behind, as a time: the bytes that it was sent of late beyond its rate, and the
  /// bytes that wait for it, at session_kbit_per_second. Up to 0.5 s is ordinary.
  Duration lag(const Session& session);
  /// Since when a client may have sent the frame at hand: see WorkerClock. Budgets are judged by it.
  Time sent_since(const Session&) { return clock_.sent_since(); }
  /// Within on_turn(): calls Service::on_sent() once everything that was appended until now has been given to
  /// the kernel. Calls are answered in their order.
  void tell_when_sent() { ++notices_asked_; }
  /// Whether the client may log in by this name now: see LoginBudget. One that then finds no room gives its
  /// place back, because its login comes again.
  bool take_login(const Session& session, std::string_view name) {
    return admission_.logins().take(session.peer_, name, now());
  }
  void give_back_login(const Session& session, std::string_view name) {
    admission_.logins().give_back(session.peer_, name);
  }
  /// It has logged in: from now on its deadline is that of idleness.
  void establish(Session& session);
  void close(Session& session, CloseReason reason);

 private:
  // Completion keys. A session's key is its id, which is always larger than these.
  static constexpr io::Key key_listener = 1;
  static constexpr io::Key key_sweep = 2;
  static constexpr io::Key key_wake = 3;
  static constexpr io::Key key_http_listener = 4;  // and the next one
  static constexpr Duration sweep_interval = 100ms;
  /// From here on a frame is received into a buffer of its own: copying it would cost more than that.
  static constexpr std::size_t large_frame_bytes = 8192;
  /// A page is sent in pieces: those who take it slowly must not each have a copy.
  static constexpr std::size_t page_piece_bytes = 65'536;
  static constexpr std::size_t calls_max = 64;

  void on_completion(io::Completion& completion) override;
  struct HttpListener {
    io::Socket socket;
    HttpService* service = nullptr;
    ProxyWord proxies = ProxyWord::none;
    Door door = Door::pages;
    std::uint32_t accepts_left = 0;  // until the next sweep
  };
  Worker& with_most_room();
  Crowd& crowd_of(const Session& session);
  void close_door();
  Result<io::Address> listen_as(io::Key key, io::Socket& listener, const io::Address& address);
  bool has_http_listener() const { return http_listeners_[0].socket || http_listeners_[1].socket; }
  HttpListener* http_listener_of(io::Key key);
  void take_proxy_header(Session& session, Bytes bytes);
  void identify(Session& session, const ClientAddress& client);
  void warn_about_a_proxy(const HttpExchange& exchange, ProxyWord proxies);
  void on_accept(io::Completion& completion);
  void on_session(Session& session, io::Completion& completion);
  void on_receive(Session& session, io::Completion& completion);
  void on_sent(Session& session, const io::Completion& completion);
  void on_closed(Session& session);

  bool admit(Arrival arrival);
  void open_session(Arrival arrival);
  void refuse(Arrival arrival, CloseReason reason);
  Session* make_session(Arrival arrival, Duration deadline);
  void begin_service(Session& session);
  void answer_notices();
  void take_arrivals();
  void take_calls();

  void take_bytes(Session& session, io::Completion& completion);
  void take_gathered(Session& session);
  std::size_t take_frames(Session& session, Bytes bytes);
  void stall(Session& session);
  void receive_large(Session& session);
  void mark_dirty(Session& session);
  static void drop_taken(Session& session, std::size_t taken);
  void retry_stalled();
  void retry_unanswered();
  void resume_reading(Session& session);

  // The web's share: worker_web.cpp.
  void take_web_bytes(Session& session, Bytes bytes);
  bool read_request(Session& session, Bytes& bytes);
  void answer(Session& session);
  void upgrade(Session& session);
  void respond(Session& session, const wire::HttpResponse& response);
  void end_request(Session& session, CloseReason reason);
  void close_websocket(Session& session, CloseReason reason);
  void end_with_websocket(Session& session);
  void append_rest(Session& session);
  void ping_when_silent(Session& session, Time time);
  static Buffer take_messages(Session& session);

  void flush();
  static bool has_output(const Session& session);
  void send(Session& session, Buffer bytes);
  void count_queued(Session& session);
  std::size_t queue_bytes_max() const;
  void part_when_sent(Session& session);
  void close_socket(Session& session, io::CloseMode mode);

  void log_misbehaviour(const Session& session);
  void sweep();
  static std::uint32_t share_of_a_sweep(std::uint32_t a_second);
  void resume_listeners();
  void pause_listeners();
  void begin_stop();

  const std::uint8_t number_;
  const Limits limits_;
  Admission& admission_;
  Service* service_ = nullptr;
  Counters counters_;
  BufferPool pool_;
  std::unique_ptr<io::Port> port_;
  WorkerClock clock_{*port_};
  SlotTable<Session, SessionId> sessions_;
  const Duration byte_time_;  // at a session's rate
  std::vector<SessionId> dirty_;
  std::deque<SessionId> stalled_;      // in the order in which their frames came
  Session* retried_ = nullptr;         // the one whose turn it is among them
  std::vector<SessionId> unanswered_;  // requests whose service has no answer yet
  std::vector<SessionId> retrying_;
  Session* taking_ = nullptr;  // whose frame is at hand
  bool retry_ = false;         // there may be room for those who are stalled

  io::Socket listener_;
  ProxyWord proxies_ = ProxyWord::none;  // of listener_
  std::array<HttpListener, 2> http_listeners_;
  io::AddressRanges trusted_proxies_;
  std::vector<Worker*> workers_;
  std::size_t next_worker_ = 0;
  std::uint32_t handshakes_left_ = 0;  // until the next sweep
  std::uint32_t refusals_left_ = 0;    // likewise
  std::uint32_t refusals_open_ = 0;

  BoundedQueue<Arrival> arrivals_;
  BoundedQueue<std::function<void()>> calls_{calls_max};
  std::atomic<std::uint32_t> load_{0};
  std::atomic<std::uint32_t> doors_{0};  // listeners from which connections may still come
  std::atomic<bool> wake_posted_{false};
  std::atomic<bool> stop_asked_{false};
  std::atomic<bool> haste_asked_{false};
  bool stopping_ = false;
  std::uint32_t notices_asked_ = 0;     // in this turn
  std::vector<std::uint64_t> notices_;  // to be answered when the port has submitted up to this mark
  Time stop_deadline_{};                // as all deadlines here by clock_.awake()
  LogLimit misbehaviour_log_;
  LogLimit proxy_log_;
};

}  // namespace madang::net
