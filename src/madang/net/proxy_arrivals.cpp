#include "madang/net/proxy_arrivals.h"

#include <algorithm>

#include "madang/wire/proxy_header.h"

namespace madang::net {

ProxyArrivals::ProxyArrivals(WorkerContext& context, Sessions& sessions, HttpConnections& http, Drain& drain,
                             std::size_t places_max)
    : context_(context), sessions_(sessions), http_(http), drain_(drain), table_(places_max, table_number) {}

void ProxyArrivals::open(Channel channel, Place place, const Entrance& entrance) {
  const auto [id, connection] = table_.emplace(std::move(channel), std::move(place), entrance,
                                               context_.deadline(context_.limits.login_deadline_ms));
  connection.id = id;
  context_.port.set_key(connection.channel.socket(), id.value);
}

void ProxyArrivals::on_completion(io::Completion& completion) {
  Connection* connection = table_.find(ConnectionId{completion.key});
  MADANG_CHECK(connection != nullptr, "a completion for a connection that is gone: {:#x}", completion.key);
  MADANG_CHECK(completion.kind == io::OperationKind::receive,
               "a proxy arrival did not start such an operation: {}", static_cast<int>(completion.kind));
  if (!completion.is_final) {
    context_.counters.bytes_in.add(completion.bytes.size());
    return parse_bytes(*connection, completion.bytes);
  }
  connection->channel.receive_has_ended();
  end(*connection, completion.error ? CloseReason::connection_lost : CloseReason::client_left);
}

void ProxyArrivals::parse_bytes(Connection& connection, Bytes bytes) {
  if (connection.in.capacity() == 0)
    connection.in = context_.pool.make(std::max(bytes.size(), wire::proxy_v2_bytes_max));
  connection.in.append(bytes);
  const wire::ProxyHeader header = wire::read_proxy_header(connection.in.bytes());
  if (header.state == wire::ProxyHeaderState::need_more) return;
  const io::Address proxy = connection.place.client().address;
  if (header.state != wire::ProxyHeaderState::whole) {
    if (log_limit_.allows(context_.clock.now()))
      log_warning("the trusted proxy {} sends no PROXY header, or a bad one; see the setting proxy_protocol",
                  proxy.text());
    return end(connection, CloseReason::bad_packet);
  }
  const CloseReason refusal = connection.place.identify(client_of(header, proxy));
  const Entrance entrance = connection.entrance;
  const Buffer in = std::move(connection.in);
  const Bytes rest = in.bytes().subspan(header.size);
  Channel channel = std::move(connection.channel);
  Place place = std::move(connection.place);
  table_.erase(connection.id);
  if (entrance.http) {
    if (refusal == CloseReason::none) return http_.open(std::move(channel), std::move(place), entrance, rest);
    context_.counters.http_refused.add();
    return drain_.reset(std::move(channel), std::move(place));
  }
  if (refusal == CloseReason::none) return sessions_.open(std::move(channel), std::move(place), rest);
  context_.counters.closed_for(refusal).add();
  sessions_.refuse(std::move(channel), std::move(place), refusal);
}

/// There is no goodbye, because the peer has not shown that it speaks our protocol.
void ProxyArrivals::end(Connection& connection, CloseReason reason) {
  context_.counters.closed_for(reason).add();
  drain_.reset(std::move(connection.channel), std::move(connection.place));
  table_.erase(connection.id);
}

void ProxyArrivals::sweep() {
  const Time time = context_.clock.awake();
  table_.for_each([&](ConnectionId, Connection& connection) {
    if (time >= connection.deadline) end(connection, CloseReason::login_timeout);
  });
}

void ProxyArrivals::stop() {
  table_.for_each(
      [&](ConnectionId, Connection& connection) { end(connection, CloseReason::server_stopping); });
}

}  // namespace madang::net
