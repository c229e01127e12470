#include "client/connection.h"

#include <utility>

#include "base/text.h"

namespace madang::client {

using State = ConnectionState;

std::string describe(const Ending& ending, Language language) {
  // The system's words without the name of the call and the number, which help nobody who plays.
  Error error = ending.error;
  error.doing = "";
  if (error.code != ErrorCode::other) error.os_code = 0;

  if (ending.said_goodbye) return fmt::format("the server said goodbye: {}", ending.text);
  if (!ending.connected && error) return describe(error, language);
  if (ending.asked_for) return "the server did not answer the logout";
  if (ending.reason == CloseReason::login_timeout) return "the server did not answer the login in time";
  if (ending.reason != CloseReason::connection_lost)
    return fmt::format("the server sent what is no packet of this protocol ({})", name_of(ending.reason));
  return error ? describe(error, language) : "the server ended the connection without a goodbye";
}

Connection::Connection(io::Port& port, io::Key key, BufferPool& pool, ConnectionOwner& owner,
                       Findings& findings, bool keep_names, const ConnectionTimes& times)
    : port_(port), pool_(pool), owner_(owner), key_(key), times_(times), view_(findings, keep_names) {}

Result<void> Connection::start(const io::Address& server, std::string_view name, wire::Looks looks) {
  CHECK(state_ == State::fresh, "a connection is started once");
  const Result<io::Socket> socket = port_.connect(server, key_);
  if (!socket) return std::unexpected(socket.error());
  socket_ = *socket;
  state_ = State::connecting;
  deadline_ = port_.now() + times_.login_deadline;
  const wire::Login login{.schema = wire::schema_hash, .name = name, .looks = looks};
  out_ = pool_.make(wire::frame_size_of(login));
  wire::append(out_, login);
  return {};
}

void Connection::log_out() {
  if (state_ == State::connecting) return drop();
  if (state_ != State::greeting && state_ != State::playing) return;
  ending_.asked_for = true;
  state_ = State::leaving;
  deadline_ = port_.now() + times_.logout_deadline;
  append(wire::Logout{});
}

void Connection::drop() {
  if (state_ == State::fresh || state_ >= State::closing) return;
  ending_.asked_for = true;
  close(io::CloseMode::reset);
}

void Connection::flush() {
  if (sending_ || out_.empty() || !listens()) return;
  sending_ = true;
  last_sent_ = port_.now();
  port_.send(socket_, std::move(out_));
}

void Connection::watch_clock() {
  const Time now = port_.now();
  if (is_playing()) {
    if (now - last_sent_ >= times_.quiet_before_ping) append(wire::Ping{.client_time = client_time(now)});
  } else if (state_ != State::fresh && state_ < State::closing && now >= deadline_) {
    fail(state_ == State::leaving ? CloseReason::connection_lost : CloseReason::login_timeout);
  }
}

// --- Completions ---

void Connection::on_completion(io::Completion& completion) {
  switch (completion.kind) {
    case io::OperationKind::connect: return on_connected(completion);
    case io::OperationKind::receive: return on_received(completion);
    case io::OperationKind::send: return on_sent(completion);
    case io::OperationKind::close: return on_closed();
    default: CHECK(false, "a connection started no such operation: {}", static_cast<int>(completion.kind));
  }
}

void Connection::on_connected(const io::Completion& completion) {
  if (state_ == State::closing) return;
  if (completion.error) return fail(CloseReason::connection_lost, completion.error);
  ending_.connected = true;
  state_ = State::greeting;
  port_.receive(socket_);
  flush();
}

void Connection::on_received(const io::Completion& completion) {
  if (!listens()) return;
  if (completion.is_final) return fail(CloseReason::connection_lost, completion.error);
  bytes_in_ += completion.bytes.size();
  take_bytes(completion.bytes);
}

void Connection::on_sent(const io::Completion& completion) {
  sending_ = false;
  if (!listens()) return;
  // Why a send failed says less than what the server may have said before: the receive comes to its end, too.
  if (completion.error) return;
  bytes_out_ += completion.buffer.size();
  flush();
}

void Connection::on_closed() {
  state_ = State::ended;
  const Ending ending = std::move(ending_);
  owner_.on_end(*this, ending);
}

// --- What the server says ---

void Connection::take_bytes(Bytes bytes) {
  if (in_.empty()) {
    const std::size_t taken = take_frames(bytes);
    if (!listens() || taken == bytes.size()) return;
    in_ = pool_.make(bytes.size() - taken);
    in_.append(bytes.subspan(taken));
    return;
  }
  in_.append(bytes);
  in_.consume(take_frames(in_.bytes()));
  if (in_.empty()) in_.reset();
}

/// Takes the whole frames in `bytes`. How many bytes they were.
std::size_t Connection::take_frames(Bytes bytes) {
  Bytes rest = bytes;
  while (listens()) {
    const wire::FrameResult frame = wire::next_frame(rest);
    if (frame) {
      take_frame(*frame);
      continue;
    }
    if (frame.error() != CloseReason::none) fail(frame.error());
    break;
  }
  return bytes.size() - rest.size();
}

void Connection::take_frame(const wire::Frame& frame) {
  if (const CloseReason reason = view_.apply(frame); reason != CloseReason::none) return fail(reason);
  if (frame.opcode == wire::opcode_of<wire::Goodbye>) take_goodbye(frame);
  if (frame.opcode == wire::opcode_of<wire::Welcome>) take_welcome();
  owner_.on_packet(*this, frame);
}

void Connection::take_welcome() {
  if (state_ != State::greeting) return;
  state_ = State::playing;
  owner_.on_welcome(*this);
}

void Connection::take_goodbye(const wire::Frame& frame) {
  const auto goodbye = wire::decode<wire::Goodbye>(frame.body);
  ending_.said_goodbye = true;
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

bool Connection::listens() const {
  return state_ == State::greeting || state_ == State::playing || state_ == State::leaving;
}

}  // namespace madang::client
