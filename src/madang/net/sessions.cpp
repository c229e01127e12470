#include "madang/net/sessions.h"

#include <algorithm>

namespace madang::net {

Sessions::Sessions(WorkerContext& context, Drain& drain, std::uint8_t table_number)
    : context_(context),
      drain_(drain),
      byte_time_(ByteBudget::byte_time(context.limits.session_kbit_per_second)),
      // A session that is over keeps its slot until the end of the turn, but its place may be given to a new
      // session before that.
      table_(2 * std::size_t{context.limits.sessions_max}, table_number) {}

// --- Begin ---

void Sessions::open(Channel channel, Place place, Bytes bytes) {
  if (Session* session = emplace(std::move(channel), std::move(place), nullptr)) begin(*session, bytes);
}

void Sessions::open_websocket(Channel channel, Place place, Bytes bytes) {
  auto websocket = std::make_unique<WebSocketTransport>(context_.limits.message_bytes_max);
  if (Session* session = emplace(std::move(channel), std::move(place), std::move(websocket)))
    begin(*session, bytes);
}

Session* Sessions::emplace(Channel channel, Place place, std::unique_ptr<WebSocketTransport> websocket) {
  if (table_.is_full()) {
    say_goodbye(channel, websocket.get(), CloseReason::server_full);
    move_to_drain(std::move(channel), std::move(place), CloseReason::server_full);
    return nullptr;
  }
  const auto [id, session] = table_.emplace(std::move(channel), std::move(place), std::move(websocket),
                                            context_.deadline(context_.limits.login_deadline_ms));
  session.id_ = id;
  context_.port.set_key(session.channel_.socket(), id.value);
  return &session;
}

void Sessions::begin(Session& session, Bytes bytes) {
  context_.counters.sessions_opened.add();
  context_.counters.sessions_open.add();
  service_->on_open(session);
  if (session.is_open() && !bytes.empty()) receive_bytes(session, bytes);
}

void Sessions::establish(Session& session) {
  MADANG_CHECK(session.state_ == SessionState::handshake);
  session.state_ = SessionState::active;
  session.deadline_ = context_.deadline(context_.limits.idle_timeout_ms);
}

// --- End ---

void Sessions::refuse(Channel channel, Place place, CloseReason reason) {
  say_goodbye(channel, nullptr, reason);
  move_to_drain(std::move(channel), std::move(place), reason);
}

void Sessions::refuse_websocket(Channel channel, Place place, CloseReason reason) {
  WebSocketTransport websocket(context_.limits.message_bytes_max);
  say_goodbye(channel, &websocket, reason);
  move_to_drain(std::move(channel), std::move(place), reason);
}

void Sessions::close(Session& session, CloseReason reason) {
  if (!session.is_open()) return;
  session.state_ = SessionState::over;
  context_.counters.closed_for(reason).add();
  context_.counters.sessions_open.subtract();
  service_->on_close(session, reason);
  // The waiting bytes are sent before the goodbye, but not to a client that does not read.
  if (reason == CloseReason::slow_reader) session.channel_.out.reset();
  if (reason != CloseReason::connection_lost) say_goodbye(session.channel_, session.websocket_.get(), reason);
  ended_.push_back(session.id_);
  log_misbehaviour(session, reason);
  move_to_drain(std::move(session.channel_), std::move(session.place_), reason);
}

void Sessions::say_goodbye(Channel& channel, WebSocketTransport* websocket, CloseReason reason) {
  if (websocket && channel.out.empty()) WebSocketTransport::begin_message(channel.out);
  service_->say_goodbye(reason, channel.out);
  if (!websocket) return;
  websocket->close(reason);
  channel.out = websocket->seal(std::move(channel.out));
}

void Sessions::move_to_drain(Channel channel, Place place, CloseReason reason) {
  if (reason == CloseReason::connection_lost) return drain_.reset(std::move(channel), std::move(place));
  drain_.add(std::move(channel), std::move(place), context_.limits.goodbye_deadline_ms);
}

void Sessions::log_misbehaviour(const Session& session, CloseReason reason) {
  if (!is_misbehaviour(reason)) return;
  if (!misbehaviour_log_.allows(context_.clock.now())) return;
  const std::uint64_t skipped = misbehaviour_log_.pop_skipped();
  log_info("goodbye to {}: {}{}", session.peer().text(), name_of(reason),
           skipped ? fmt::format(" (and to {} others since the last such line)", skipped) : "");
}

void Sessions::close_all(CloseReason reason) {
  table_.for_each([&](SessionId, Session& session) { close(session, reason); });
}

void Sessions::erase_ended() {
  for (const SessionId id : ended_) table_.erase(id);
  ended_.clear();
}

void Sessions::sweep() {
  retry_stalled();
  const Time time = context_.clock.awake();
  const Duration half_timeout = std::chrono::milliseconds(context_.limits.idle_timeout_ms) / 2;
  table_.for_each([&](SessionId, Session& session) {
    if (!session.is_open()) return;
    if (session.channel_.system_holds_bytes()) session.channel_.count(context_);
    const bool is_active = session.state_ == SessionState::active;
    // A client that waits for the server is not silent.
    if (session.is_stalled_ && is_active)
      session.deadline_ = context_.deadline(context_.limits.idle_timeout_ms);
    if (time >= session.deadline_) {
      close(session, is_active ? CloseReason::idle_timeout : CloseReason::login_timeout);
    } else if (session.websocket_ && is_active && session.deadline_ - time <= half_timeout &&
               session.websocket_->ping()) {
      mark_dirty(session);
    }
  });
}

// --- Received bytes ---

void Sessions::on_completion(io::Completion& completion) {
  Session* session = table_.find(SessionId{completion.key});
  MADANG_CHECK(session != nullptr, "a completion for a session that is gone: {:#x}", completion.key);
  if (completion.kind == io::OperationKind::receive) return on_receive(*session, completion);
  MADANG_CHECK(completion.kind == io::OperationKind::send, "a session started no such operation: {}",
               static_cast<int>(completion.kind));
  if (!session->channel_.on_sent(context_, completion)) return close(*session, CloseReason::connection_lost);
  if (has_output(*session)) mark_dirty(*session);
}

void Sessions::on_receive(Session& session, io::Completion& completion) {
  if (completion.is_final) {
    session.channel_.receive_has_ended();
    return close(session, completion.error ? CloseReason::connection_lost : CloseReason::client_left);
  }
  context_.counters.bytes_in.add(completion.bytes.size());
  if (session.state_ == SessionState::active)
    session.deadline_ = context_.deadline(context_.limits.idle_timeout_ms);
  if (completion.buffer.capacity() > 0) return receive_own_buffer(session, std::move(completion.buffer));
  receive_bytes(session, completion.bytes);
}

void Sessions::receive_bytes(Session& session, Bytes bytes) {
  if (WebSocketTransport* websocket = session.websocket_.get()) {
    if (session.in_.capacity() == 0) session.in_ = context_.pool.make(bytes.size());
    if (!websocket->receive(bytes, session.in_, context_.clock.sent_since(), context_.clock.now(),
                            context_.limits.websocket_frame_budget))
      return close(session, CloseReason::flooding);
    if (websocket->control_bytes() > 0) mark_dirty(session);
    if (!session.is_stalled_) dispatch_gathered(session);
    return;
  }
  if (session.in_.empty() && !session.is_stalled_) {
    const std::size_t dispatched = dispatch_frames(session, bytes);
    if (!session.is_open()) return;
    if (dispatched < bytes.size()) {
      const Bytes rest = bytes.subspan(dispatched);
      session.in_ = context_.pool.make(std::max(rest.size(), wire::announced_size(rest)));
      session.in_.append(rest);
    } else if (!session.was_large_) {
      return;
    }
  } else {
    session.in_.append(bytes);
    if (session.is_stalled_) return;
    dispatch_gathered(session);
  }
  receive_large(session);
}

/// The buffer comes from receive_large(): it holds the beginning of the frame, and the received bytes behind
/// it.
void Sessions::receive_own_buffer(Session& session, Buffer buffer) {
  session.in_ = std::move(buffer);
  if (session.is_stalled_) return;
  dispatch_gathered(session);
  receive_large(session);
}

void Sessions::dispatch_gathered(Session& session) {
  const std::size_t dispatched = dispatch_frames(session, session.in_.bytes());
  if (!session.is_open()) return;
  // If a frame was forwarded, its buffer is gone.
  if (!session.in_.empty()) session.in_.consume(dispatched);
  if (session.in_.empty()) session.in_.reset();
  // Frames that came before the end of the WebSocket are handled first.
  if (!session.websocket_ || session.is_stalled_) return;
  if (const CloseReason reason = session.websocket_->ended(); reason != CloseReason::none)
    close(session, reason);
}

/// Lets the port write the rest of a large frame directly behind its beginning. After a large frame, the next
/// one gets a buffer of its own from its first byte.
void Sessions::receive_large(Session& session) {
  if (!session.is_open() || session.is_stalled_ || session.websocket_) return;
  const std::size_t size = wire::announced_size(session.in_.bytes());
  if (session.in_.empty() && session.was_large_) {
    context_.port.receive_into(session.channel_.socket(), context_.pool.make(wire::frame_size_max));
  } else if (size >= large_frame_bytes && size > session.in_.size()) {
    if (session.in_.capacity() < size) {
      Buffer larger = context_.pool.make(size);
      larger.append(session.in_.bytes());
      session.in_ = std::move(larger);
    }
    context_.port.receive_into(session.channel_.socket(), std::move(session.in_));
  }
}

/// Dispatches the whole frames in `bytes` to the service. Returns their size.
std::size_t Sessions::dispatch_frames(Session& session, Bytes bytes) {
  Bytes rest = bytes;
  for (;;) {
    const std::size_t dispatched = bytes.size() - rest.size();
    const wire::FrameResult frame = wire::next_frame(rest, context_.limits.frame_bytes_max);
    if (!frame) {
      if (frame.error() != CloseReason::none) close(session, frame.error());
      return dispatched;
    }
    const bool is_retried = &session == retried_;
    // No frame overtakes the stalled sessions.
    const bool must_wait = !stalled_.empty() && !is_retried;
    const Verdict verdict = must_wait ? Verdict::retry() : ask_service(session, *frame);
    if (verdict.is_retry()) {
      // The first frame of a retried session was counted when it stalled.
      if (!is_retried || dispatched > 0) context_.counters.stalls.add();
      stall(session);
      return dispatched;
    }
    context_.counters.frames_in.add();
    session.was_large_ = frame->whole.size() >= large_frame_bytes;
    if (verdict.is_close()) close(session, verdict.reason());
    if (!session.is_open()) return dispatched;
  }
}

Verdict Sessions::ask_service(Session& session, const wire::Frame& frame) {
  dispatching_ = &session;
  const Verdict verdict = service_->on_frame(session, frame);
  dispatching_ = nullptr;
  return verdict;
}

// --- Stalled sessions ---

void Sessions::stall(Session& session) {
  context_.clock.did_not_read(context_.clock.now());
  session.is_stalled_ = true;
  stalled_.push_back(session.id_);
  context_.port.pause(session.channel_.socket());
}

/// Begins with the session that stalled first. If a session stalls again, the sessions behind it are not
/// retried, because they would stall too.
void Sessions::retry_stalled() {
  if (!stalled_.empty()) context_.clock.did_not_read(context_.clock.now());
  while (!stalled_.empty()) {
    Session* session = find(stalled_.front());
    stalled_.pop_front();
    if (!session) continue;
    session->is_stalled_ = false;
    retried_ = session;
    dispatch_gathered(*session);
    retried_ = nullptr;
    if (session->is_stalled_) {  // stall() has put it at the end, but its turn is still the first
      stalled_.pop_back();
      stalled_.push_front(session->id_);
      return;
    }
    if (!session->is_open()) continue;
    receive_large(*session);
    context_.port.resume(session->channel_.socket());
  }
}

// --- Sent bytes ---

Buffer& Sessions::out(Session& session) {
  MADANG_CHECK(session.is_open());
  mark_dirty(session);
  Buffer& out = session.channel_.out;
  if (out.capacity() == 0) out = context_.pool.make(256);
  if (session.websocket_ && out.empty()) WebSocketTransport::begin_message(out);
  return out;
}

void Sessions::forward(const wire::Frame& frame, Session& to) {
  const bool fills_its_buffer = dispatching_ && frame.whole.data() == dispatching_->in_.data() &&
                                frame.whole.size() == dispatching_->in_.size();
  if (!fills_its_buffer || frame.whole.size() < large_frame_bytes || !to.channel_.out.empty() ||
      to.websocket_)
    return out(to).append(frame.whole);
  MADANG_CHECK(to.is_open());
  mark_dirty(to);
  to.channel_.out = std::move(dispatching_->in_);
}

Duration Sessions::lag(const Session& session) const {
  return session.budget_.used(context_.clock.now()) +
         ByteBudget::time_of(session.channel_.waiting_bytes(), byte_time_);
}

void Sessions::mark_dirty(Session& session) {
  if (std::exchange(session.is_dirty_, true)) return;
  dirty_.push_back(session.id_);
}

bool Sessions::has_output(const Session& session) {
  return !session.channel_.out.empty() || (session.websocket_ && session.websocket_->control_bytes() > 0);
}

void Sessions::flush() {
  if (dirty_.empty()) return;
  const Time time = context_.clock.now();
  constexpr std::size_t ahead = 4;
  for (std::size_t i = 0; i < dirty_.size(); ++i) {
    if (i + ahead < dirty_.size()) prefetch(dirty_[i + ahead].index());
    if (Session* session = find(dirty_[i])) {
      session->is_dirty_ = false;
      send(*session, time);
    }
  }
  dirty_.clear();
}

void Sessions::send(Session& session, Time time) {
  Channel& channel = session.channel_;
  channel.count(context_, session.websocket_ ? session.websocket_->control_bytes() : 0);
  if (channel.counted_bytes() > queue_bytes_max()) return close(session, CloseReason::slow_reader);
  if (channel.is_sending() || !has_output(session)) return;
  Buffer bytes = std::move(channel.out);
  if (session.websocket_) bytes = session.websocket_->seal(std::move(bytes));
  if (bytes.empty()) return;
  session.budget_.spend(time, bytes.size(), byte_time_);
  channel.send(context_, std::move(bytes));
}

/// All queues together must not fill the memory of the machine. When they hold much, the limit of each one is
/// lower.
std::size_t Sessions::queue_bytes_max() const {
  const Limits& limits = context_.limits;
  const bool is_much =
      context_.counters.queued_bytes.get() > std::uint64_t{limits.queued_mbytes_max} * 1'000'000;
  return is_much ? limits.send_queue_bytes_max / 16 : limits.send_queue_bytes_max;
}

}  // namespace madang::net
