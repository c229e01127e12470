#include "net/worker.h"

#include <algorithm>
#include <chrono>

namespace madang::net {

namespace {

Duration ms(std::uint32_t value) { return std::chrono::milliseconds(value); }

}  // namespace

Worker::Worker(std::uint8_t number, const Limits& limits, std::unique_ptr<io::Port> port,
               Admission& admission)
    : number_(number),
      limits_(limits),
      admission_(admission),
      port_(std::move(port)),
      sessions_(limits.sessions_max + limits.refusals_max + limits.http_connections_max +
                    Admission::operator_connections_max,
                number),
      byte_time_(ByteBudget::byte_time(limits.session_kbit_per_second)),
      handshakes_left_(share_of_a_sweep(limits.handshakes_per_second_max)),
      refusals_left_(share_of_a_sweep(limits.refusals_per_second_max)),
      arrivals_(limits.accept_queue_max) {
  port_->start_timer(sweep_interval, key_sweep);
}

Worker::~Worker() = default;

void Worker::turn(Duration max_wait) {
  // Who waits longest comes first, before what the port brings anew.
  clock_.begin_turn();
  if (std::exchange(retry_, false)) {
    retry_stalled();
    retry_unanswered();
  }
  clock_.begin_turn();
  port_->turn(*this, notices_.empty() ? max_wait : Duration::zero());
  answer_notices();
  if (stop_asked_.load() && !stopping_) begin_stop();
  if (stopping_ && haste_asked_.load()) stop_deadline_ = Time::min();
  take_arrivals();
  take_calls();
  service_->on_turn(now());
  flush();
  notices_.insert(notices_.end(), std::exchange(notices_asked_, 0), port_->started_mark());
}

void Worker::answer_notices() {
  const auto open =
      std::ranges::find_if_not(notices_, [this](std::uint64_t mark) { return port_->is_submitted(mark); });
  const auto answered = open - notices_.begin();
  notices_.erase(notices_.begin(), open);
  for (auto i = answered; i > 0; --i) service_->on_sent(port_->now());
}

bool Worker::offer(Arrival& arrival) {
  load_.fetch_add(1, std::memory_order_relaxed);
  if (!arrivals_.push(std::move(arrival))) {
    load_.fetch_sub(1, std::memory_order_relaxed);
    return false;
  }
  wake();
  return true;
}

bool Worker::call(std::function<void()> what) {
  if (!calls_.push(std::move(what))) return false;
  wake();
  return true;
}

void Worker::wake() {
  // One post is enough for everything that happened before it is taken. A full post queue means an awake
  // worker.
  if (!wake_posted_.exchange(true) && !port_->post(key_wake, 0)) wake_posted_.exchange(false);
}

void Worker::stop() {
  stop_asked_.store(true);
  wake();
}

void Worker::hurry() {
  haste_asked_.store(true);
  wake();
}

Session* Worker::find(SessionId id) {
  Session* session = sessions_.find(id);
  return session && session->open() ? session : nullptr;
}

Buffer& Worker::out(Session& session) {
  CHECK(session.open());
  mark_dirty(session);
  if (session.out_.capacity() == 0) session.out_ = pool_.make(256);
  if (session.web_ && session.out_.empty()) session.out_.extend(wire::message_header_room);
  return session.out_;
}

Duration Worker::lag(const Session& session) {
  const std::size_t waiting = session.out_.size() + session.in_flight_bytes_ + session.unsent_bytes_;
  return session.budget_.used(now()) + ByteBudget::time_of(waiting, byte_time_);
}

void Worker::forward(const wire::Frame& frame, Session& to) {
  const bool fills_its_buffer =
      taking_ && frame.whole.data() == taking_->in_.data() && frame.whole.size() == taking_->in_.size();
  if (!fills_its_buffer || frame.whole.size() < large_frame_bytes || !to.out_.empty() || to.web_)
    return out(to).append(frame.whole);
  CHECK(to.open());
  mark_dirty(to);
  to.out_ = std::move(taking_->in_);
}

void Worker::mark_dirty(Session& session) {
  if (std::exchange(session.dirty_, true)) return;
  dirty_.push_back(session.id_);
}

void Worker::establish(Session& session) {
  CHECK(session.state_ == SessionState::greeting);
  session.state_ = SessionState::active;
  session.deadline_ = clock_.awake() + ms(limits_.idle_timeout_ms);
}

void Worker::close(Session& session, CloseReason reason) {
  if (!session.open()) return;
  if (session.state_ == SessionState::announced && session.web_) session.state_ = SessionState::asking;
  if (session.state_ == SessionState::asking) return end_request(session, reason);
  if (session.served_ || session.state_ == SessionState::announced) counters_.closed_for(reason).add();
  if (session.served_) service_->on_close(session, reason);
  // What it still had to be told goes first, but for a reader who does not read.
  if (reason == CloseReason::slow_reader) session.out_.reset();
  if (reason != CloseReason::connection_lost) service_->say_goodbye(reason, out(session));
  if (session.web_) close_websocket(session, reason);
  session.state_ = SessionState::parting;
  session.reason_ = reason;
  session.deadline_ = clock_.awake() + ms(limits_.goodbye_deadline_ms);
  if (reason == CloseReason::connection_lost) return close_socket(session, io::CloseMode::reset);
  if (session.stalled_) port_->resume(session.socket_);
  part_when_sent(session);

  if (reason >= CloseReason::bad_frame_size && reason <= CloseReason::slow_reader) log_misbehaviour(session);
}

void Worker::log_misbehaviour(const Session& session) {
  if (!misbehaviour_log_.allows(now())) return;
  const std::uint64_t kept_back = misbehaviour_log_.take_kept_back();
  log_info("goodbye to {}: {}{}", session.peer().text(), name_of(session.reason_),
           kept_back ? fmt::format(" (and to {} others since the last such line)", kept_back) : "");
}

// --- Completions ---

void Worker::on_completion(io::Completion& completion) {
  switch (completion.key) {
    case key_listener:
    case key_http_listener:
    case key_http_listener + 1: return on_accept(completion);
    case key_sweep: return sweep();
    case key_wake:
      wake_posted_.exchange(false);
      retry_ = !stalled_.empty() || !unanswered_.empty();
      return;
    default: break;
  }
  Session* session = sessions_.find(SessionId{completion.key});
  CHECK(session != nullptr, "a completion for a session that is gone: {:#x}", completion.key);
  on_session(*session, completion);
}

void Worker::on_session(Session& session, io::Completion& completion) {
  switch (completion.kind) {
    case io::OperationKind::receive: return on_receive(session, completion);
    case io::OperationKind::send: return on_sent(session, completion);
    case io::OperationKind::close: return on_closed(session);
    default: CHECK(false, "a session started no such operation: {}", static_cast<int>(completion.kind));
  }
}

void Worker::on_receive(Session& session, io::Completion& completion) {
  if (!completion.final) {
    counters_.bytes_in.add(completion.bytes.size());
    if (session.open()) take_bytes(session, completion);
    return;
  }
  session.receiving_ = false;
  if (session.state_ == SessionState::closing) return;
  if (session.open())
    return close(session, completion.error ? CloseReason::connection_lost : CloseReason::client_left);
  part_when_sent(session);
}

void Worker::on_sent(Session& session, const io::Completion& completion) {
  session.in_flight_bytes_ = 0;
  count_queued(session);
  if (session.state_ == SessionState::closing) return;
  if (completion.error) {
    if (session.open()) return close(session, CloseReason::connection_lost);
    return close_socket(session, io::CloseMode::reset);
  }
  counters_.bytes_out.add(completion.buffer.size());
  if (session.web_) append_rest(session);
  if (has_output(session)) mark_dirty(session);
  part_when_sent(session);
}

void Worker::on_closed(Session& session) {
  counters_.queued_bytes.subtract(session.queued_bytes_);
  if (session.served_) counters_.sessions_open.subtract();
  if (session.admitted_) {
    crowd_of(session).leave(session.peer_);
  } else {
    --refusals_open_;
  }
  load_.fetch_sub(1, std::memory_order_relaxed);
  sessions_.erase(session.id_);
}

void Worker::begin_service(Session& session) {
  session.served_ = true;
  counters_.sessions_opened.add();
  counters_.sessions_open.add();
  service_->on_open(session);
}

void Worker::take_arrivals() {
  Arrival arrival;
  while (arrivals_.pop(arrival)) {
    load_.fetch_sub(1, std::memory_order_relaxed);
    open_session(std::move(arrival));
  }
}

void Worker::take_calls() {
  std::function<void()> what;
  while (calls_.pop(what)) what();
}

// --- What they say ---

void Worker::take_bytes(Session& session, io::Completion& completion) {
  if (session.state_ == SessionState::active)
    session.deadline_ = clock_.awake() + ms(limits_.idle_timeout_ms);
  const Bytes bytes = completion.bytes;
  if (session.state_ == SessionState::announced) return take_proxy_header(session, bytes);
  if (session.web_) return take_web_bytes(session, bytes);
  const bool in_own_buffer = completion.buffer.capacity() > 0;
  if (!in_own_buffer && session.in_.empty() && !session.stalled_) {
    const std::size_t taken = take_frames(session, bytes);
    if (!session.open()) return;
    if (taken == bytes.size()) return session.large_ ? receive_large(session) : void();
    const Bytes rest = bytes.subspan(taken);
    session.in_ = pool_.make(std::max(rest.size(), wire::announced_size(rest)));
    session.in_.append(rest);
  } else {
    if (in_own_buffer) {
      session.in_ = std::move(completion.buffer);
    } else {
      session.in_.append(bytes);
    }
    if (session.stalled_) return;
    take_gathered(session);
  }
  receive_large(session);
}

void Worker::take_gathered(Session& session) {
  const std::size_t taken = take_frames(session, session.in_.bytes());
  drop_taken(session, taken);
  if (session.web_) end_with_websocket(session);
}

/// What is missing of a large frame goes straight behind its beginning; and where large frames come one after
/// the other, the next one into a buffer of its own from its first byte.
void Worker::receive_large(Session& session) {
  if (!session.open() || session.stalled_ || !session.receiving_ || session.web_) return;
  const std::size_t size = wire::announced_size(session.in_.bytes());
  if (session.in_.empty() && session.large_) {
    port_->receive_into(session.socket_, pool_.make(wire::frame_size_max));
  } else if (size >= large_frame_bytes && size > session.in_.size()) {
    if (session.in_.capacity() < size) {
      Buffer larger = pool_.make(size);
      larger.append(session.in_.bytes());
      session.in_ = std::move(larger);
    }
    port_->receive_into(session.socket_, std::move(session.in_));
  }
}

/// Shows the whole frames in `bytes` to the service. How many bytes they were.
std::size_t Worker::take_frames(Session& session, Bytes bytes) {
  Bytes rest = bytes;
  for (;;) {
    const std::size_t taken = bytes.size() - rest.size();
    const wire::FrameResult frame = wire::next_frame(rest, limits_.frame_bytes_max);
    if (!frame) {
      if (frame.error() != CloseReason::none) close(session, frame.error());
      return taken;
    }
    // While others wait for room, nobody goes past them.
    if (!stalled_.empty() && &session != retried_) {
      stall(session);
      return taken;
    }
    taking_ = &session;
    const Verdict verdict = service_->on_frame(session, *frame);
    taking_ = nullptr;
    if (verdict.is_later()) {
      stall(session);
      return taken;
    }
    counters_.frames_in.add();
    session.large_ = frame->whole.size() >= large_frame_bytes;
    if (verdict.reason() != CloseReason::none) close(session, verdict.reason());
    if (!session.open()) return taken;
  }
}

void Worker::stall(Session& session) {
  counters_.stalls.add();
  clock_.did_not_read(now());
  session.stalled_ = true;
  stalled_.push_back(session.id_);
  port_->pause(session.socket_);
}

void Worker::drop_taken(Session& session, std::size_t taken) {
  // A frame that was forwarded has taken the buffer with it.
  if (!session.in_.empty()) session.in_.consume(session.open() ? taken : session.in_.size());
  if (session.in_.empty()) session.in_.reset();
}

/// The session that waits longest comes first. When it finds no room, no other would.
void Worker::retry_stalled() {
  if (!stalled_.empty()) clock_.did_not_read(now());
  while (!stalled_.empty()) {
    Session* session = find(stalled_.front());
    stalled_.pop_front();
    if (!session) continue;
    session->stalled_ = false;
    retried_ = session;
    take_gathered(*session);
    retried_ = nullptr;
    if (session->stalled_) {  // it stands at the end now, and keeps its place
      stalled_.pop_back();
      stalled_.push_front(session->id_);
      return;
    }
    resume_reading(*session);
  }
}

/// Also of a session that this very frame has ended: the end of its peer must be seen.
void Worker::resume_reading(Session& session) {
  receive_large(session);
  if (session.state_ != SessionState::closing) port_->resume(session.socket_);
}

/// What another thread knows has to be asked for again.
void Worker::retry_unanswered() {
  retrying_.swap(unanswered_);
  for (const SessionId id : retrying_) {
    Session* session = find(id);
    if (!session) continue;
    session->stalled_ = false;
    answer(*session);
    if (session->state_ != SessionState::closing && !session->stalled_) port_->resume(session->socket_);
  }
  retrying_.clear();
}

// --- What they hear ---

void Worker::flush() {
  if (dirty_.empty()) return;
  const Time time = now();
  for (std::size_t i = 0; i < dirty_.size();
       ++i) {  // a slow reader's goodbye joins the list while it is walked
    Session* session = sessions_.find(dirty_[i]);
    if (!session || session->state_ == SessionState::closing) continue;
    session->dirty_ = false;
    count_queued(*session);
    if (session->open() && session->queued_bytes_ > queue_bytes_max())
      close(*session, CloseReason::slow_reader);
    if (session->in_flight_bytes_ > 0 || !has_output(*session)) continue;
    Buffer bytes = session->web_ ? take_messages(*session) : std::move(session->out_);
    if (bytes.empty()) continue;
    session->budget_.spend(time, bytes.size(), byte_time_);
    send(*session, std::move(bytes));
  }
  dirty_.clear();
}

bool Worker::has_output(const Session& session) {
  return !session.out_.empty() || (session.web_ && !session.web_->control.empty());
}

void Worker::send(Session& session, Buffer bytes) {
  session.in_flight_bytes_ = static_cast<std::uint32_t>(bytes.size());
  counters_.sends.add();
  port_->send(session.socket_, std::move(bytes));
}

void Worker::count_queued(Session& session) {
  // The system is asked only about a client that was seen to lag: a send of an earlier turn is in flight.
  const bool lags = session.in_flight_bytes_ > 0 || session.unsent_bytes_ > 0;
  session.unsent_bytes_ = lags && session.state_ != SessionState::closing
                              ? static_cast<std::uint32_t>(port_->unsent_bytes(session.socket_))
                              : 0;
  const std::size_t control = session.web_ ? session.web_->control.size() : 0;
  const auto now = static_cast<std::uint32_t>(session.out_.size() + control + session.in_flight_bytes_ +
                                              session.unsent_bytes_);
  counters_.queued_bytes.add(now - std::uint64_t{std::exchange(session.queued_bytes_, now)});
}

/// All sessions together must not fill the machine's memory: when much waits, those with long queues go.
std::size_t Worker::queue_bytes_max() const {
  const bool is_much = counters_.queued_bytes.get() > std::uint64_t{limits_.queued_mbytes_max} * 1'000'000;
  return is_much ? limits_.send_queue_bytes_max / 16 : limits_.send_queue_bytes_max;
}

// --- Going ---

/// A parting session first sends what it has, then ends its side, then waits until the peer has ended its
/// own: closing before that could make the kernel throw away what the peer has not read yet.
void Worker::part_when_sent(Session& session) {
  if (session.state_ != SessionState::parting || session.in_flight_bytes_ > 0 || has_output(session)) return;
  if (!session.receiving_) return close_socket(session, io::CloseMode::orderly);
  if (session.half_closed_) return;
  session.half_closed_ = true;
  port_->shutdown_send(session.socket_);
}

void Worker::close_socket(Session& session, io::CloseMode mode) {
  session.state_ = SessionState::closing;
  session.out_.reset();
  port_->close(session.socket_, mode);
}

/// Deadlines are looked at ten times a second: a timer for each session would cost more memory than the
/// session.
void Worker::sweep() {
  port_->start_timer(sweep_interval, key_sweep);
  retry_stalled();
  retry_unanswered();
  const Time time = clock_.awake();
  sessions_.for_each([&](SessionId, Session& session) {
    if (session.state_ == SessionState::closing) return;
    if (session.unsent_bytes_ > 0) count_queued(session);
    // A client that waits for us is not silent.
    if (session.stalled_ && session.state_ == SessionState::active)
      session.deadline_ = time + ms(limits_.idle_timeout_ms);
    if (time < std::min(session.deadline_, stopping_ ? stop_deadline_ : Time::max())) {
      if (session.web_) ping_when_silent(session, time);
      return;
    }
    switch (session.state_) {
      case SessionState::announced:
      case SessionState::asking:
      case SessionState::greeting: return close(session, CloseReason::login_timeout);
      case SessionState::active: return close(session, CloseReason::idle_timeout);
      case SessionState::parting: return close_socket(session, io::CloseMode::reset);
      case SessionState::closing: return;
    }
  });

  if (!stopping_) resume_listeners();
  for (HttpListener& one : http_listeners_)
    one.accepts_left = share_of_a_sweep(limits_.http_connections_per_second_max);
  handshakes_left_ = share_of_a_sweep(limits_.handshakes_per_second_max);
  refusals_left_ = share_of_a_sweep(limits_.refusals_per_second_max);
}

/// What was not used is not saved up: a crowd that comes at once would take the time of those who play.
std::uint32_t Worker::share_of_a_sweep(std::uint32_t a_second) {
  return std::max(static_cast<std::uint32_t>(a_second * sweep_interval / 1s), 1u);
}

void Worker::begin_stop() {
  stopping_ = true;
  stop_deadline_ = clock_.awake() + ms(limits_.shutdown_deadline_ms);
  if (listener_) port_->close(listener_);
  for (HttpListener& one : http_listeners_)
    if (one.socket) port_->close(one.socket);
  sessions_.for_each([&](SessionId, Session& session) { close(session, CloseReason::server_stopping); });
}

}  // namespace madang::net
