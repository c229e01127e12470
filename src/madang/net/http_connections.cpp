#include "madang/net/http_connections.h"

#include <algorithm>

#include "madang/wire/http_fields.h"

namespace madang::net {

using wire::HttpStatus;

HttpConnections::HttpConnections(WorkerContext& context, Sessions& sessions, Drain& drain,
                                 const io::AddressRanges& trusted_proxies)
    : context_(context),
      sessions_(sessions),
      drain_(drain),
      trusted_proxies_(trusted_proxies),
      table_(context.limits.http_connections_max + std::size_t{Admission::operator_connections_max},
             table_number),
      requests_left_(share_of_a_sweep(context.limits.http_connections_per_second_max)) {}

void HttpConnections::open(Channel channel, Place place, const Entrance& entrance, Bytes bytes) {
  if (table_.is_full()) {
    context_.counters.http_refused.add();
    return drain_.reset(std::move(channel), std::move(place));
  }
  const auto [id, connection] = table_.emplace(std::move(channel), std::move(place), entrance,
                                               context_.deadline(context_.limits.login_deadline_ms));
  connection.id = id;
  context_.port.set_key(connection.channel.socket(), id.value);
  if (is_stopping_)
    return respond(connection, HttpStatus::service_unavailable, text_of(CloseReason::server_stopping));
  if (!bytes.empty()) read(connection, bytes);
}

void HttpConnections::on_completion(io::Completion& completion) {
  Connection* connection = table_.find(ConnectionId{completion.key});
  MADANG_CHECK(connection != nullptr, "a completion for a connection that is gone: {:#x}", completion.key);
  if (completion.kind == io::OperationKind::receive) return on_receive(*connection, completion);
  MADANG_CHECK(completion.kind == io::OperationKind::send,
               "a connection of HTTP did not start such an operation: {}", static_cast<int>(completion.kind));
  on_sent(*connection, completion);
}

// --- The request ---

void HttpConnections::on_receive(Connection& connection, io::Completion& completion) {
  if (!completion.is_final) {
    context_.counters.bytes_in.add(completion.bytes.size());
    if (connection.state == State::reading) return read(connection, completion.bytes);
    return connection.next.append(completion.bytes);
  }
  connection.channel.receive_has_ended();
  if (completion.error) return lose(connection);
  // The client may have shut down only its sending side, and still wait for the answer.
  if (connection.state != State::reading) return;
  if (connection.reader && connection.reader->has_begun())
    return respond(connection, HttpStatus::bad_request, "This request is not whole.");
  drain(connection);
}

void HttpConnections::read(Connection& connection, Bytes bytes) {
  const Limits& limits = context_.limits;
  if (!connection.reader)
    connection.reader =
        std::make_unique<wire::HttpReader>(wire::HttpLimits{.target_bytes_max = limits.http_target_bytes_max,
                                                            .head_bytes_max = limits.http_head_bytes_max,
                                                            .body_bytes_max = limits.http_body_bytes_max});
  // The deadline of the first request begins with the connection, that of a later one with its first byte.
  if (connection.was_answered && !connection.reader->has_begun())
    connection.deadline = context_.deadline(limits.login_deadline_ms);
  const std::expected<bool, wire::HttpRefusal> whole = connection.reader->receive(bytes);
  if (!whole) return respond(connection, whole.error().status, whole.error().why);
  if (!*whole) {
    if (!connection.reader->pop_continue()) return;
    connection.channel.out.append(as_bytes(wire::continue_line));
    return connection.channel.send_out(context_);
  }
  connection.exchange =
      std::make_unique<HttpExchange>(connection.reader->pop_request(), connection.place.client());
  HttpExchange& exchange = *connection.exchange;
  if (exchange.peer.route == Route::proxy)
    exchange.peer = forwarded_client(exchange.request, exchange.peer.address, trusted_proxies_);
  warn_about_a_proxy(connection);
  connection.next.append(bytes);
  connection.state = State::waiting;
  context_.port.pause(connection.channel.socket());
  ask(connection);
}

/// Behind a proxy that is not in trusted_proxies, limits by address do not hold. Logged once a server.
void HttpConnections::warn_about_a_proxy(const Connection& connection) {
  const HttpExchange& exchange = *connection.exchange;
  if (connection.entrance.proxies != ProxyWord::x_forwarded_for || !exchange.peer.is_this_machine() ||
      !has_proxy_field(exchange.request) || !context_.admission.is_first_proxy_warning())
    return;
  log_warning(
      "a proxy at {} forwards players: name it in trusted_proxies, so that limits by address count the "
      "players",
      exchange.peer.address.text());
}

// --- The answer of a request ---

void HttpConnections::ask(Connection& connection) {
  const HttpVerdict verdict = connection.entrance.http->on_request(*connection.exchange);
  if (verdict.is_retry()) return unanswered_.push_back(connection.id);
  if (verdict.is_upgrade()) return upgrade(connection);
  respond(connection, verdict.response());
}

/// An answer may come from another thread, which cannot deliver it here. So the service is asked again.
void HttpConnections::retry_unanswered() {
  retrying_.swap(unanswered_);
  for (const ConnectionId id : retrying_) {
    Connection* connection = table_.find(id);
    if (connection && connection->state == State::waiting) ask(*connection);
  }
  retrying_.clear();
}

/// The connection gets a place of the sessions, if there is one, and gives back its place of the pages.
void HttpConnections::upgrade(Connection& connection) {
  // "100 Continue" is still in flight. A session cannot wait for this send.
  if (connection.channel.is_sending())
    return respond(connection, HttpStatus::bad_request, "A request for a WebSocket has no body.");
  Buffer head = context_.pool.make(256);
  if (const auto upgraded = wire::append_upgrade(head, connection.exchange->request); !upgraded)
    return respond(connection, upgraded.error());
  context_.counters.http_responses[0].add();
  std::expected<Place, CloseReason> place =
      Place::occupy(context_.admission.at(Door::play), connection.exchange->peer);
  Channel channel = std::move(connection.channel);
  Place page_place = std::move(connection.place);
  const Buffer next = std::move(connection.next);
  table_.erase(connection.id);
  channel.send(context_, std::move(head));
  if (place) {
    context_.port.resume(channel.socket());
    return sessions_.open_websocket(std::move(channel), std::move(*place), next.bytes());
  }
  context_.counters.closed_for(place.error()).add();
  sessions_.refuse_websocket(std::move(channel), std::move(page_place), place.error());
}

void HttpConnections::respond(Connection& connection, HttpStatus status, std::string_view why) {
  respond(connection, wire::plain_response(status, why));
}

void HttpConnections::respond(Connection& connection, const wire::HttpResponse& response) {
  connection.is_kept_alive = may_keep_alive(connection, response.status);
  if (connection.is_kept_alive) --requests_left_;
  const bool is_head = connection.exchange && connection.exchange->request.method == "HEAD";
  context_.counters.http_responses[static_cast<std::size_t>(response.status) / 100 - 1].add();
  wire::append_response(connection.channel.out, response,
                        {.is_head_only = true, .is_kept_alive = connection.is_kept_alive});
  connection.rest = is_head ? std::string_view() : response.body;
  if (!is_head && response.body.empty()) connection.channel.out.append(as_bytes(response.own_body));
  append_rest(connection);
  connection.exchange.reset();
  connection.state = State::responding;
  connection.was_answered = true;
  connection.deadline = context_.deadline(context_.limits.http_response_deadline_ms);
  connection.channel.send_out(context_);
}

/// A connection that is kept alive keeps its place. When most places are in use, new connections need them
/// more. On the operator's port a client that was refused may be a stranger, and the operator must keep a
/// place.
bool HttpConnections::may_keep_alive(const Connection& connection, HttpStatus status) const {
  if (!connection.exchange || !wire::keeps_alive(connection.exchange->request)) return false;
  const Door door = connection.entrance.door;
  const bool is_refused = static_cast<unsigned>(status) >= 400;
  if (is_stopping_ || (door == Door::operate ? is_refused : context_.admission.at(door).is_crowded()))
    return false;
  if (!connection.channel.is_receiving() && connection.next.empty()) return false;
  return requests_left_ > 0;
}

void HttpConnections::append_rest(Connection& connection) {
  const std::string_view piece = connection.rest.substr(0, page_piece_bytes);
  connection.channel.out.append(as_bytes(piece));
  connection.rest.remove_prefix(piece.size());
}

void HttpConnections::on_sent(Connection& connection, const io::Completion& completion) {
  Channel& channel = connection.channel;
  if (!channel.on_sent(context_, completion)) return lose(connection);
  append_rest(connection);
  channel.send_out(context_);
  if (channel.is_sending()) return;
  if (connection.state == State::responding) end_response(connection);
}

/// Continues after the last byte of the response.
void HttpConnections::end_response(Connection& connection) {
  if (!connection.is_kept_alive) return drain(connection);
  connection.state = State::reading;
  connection.deadline = context_.deadline(context_.limits.http_keep_alive_ms);
  const Buffer next = std::move(connection.next);
  if (next.empty() && !connection.channel.is_receiving()) return drain(connection);
  if (connection.channel.is_receiving()) context_.port.resume(connection.channel.socket());
  if (!next.empty()) read(connection, next.bytes());
}

// --- The end of a connection ---

void HttpConnections::drain(Connection& connection) {
  drain_.add(std::move(connection.channel), std::move(connection.place), context_.limits.goodbye_deadline_ms);
  table_.erase(connection.id);
}

void HttpConnections::lose(Connection& connection) {
  drain_.reset(std::move(connection.channel), std::move(connection.place));
  table_.erase(connection.id);
}

void HttpConnections::sweep(Time latest) {
  requests_left_ = share_of_a_sweep(context_.limits.http_connections_per_second_max);
  retry_unanswered();
  const Time time = context_.clock.awake();
  table_.for_each([&](ConnectionId, Connection& connection) {
    if (connection.channel.system_holds_bytes()) connection.channel.count(context_);
    if (time >= std::min(connection.deadline, latest)) on_late(connection);
  });
}

void HttpConnections::on_late(Connection& connection) {
  switch (connection.state) {
    case State::reading:
      if (connection.was_answered && !connection.reader->has_begun()) return drain(connection);
      return respond(connection, HttpStatus::request_timeout, "The request did not come in time.");
    case State::waiting:
      return respond(connection, HttpStatus::service_unavailable, "The server did not answer in time.");
    case State::responding: return lose(connection);
  }
}

void HttpConnections::stop() {
  is_stopping_ = true;
  table_.for_each([&](ConnectionId, Connection& connection) {
    switch (connection.state) {
      case State::reading:
        if (connection.was_answered && !connection.reader->has_begun()) return drain(connection);
        [[fallthrough]];
      case State::waiting:
        return respond(connection, HttpStatus::service_unavailable, text_of(CloseReason::server_stopping));
      case State::responding: connection.is_kept_alive = false;
    }
  });
}

}  // namespace madang::net
