// The web's share of a worker: a request is read and answered, and may become a WebSocket.
//
// From then on it is a session like any other: what its messages carry is gathered where the pieces of frames
// over TCP are, and what it is sent is made a message when it leaves.
#include <algorithm>
#include <chrono>

#include "net/worker.h"

namespace madang::net {

using wire::HttpStatus;

namespace {

/// RFC 6455, 7.4.1; 1013 is from IANA's registry.
wire::CloseCode close_code_of(CloseReason reason) {
  switch (reason) {
    case CloseReason::client_left: return wire::CloseCode::normal;
    case CloseReason::server_stopping: return wire::CloseCode::going_away;
    case CloseReason::server_full:
    case CloseReason::world_full:
    case CloseReason::too_many_from_address: return wire::CloseCode::try_again_later;
    default: return wire::CloseCode::policy_violation;
  }
}

}  // namespace

void Worker::take_web_bytes(Session& session, Bytes bytes) {
  WebConnection& web = *session.web_;
  web.pinged = false;
  if (!web.socket && !read_request(session, bytes)) return;
  if (!web.socket || !session.open() || bytes.empty()) return;
  if (session.in_.capacity() == 0) session.in_ = pool_.make(bytes.size());
  const std::uint32_t idle_frames_before = web.socket->idle_frame_count();
  web.socket->receive(bytes, session.in_, web.control);
  for (std::uint32_t i = idle_frames_before; i != web.socket->idle_frame_count(); ++i)
    if (!web.idle_frames.take(clock_.sent_since(), now(), limits_.websocket_frame_budget))
      return close(session, CloseReason::flooding);
  if (!web.control.empty()) mark_dirty(session);
  if (!session.stalled_) take_gathered(session);
}

/// Whether the request is whole: it has been shown to the service then, and `bytes` is what follows it. One
/// request a connection: what comes before it is answered is not read.
bool Worker::read_request(Session& session, Bytes& bytes) {
  WebConnection& web = *session.web_;
  if (web.exchange) return false;
  if (!web.reader)
    web.reader =
        std::make_unique<wire::HttpReader>(wire::HttpLimits{.target_bytes_max = limits_.http_target_bytes_max,
                                                            .head_bytes_max = limits_.http_head_bytes_max,
                                                            .body_bytes_max = limits_.http_body_bytes_max});
  const std::expected<bool, wire::HttpRefusal> whole = web.reader->receive(bytes);
  if (!whole) {
    respond(session, wire::plain_response(whole.error().status, whole.error().why));
    return false;
  }
  if (!*whole) {
    if (web.reader->take_continue()) {
      session.out_.append(as_bytes(wire::continue_line));
      mark_dirty(session);
    }
    return false;
  }
  web.exchange = std::make_unique<HttpExchange>(web.reader->take(), session.peer_);
  if (session.peer_.route == Route::proxy)
    web.exchange->peer = forwarded_client(web.exchange->request, session.peer(), trusted_proxies_);
  warn_about_a_proxy(*web.exchange, web.proxies);
  web.reader.reset();
  answer(session);
  return true;
}

/// Limits by address do not hold for those behind a proxy that nobody has named. Said once a process.
void Worker::warn_about_a_proxy(const HttpExchange& exchange, ProxyWord proxies) {
  static std::atomic<bool> is_said = false;
  if (proxies != ProxyWord::x_forwarded_for || !exchange.peer.is_this_machine() ||
      !tells_of_a_proxy(exchange.request) || is_said.exchange(true))
    return;
  log_warning(
      "a proxy at {} hands on players: name it in trusted_proxies, so that limits by address count them",
      exchange.peer.address.text());
}

void Worker::answer(Session& session) {
  const HttpVerdict verdict = session.web_->service->on_request(*session.web_->exchange);
  if (verdict.is_later()) {
    session.stalled_ = true;
    unanswered_.push_back(session.id_);
    return port_->pause(session.socket_);
  }
  if (verdict.is_upgrade()) return upgrade(session);
  respond(session, verdict.response());
}

void Worker::upgrade(Session& session) {
  WebConnection& web = *session.web_;
  Buffer head = pool_.make(256);
  if (const auto upgraded = wire::append_upgrade(head, web.exchange->request); !upgraded)
    return respond(session, upgraded.error());
  // It leaves the pages' places, and takes one of the sessions', if there is one.
  crowd_of(session).leave(session.peer_);
  session.peer_ = web.exchange->peer;
  session.reason_ = admission_.enter(session.peer_);
  session.admitted_ = session.reason_ == CloseReason::none;
  if (!session.admitted_) ++refusals_open_;
  web.exchange.reset();
  web.socket = std::make_unique<wire::WebSocket>(limits_.message_bytes_max);
  counters_.http_responses[0].add();
  session.state_ = SessionState::greeting;
  send(session, std::move(head));
  if (session.reason_ == CloseReason::none) return begin_service(session);
  counters_.closed_for(session.reason_).add();
  close(session, session.reason_);
}

/// A response is the last that a connection hears: it parts with it.
void Worker::respond(Session& session, const wire::HttpResponse& response) {
  WebConnection& web = *session.web_;
  const bool is_head = web.exchange && web.exchange->request.method == "HEAD";
  counters_.http_responses[static_cast<std::size_t>(response.status) / 100 - 1].add();
  wire::append_response(session.out_, response, {.without_body = true});
  if (!is_head) {
    web.rest = response.body;
    if (web.rest.empty()) session.out_.append(as_bytes(response.own_body));
    append_rest(session);
  }
  web.reader.reset();
  web.exchange.reset();
  session.state_ = SessionState::parting;
  // One that has no place here must not keep another from being told so.
  session.deadline_ =
      clock_.awake() + std::chrono::milliseconds(session.admitted_ ? limits_.http_response_deadline_ms
                                                                   : limits_.goodbye_deadline_ms);
  mark_dirty(session);
  if (std::exchange(session.stalled_, false)) port_->resume(session.socket_);
}

void Worker::append_rest(Session& session) {
  std::string_view& rest = session.web_->rest;
  const std::string_view piece = rest.substr(0, page_piece_bytes);
  session.out_.append(as_bytes(piece));
  rest.remove_prefix(piece.size());
}

/// A request whose connection must end before its service has answered.
void Worker::end_request(Session& session, CloseReason reason) {
  const auto respond_with = [&](HttpStatus status, std::string_view why) {
    respond(session, wire::plain_response(status, why));
  };
  const bool is_whole = session.web_->exchange != nullptr;
  switch (reason) {
    case CloseReason::connection_lost: return close_socket(session, io::CloseMode::reset);
    case CloseReason::client_left:
      if (is_whole) return;  // it has ended its side only, and waits for the answer
      return respond_with(HttpStatus::bad_request, "This request is not whole.");
    case CloseReason::login_timeout:
      if (is_whole)
        return respond_with(HttpStatus::service_unavailable, "The server has not answered in time.");
      return respond_with(HttpStatus::request_timeout, "The request did not come in time.");
    default: return respond_with(HttpStatus::service_unavailable, text_of(reason));
  }
}

void Worker::close_websocket(Session& session, CloseReason reason) {
  session.web_->socket->close(close_code_of(reason), text_of(reason), session.web_->control);
}

/// A WebSocket that has said goodbye, or broken its protocol, ends once all is taken that came before that.
void Worker::end_with_websocket(Session& session) {
  if (session.stalled_) return;
  switch (session.web_->socket->state()) {
    case wire::WebSocketState::closed_by_peer: return close(session, CloseReason::client_left);
    case wire::WebSocketState::refused: return close(session, CloseReason::bad_websocket);
    default: return;
  }
}

/// A browser answers by itself, also for a page in the background that has nothing to say.
void Worker::ping_when_silent(Session& session, Time time) {
  const Duration patience = std::chrono::milliseconds(limits_.idle_timeout_ms) / 2;
  if (session.state_ != SessionState::active || session.deadline_ - time > patience || session.web_->pinged)
    return;
  session.web_->pinged = true;
  wire::append_ping(session.web_->control);
  mark_dirty(session);
}

/// All that has gathered for a WebSocket, as it is sent: one message, and control frames behind it. Empty
/// when there is nothing. A response is sent as it is.
Buffer Worker::take_messages(Session& session) {
  Buffer message = std::move(session.out_);
  WebConnection& web = *session.web_;
  if (!web.socket) return message;
  if (message.size() <= wire::message_header_room) return std::move(web.control);
  wire::seal_message(message);
  message.append(web.control.bytes());
  web.control.reset();
  return message;
}

}  // namespace madang::net
