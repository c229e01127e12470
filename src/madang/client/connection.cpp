#include "madang/client/connection.h"

#include <utility>

#include "madang/base/text.h"

namespace madang::client {

using State = ConnectionState;

std::string describe(const Ending& ending, Language language) {
  // The system's words without the name of the call and the number, which do not help a player.
  Error error = ending.error;
  error.doing = "";
  if (error.code != ErrorCode::other) error.os_code = 0;

  if (ending.has_goodbye) return fmt::format("the server said goodbye: {}", ending.text);
  if (!ending.was_connected && error) return describe(error, language);
  if (ending.was_requested) return "the server did not answer the logout";
  if (ending.reason == CloseReason::login_timeout) return "the server did not answer the login in time";
  if (ending.reason != CloseReason::connection_lost)
    return fmt::format("the server sent something that is not a packet of this protocol ({})",
                       name_of(ending.reason));
  return error ? describe(error, language) : "the server ended the connection without a goodbye";
}

Connection::Connection(io::Port& port, io::Key key, BufferPool& pool, ConnectionOwner& owner, AnyView& view,
                       const ConnectionTimes& times)
    : port_(port), pool_(pool), owner_(owner), key_(key), times_(times), view_(&view) {}

Result<void> Connection::start(const io::Address& server, const wire::Login& login) {
  MADANG_CHECK(state_ == State::fresh, "a connection can be started only once");
  const Result<io::Socket> socket = port_.connect(server, key_);
  if (!socket) return std::unexpected(socket.error());
  socket_ = *socket;
  state_ = State::connecting;
  deadline_ = port_.now() + times_.login_deadline;
  out_ = pool_.make(wire::frame_size_of(login));
  wire::append(out_, login);
  return {};
}

void Connection::enter_world(const wire::EnterWorld& enter_world, AnyView& view) {
  if (!is_active()) return;
  next_view_ = &view;
  append(enter_world);
}

void Connection::log_out() {
  if (state_ == State::connecting) return drop();
  if (state_ != State::handshake && state_ != State::active) return;
  ending_.was_requested = true;
  state_ = State::draining;
  deadline_ = port_.now() + times_.logout_deadline;
  append(wire::Logout{});
}

void Connection::drop() {
  if (state_ == State::fresh || state_ >= State::closing) return;
  ending_.was_requested = true;
  close(io::CloseMode::reset);
}

void Connection::flush() {
  if (is_sending_ || out_.empty() || !is_listening()) return;
  is_sending_ = true;
  last_sent_ = port_.now();
  port_.send(socket_, std::move(out_));
}

void Connection::watch_clock() {
  const Time now = port_.now();
  if (is_active()) {
    if (now - last_sent_ >= times_.quiet_before_ping) append(wire::Ping{.client_time = client_time(now)});
  } else if (state_ != State::fresh && state_ < State::closing && now >= deadline_) {
    fail(state_ == State::draining ? CloseReason::connection_lost : CloseReason::login_timeout);
  }
}

// --- Completions ---

void Connection::on_completion(io::Completion& completion) {
  switch (completion.kind) {
    case io::OperationKind::connect: return on_connected(completion);
    case io::OperationKind::receive: return on_received(completion);
    case io::OperationKind::send: return on_sent(completion);
    case io::OperationKind::close: return on_closed();
    default:
      MADANG_CHECK(false, "a connection did not start such an operation: {}",
                   static_cast<int>(completion.kind));
  }
}

void Connection::on_connected(const io::Completion& completion) {
  if (state_ == State::closing) return;
  if (completion.error) return fail(CloseReason::connection_lost, completion.error);
  ending_.was_connected = true;
  state_ = State::handshake;
  port_.receive(socket_);
  flush();
}

void Connection::on_received(const io::Completion& completion) {
  if (!is_listening()) return;
  if (completion.is_final) return fail(CloseReason::connection_lost, completion.error);
  bytes_in_ += completion.bytes.size();
  receive_bytes(completion.bytes);
}

void Connection::on_sent(const io::Completion& completion) {
  is_sending_ = false;
  if (!is_listening()) return;
  // The receive ends too, and may first bring a goodbye. A goodbye says more than the error of a send.
  if (completion.error) return;
  bytes_out_ += completion.buffer.size();
  flush();
}

void Connection::on_closed() {
  state_ = State::ended;
  const Ending ending = std::move(ending_);
  owner_.on_end(*this, ending);
}

// --- Packets of the server ---

void Connection::receive_bytes(Bytes bytes) {
  if (in_.empty()) {
    const std::size_t dispatched = dispatch_frames(bytes);
    if (!is_listening() || dispatched == bytes.size()) return;
    in_ = pool_.make(bytes.size() - dispatched);
    in_.append(bytes.subspan(dispatched));
    return;
  }
  in_.append(bytes);
  in_.consume(dispatch_frames(in_.bytes()));
  if (in_.empty()) in_.reset();
}

/// Dispatches the whole frames in `bytes`. Returns their size.
std::size_t Connection::dispatch_frames(Bytes bytes) {
  Bytes rest = bytes;
  view_->prefetch(bytes);
  while (is_listening()) {
    const wire::FrameResult frame = wire::next_frame(rest);
    if (frame) {
      dispatch_frame(*frame);
      continue;
    }
    if (frame.error() != CloseReason::none) fail(frame.error());
    break;
  }
  return bytes.size() - rest.size();
}

void Connection::dispatch_frame(const wire::Frame& frame) {
  if (frame.opcode == wire::opcode_of<wire::Welcome> && next_view_)
    view_ = std::exchange(next_view_, nullptr);
  if (const CloseReason reason = view_->apply(frame); reason != CloseReason::none) return fail(reason);
  if (frame.opcode == wire::opcode_of<wire::Goodbye>) on_goodbye_packet(frame);
  if (frame.opcode == wire::opcode_of<wire::Welcome>) on_welcome_packet();
  if (frame.opcode == wire::opcode_of<wire::NotEntered>) next_view_ = nullptr;
  owner_.on_packet(*this, frame);
}

void Connection::on_welcome_packet() {
  if (state_ == State::handshake) state_ = State::active;
  if (!is_active()) return;
  owner_.on_welcome(*this);
}

void Connection::on_goodbye_packet(const wire::Frame& frame) {
  const auto goodbye = wire::decode<wire::Goodbye>(frame.body);
  ending_.has_goodbye = true;
  ending_.reason = goodbye->reason;
  ending_.text = shown(goodbye->text);
  close(io::CloseMode::orderly);
}

// --- The end ---

void Connection::fail(CloseReason reason, const Error& error) {
  ending_.reason = reason;
  ending_.error = error;
  close(io::CloseMode::reset);
}

void Connection::close(io::CloseMode mode) {
  state_ = State::closing;
  out_.reset();
  port_.close(socket_, mode);
}

bool Connection::is_listening() const {
  return state_ == State::handshake || state_ == State::active || state_ == State::draining;
}

}  // namespace madang::client
