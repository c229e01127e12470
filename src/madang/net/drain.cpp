#include "madang/net/drain.h"

namespace madang::net {

Drain::Drain(WorkerContext& context, std::size_t places_max)
    : context_(context), table_(places_max + context.limits.refusals_max, table_number) {}

Drain::Connection& Drain::emplace(Channel channel, Place place, Time deadline) {
  if (!place) ++refused_;
  const auto [id, connection] = table_.emplace(std::move(channel), std::move(place), deadline);
  context_.port.set_key(connection.channel.socket(), id.value);
  return connection;
}

void Drain::add(Channel channel, Place place, std::uint32_t deadline_ms) {
  Connection& connection = emplace(std::move(channel), std::move(place), context_.deadline(deadline_ms));
  // A paused connection would not see the end of its peer.
  context_.port.resume(connection.channel.socket());
  go_on(connection);
}

void Drain::reset(Channel channel, Place place) {
  close(emplace(std::move(channel), std::move(place), Time::max()), io::CloseMode::reset);
}

void Drain::on_completion(io::Completion& completion) {
  const Id<DrainTag> id{completion.key};
  Connection* connection = table_.find(id);
  MADANG_CHECK(connection != nullptr, "a completion for a connection that is gone: {:#x}", completion.key);
  Channel& channel = connection->channel;
  switch (completion.kind) {
    case io::OperationKind::receive:
      if (!completion.is_final) return discard(*connection, completion.bytes.size());
      channel.receive_has_ended();
      break;
    case io::OperationKind::send:
      if (connection->is_closing) return;
      if (!channel.on_sent(context_, completion)) return close(*connection, io::CloseMode::reset);
      break;
    case io::OperationKind::close:
      channel.on_closed(context_);
      if (!connection->place) --refused_;
      ++closed_;
      return table_.erase(id);
    default:
      MADANG_CHECK(false, "the drain did not start such an operation: {}", static_cast<int>(completion.kind));
  }
  go_on(*connection);
}

void Drain::discard(Connection& connection, std::size_t bytes) {
  context_.counters.bytes_in.add(bytes);
  connection.discarded_bytes += static_cast<std::uint32_t>(bytes);
  if (!connection.is_closing && connection.discarded_bytes > discarded_bytes_max)
    close(connection, io::CloseMode::reset);
}

void Drain::go_on(Connection& connection) {
  if (connection.is_closing) return;
  Channel& channel = connection.channel;
  channel.send_out(context_);
  if (channel.is_sending()) return;
  if (!channel.is_receiving()) return close(connection, io::CloseMode::orderly);
  context_.port.shutdown_send(channel.socket());  // what comes next is the peer's end
}

void Drain::close(Connection& connection, io::CloseMode mode) {
  connection.is_closing = true;
  connection.channel.close(context_, mode);
}

void Drain::sweep(Time latest) {
  const Time time = context_.clock.awake();
  table_.for_each([&](Id<DrainTag>, Connection& connection) {
    if (connection.is_closing) return;
    connection.channel.count(context_);
    if (time >= std::min(connection.deadline, latest)) close(connection, io::CloseMode::reset);
  });
}

}  // namespace madang::net
