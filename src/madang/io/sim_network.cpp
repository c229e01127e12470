#include "madang/io/sim_network.h"

#include <algorithm>
#include <array>

#include "madang/base/check.h"
#include "madang/io/sim_port.h"

namespace madang::io {

namespace {

constexpr std::uint16_t first_free_port_number = 32768;
constexpr Duration connect_retry = 1s;  ///< when the listener's backlog is full, as in TCP

Error error(ErrorCode code, const char* doing) { return {code, 0, doing}; }

}  // namespace

SimNetwork::~SimNetwork() {
  MADANG_CHECK(ports_.empty(), "{} ports still use this network", ports_.size());
  MADANG_CHECK(descriptors_open_ == 0, "{} descriptors of this network are still open", descriptors_open_);
}

// --- Time ---

bool SimNetwork::advance(Time latest) {
  Time next = pending_.empty() ? Time::max() : pending_.begin()->first.first;
  for (const SimPort* port : ports_) next = std::min(next, port->next_due());
  // Work takes time. A port that always has something to do must not stop the clock of the others.
  if (next <= now_) next = now_ + settings.work_time;
  next = std::min(next, latest);
  if (next == Time::max()) return false;
  now_ = std::max(now_, next);
  while (!pending_.empty() && pending_.begin()->first.first <= now_) {
    Event event = std::move(pending_.begin()->second);
    pending_.erase(pending_.begin());
    deliver(event);
  }
  return true;
}

Duration SimNetwork::some_delay() {
  const Duration range = std::max(settings.delay_max - settings.delay_min, Duration::zero());
  return settings.delay_min +
         Duration(static_cast<std::int64_t>(random_.next() % static_cast<std::uint64_t>(range.count() + 1)));
}

void SimNetwork::schedule(Time when, Event event) {
  pending_.emplace(std::pair(when, ++scheduled_), std::move(event));
}

void SimNetwork::send_in_order(End& from, Event event) {
  from.last_arrival = std::max(from.last_arrival, now_ + some_delay());
  schedule(from.last_arrival, std::move(event));
}

void SimNetwork::remind(Descriptor descriptor, Duration delay) {
  schedule(now_ + delay, {.kind = EventKind::reminder, .to = descriptor});
}

// --- Descriptors ---

SimNetwork::End& SimNetwork::at(Descriptor descriptor) {
  End* end = ends_.find(descriptor);
  MADANG_CHECK(end, "descriptor {:#x} is not open", descriptor.value);
  return *end;
}

Result<SimNetwork::Descriptor> SimNetwork::open(const Address& local) {
  if (descriptors_open_ >= settings.descriptors_max)
    return std::unexpected(error(ErrorCode::no_descriptors, "making a socket"));
  ++descriptors_open_;
  const auto [descriptor, end] = ends_.emplace();
  end.local = local;
  return descriptor;
}

Address SimNetwork::free_address(Address host) {
  do {
    // The counter may wrap around: any free number will do.
    host.port = static_cast<std::uint16_t>(first_free_port_number +
                                           next_port_number_++ % (65536 - first_free_port_number));
  } while (listeners_.contains(host));
  return host;
}

void SimNetwork::attach(Descriptor descriptor, SimPort* port, Socket socket) {
  End& end = at(descriptor);
  end.port = port;
  end.socket = socket;
  notify(end);
}

void SimNetwork::notify(const End& end) {
  if (end.port) end.port->mark_pending(end.socket);
}

Address SimNetwork::local_address(Descriptor descriptor) const { return at(descriptor).local; }
Address SimNetwork::peer_address(Descriptor descriptor) const { return at(descriptor).remote; }
SimNetwork::ConnectState SimNetwork::connect_state(Descriptor descriptor) const {
  return at(descriptor).connect;
}
Error SimNetwork::error_of(Descriptor descriptor) const { return at(descriptor).error; }

// --- Listening and connecting ---

Result<SimNetwork::Descriptor> SimNetwork::listen(const Address& address, int backlog) {
  const Address local = address.port == 0 ? free_address(address) : address;
  if (listeners_.contains(local)) return std::unexpected(error(ErrorCode::address_in_use, "listen"));
  const Result<Descriptor> listener = open(local);
  if (!listener) return listener;
  at(*listener).backlog = static_cast<std::size_t>(std::max(backlog, 1));
  listeners_.emplace(local, *listener);
  return listener;
}

Result<SimNetwork::Descriptor> SimNetwork::connect(const Address& from_host, const Address& to) {
  const Result<Descriptor> client = open(free_address(from_host));
  if (!client) return client;
  End& end = at(*client);
  end.remote = to;
  end.connect = ConnectState::pending;
  send_in_order(end, {.kind = EventKind::request, .to = *client, .address = to});
  return client;
}

void SimNetwork::deliver_request(Event& event) {
  const Descriptor client = event.to;
  End& end = at(client);
  auto found = listeners_.find(event.address);
  for (const Address::Family family :
       {event.address.family, Address::Family::v6})  // a listener on [::] accepts both
    if (found == listeners_.end())
      found = listeners_.find(Address{.family = family, .port = event.address.port});
  if (found == listeners_.end() || random_.chance(settings.refusals_percent, 100))
    return schedule(now_ + some_delay(), {.kind = EventKind::refused, .to = client});
  End& listener = at(found->second);
  if (listener.waiting.size() >= listener.backlog) return schedule(now_ + connect_retry, std::move(event));

  const auto [server, server_end] = ends_.emplace();
  server_end.has_descriptor = false;
  server_end.local = event.address;
  server_end.remote = end.local;
  server_end.peer = client;
  end.peer = server;
  listener.waiting.push_back(server);
  notify(listener);
  send_in_order(server_end, {.kind = EventKind::established, .to = client, .from = server});
}

Result<std::optional<SimNetwork::Descriptor>> SimNetwork::accept(Descriptor listener) {
  std::deque<Descriptor>& waiting = at(listener).waiting;
  if (waiting.empty()) return std::nullopt;
  if (descriptors_open_ >= settings.descriptors_max)
    return std::unexpected(error(ErrorCode::no_descriptors, "accept"));
  const Descriptor accepted = waiting.front();
  waiting.pop_front();
  at(accepted).has_descriptor = true;
  ++descriptors_open_;
  return accepted;
}

// --- Bytes ---

SimNetwork::Read SimNetwork::read(Descriptor descriptor, std::size_t bytes_max) {
  End& end = at(descriptor);
  if (end.unread() == 0) return {.bytes = {}, .has_ended = end.has_end_arrived, .error = end.error};
  const std::size_t count = std::min(bytes_max, end.unread());
  Read read{.bytes = end.arrived.substr(end.read, count), .has_ended = false, .error = {}};
  end.read += count;
  if (end.unread() == 0 || end.read > settings.socket_buffer_bytes) {
    end.arrived.erase(0, end.read);
    end.read = 0;
  }
  if (End* peer = ends_.find(end.peer)) {
    peer->unread_by_peer -= count;
    notify(*peer);
  }
  return read;
}

Result<std::size_t> SimNetwork::write(Descriptor descriptor, Bytes bytes) {
  End& end = at(descriptor);
  if (end.error) return std::unexpected(end.error);
  MADANG_CHECK(!end.was_end_sent, "a send after the end of our side");
  if (settings.sends_refused_percent > 0 && random_.chance(settings.sends_refused_percent, 100))
    return std::unexpected(error(ErrorCode::no_buffers, "send"));
  const std::size_t capacity =
      std::max<std::size_t>(std::min(settings.socket_buffer_bytes, end.unread_bytes_max), 1);
  const std::size_t spare = capacity - std::min(capacity, end.unread_by_peer);
  const std::size_t count = std::min(bytes.size(), spare);
  if (count > 0) send_bytes(descriptor, end, std::string(as_text(bytes.first(count))));
  return count;
}

void SimNetwork::send_bytes(Descriptor from, End& end, std::string bytes) {
  end.unread_by_peer += bytes.size();
  if (random_.chance(settings.resets_per_million, 1'000'000)) {
    send_in_order(end, {.kind = EventKind::reset, .to = end.peer, .from = from});
    return schedule(now_ + some_delay(), {.kind = EventKind::reset, .to = from, .from = end.peer});
  }
  const auto send_part = [&](std::string part) {
    send_in_order(end, {.kind = EventKind::bytes, .to = end.peer, .from = from, .bytes = std::move(part)});
  };
  if (settings.is_byte_by_byte) {
    for (const char byte : bytes) {
      end.last_arrival += 2 * settings.work_time;  // the reader has a turn between two bytes
      send_part(std::string(1, byte));
    }
  } else if (bytes.size() > 1 && random_.chance(settings.splits_percent, 100)) {
    const std::size_t cut = 1 + random_.below(static_cast<std::uint32_t>(bytes.size() - 1));
    send_part(bytes.substr(0, cut));
    send_part(bytes.substr(cut));
  } else {
    send_part(std::move(bytes));
  }
}

void SimNetwork::end_sending(Descriptor descriptor) {
  End& end = at(descriptor);
  if (std::exchange(end.was_end_sent, true) || end.error) return;
  send_in_order(end, {.kind = EventKind::end, .to = end.peer, .from = descriptor});
}

// --- Arrivals ---

void SimNetwork::deliver(Event& event) {
  mix(static_cast<std::uint64_t>(now_.count()));
  mix(static_cast<std::uint64_t>(event.kind));
  mix(event.to.value);
  for (const char byte : event.bytes) mix(static_cast<unsigned char>(byte));

  End* end = ends_.find(event.to);
  if (!end) {
    // A peer that sends to a closed connection gets a reset.
    if (event.kind == EventKind::bytes && ends_.find(event.from))
      schedule(now_ + some_delay(), {.kind = EventKind::reset, .to = event.from, .from = event.to});
    return;
  }
  switch (event.kind) {
    case EventKind::request: return deliver_request(event);
    case EventKind::established: end->connect = ConnectState::connected; break;
    case EventKind::refused:
      end->connect = ConnectState::failed;
      return fail(event.to, *end, ErrorCode::connection_refused, "connect");
    case EventKind::bytes:
      if (!end->error) end->arrived += event.bytes;
      break;
    case EventKind::end:
      if (!end->error) end->has_end_arrived = true;
      break;
    case EventKind::reset: return fail(event.to, *end, ErrorCode::connection_reset, "connection");
    case EventKind::reminder: break;
  }
  notify(*end);
}

void SimNetwork::fail(Descriptor descriptor, End& end, ErrorCode code, const char* doing) {
  if (end.error) return;
  mix(descriptor.value);
  end.error = error(code, doing);
  if (end.connect == ConnectState::pending) end.connect = ConnectState::failed;
  // Some kernels still deliver the bytes that arrived before the reset. Others discard them.
  if (random_.chance(1, 2)) end.read = end.arrived.size();
  notify(end);
}

// --- Closing ---

void SimNetwork::close(Descriptor descriptor, CloseMode mode) {
  End& end = at(descriptor);
  if (const auto listener = listeners_.find(end.local);
      listener != listeners_.end() && listener->second == descriptor) {
    listeners_.erase(listener);
    for (const Descriptor waiting : std::exchange(end.waiting, {})) close(waiting, CloseMode::reset);
  } else if (ends_.find(end.peer) && !end.error) {
    // As in real kernels: when there are unread bytes, the peer gets a reset instead of an end.
    if (mode == CloseMode::orderly && end.unread() == 0) {
      end_sending(descriptor);
    } else {
      schedule(now_ + some_delay(), {.kind = EventKind::reset, .to = end.peer, .from = descriptor});
    }
  }
  if (end.has_descriptor) --descriptors_open_;
  ends_.erase(descriptor);
}

void SimNetwork::close_native(std::uintptr_t handle) { close(Descriptor{handle}, CloseMode::orderly); }

}  // namespace madang::io
