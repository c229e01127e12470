#include "madang/io/sim_port.h"

#include <algorithm>
#include <utility>

namespace madang::io {

namespace {

constexpr Error cancelled(const char* doing) { return {ErrorCode::cancelled, 0, doing}; }

}  // namespace

SimPort::SimPort(SimNetwork& network, const PortOptions& options, const Address& host)
    : PortBase(options), network_(network), host_(host), sockets_(options.sockets_max) {
  network_.add_port(this);
}

SimPort::~SimPort() {
  sockets_.for_each([this](Socket, SimSocket& socket) {
    network_.attach(socket.descriptor, nullptr, {});
    network_.close(socket.descriptor, CloseMode::orderly);
  });
  network_.remove_port(this);
}

// --- Starting ---

Result<Socket> SimPort::listen(const Address& address, Key key) {
  return add(network_.listen(address, options_.listen_backlog), key, OperationKind::accept,
             Progress::pending);
}

Result<Socket> SimPort::connect(const Address& address, Key key) {
  return add(network_.connect(host_, address), key, OperationKind::connect, Progress::pending);
}

Result<Socket> SimPort::adopt(NativeSocket accepted, Key key) {
  MADANG_CHECK(accepted && accepted.owner() == &network_, "the connection belongs to another network");
  const Result<Socket> id =
      add(SimNetwork::Descriptor{accepted.release()}, key, OperationKind::receive, Progress::none);
  if (id) find_open(*id).is_connected = true;
  return id;
}

Result<Socket> SimPort::add(Result<SimNetwork::Descriptor> descriptor, Key key, OperationKind kind,
                            Progress progress) {
  if (!descriptor) return std::unexpected(descriptor.error());
  if (sockets_.is_full()) {
    network_.close(*descriptor, CloseMode::reset);
    return std::unexpected(Error{ErrorCode::no_descriptors, 0, "making a socket: the port is full"});
  }
  const auto [id, socket] = sockets_.emplace();
  socket.descriptor = *descriptor;
  socket.key = key;
  socket.kind = kind;
  socket.progress = progress;
  if (progress == Progress::pending) count_started();
  network_.attach(*descriptor, this, id);
  if (options_.unsent_bytes_max > 0)
    network_.bound_sending(*descriptor, static_cast<std::uint32_t>(options_.unsent_bytes_max));
  return id;
}

Address SimPort::local_address(Socket id) const {
  return network_.local_address(const_cast<SimPort*>(this)->find_open(id).descriptor);
}

void SimPort::set_key(Socket id, Key key) { find_open(id).key = key; }

void SimPort::receive(Socket id) {
  SimSocket& socket = find_connected(id);
  MADANG_CHECK(socket.progress == Progress::none, "the socket has a receive already");
  socket.kind = OperationKind::receive;
  socket.progress = Progress::pending;
  count_started();
  mark_pending(id);
}

void SimPort::receive_into(Socket id, Buffer buffer) {
  SimSocket& socket = find_open(id);
  MADANG_CHECK(
      socket.kind == OperationKind::receive && socket.progress != Progress::none && buffer.spare() > 0,
      "no receive is in flight, or the buffer has no spare capacity");
  MADANG_CHECK(socket.receive_buffer.spare() == 0, "the socket has a buffer to receive into already");
  socket.receive_buffer = std::move(buffer);
}

void SimPort::pause(Socket id) { find_open(id).is_paused = true; }

void SimPort::resume(Socket id) {
  find_open(id).is_paused = false;
  mark_pending(id);
}

void SimPort::stop(Socket id) {
  SimSocket& socket = find_open(id);
  if (socket.progress == Progress::none || socket.kind == OperationKind::connect) return;
  socket.progress = Progress::stopping;
  mark_pending(id);
}

void SimPort::send(Socket id, Buffer buffer) {
  SimSocket& socket = find_connected(id);
  MADANG_CHECK(socket.output == Output::open, "a send after shutdown_send");
  socket.sends.push(std::move(buffer));
  count_started();
  mark_pending(id);
  network_.spend(network_.settings.send_time);
}

std::size_t SimPort::unsent_bytes(Socket id) const {
  return network_.unread_by_peer(const_cast<SimPort*>(this)->find_open(id).descriptor);
}

void SimPort::shutdown_send(Socket id) {
  SimSocket& socket = find_connected(id);
  if (socket.output == Output::open) socket.output = Output::ending;
  mark_pending(id);
}

void SimPort::close(Socket id, CloseMode mode) {
  SimSocket& socket = find_open(id);
  socket.is_closing = true;
  socket.close_mode = mode;
  count_started();
  mark_pending(id);
}

/// Returns the socket. Precondition: it is open and connected (CHECK).
SimPort::SimSocket& SimPort::find_connected(Socket id) {
  SimSocket& socket = find_open(id);
  MADANG_CHECK(socket.is_connected, "socket {:#x} is not connected", id.value);
  return socket;
}

/// Returns the socket. Precondition: its close was not started (CHECK).
SimPort::SimSocket& SimPort::find_open(Socket id) {
  SimSocket* socket = sockets_.find(id);
  MADANG_CHECK(socket && !socket->is_closing, "socket {:#x} is closed or closing", id.value);
  return *socket;
}

// --- Completing ---

void SimPort::mark_pending(Socket id) {
  SimSocket* socket = sockets_.find(id);
  if (!socket || std::exchange(socket->is_pending, true)) return;
  socket->mark = ++marks_;
  pending_.push_back(id);
}

bool SimPort::is_submitted(std::uint64_t mark) const {
  const auto waits = [&](Socket id) {
    const SimSocket* socket = sockets_.find(id);
    return socket && socket->is_pending && socket->mark <= mark;
  };
  return std::ranges::none_of(pending_, waits) && std::ranges::none_of(serving_, waits);
}

void SimPort::poll(Duration) {
  // Shuffled: on a real machine, the events of different sockets come in any order.
  Random& random = network_.random();
  for (std::size_t left = pending_.size(); left > 1; --left)
    std::swap(pending_[left - 1], pending_[random.below(static_cast<std::uint32_t>(left))]);
  const auto count =
      static_cast<std::ptrdiff_t>(std::min<std::size_t>(pending_.size(), options_.completion_entries));
  serving_.assign(pending_.begin(), pending_.begin() + count);
  pending_.erase(pending_.begin(), pending_.begin() + count);
  for (const Socket id : serving_) {
    SimSocket* socket = sockets_.find(id);
    if (!socket) continue;
    socket->is_pending = false;
    serve(id, *socket);
  }
  serving_.clear();
}

void SimPort::serve(Socket id, SimSocket& socket) {
  // Like every cancel, a close may be late: other operations may still complete as done before it.
  const bool must_close_now = socket.is_closing && network_.random().chance(1, 2);
  if (!socket.is_closing) {
    switch (socket.kind) {
      case OperationKind::connect: serve_connect(id, socket); break;
      case OperationKind::accept: serve_accept(id, socket); break;
      default: serve_receive(id, socket); break;
    }
  }
  if (socket.is_connected && !must_close_now) serve_sends(id, socket);
  if (must_close_now) return finish_close(id, socket);
  if (socket.is_closing) mark_pending(id);
}

void SimPort::serve_connect(Socket id, SimSocket& socket) {
  if (socket.progress == Progress::none) return;
  switch (network_.connect_state(socket.descriptor)) {
    case SimNetwork::ConnectState::pending: return;
    case SimNetwork::ConnectState::connected: socket.is_connected = true; return finish(id, socket, {});
    case SimNetwork::ConnectState::failed: return finish(id, socket, network_.error_of(socket.descriptor));
  }
}

void SimPort::serve_accept(Socket id, SimSocket& socket) {
  while (!socket.is_closing && !socket.is_paused && socket.progress == Progress::pending) {
    const Result<std::optional<SimNetwork::Descriptor>> accepted = network_.accept(socket.descriptor);
    if (!accepted) return network_.remind(socket.descriptor, options_.retry_delay);
    const std::optional<SimNetwork::Descriptor>& descriptor = *accepted;
    if (!descriptor) return;
    Completion completion{.kind = OperationKind::accept,
                          .is_final = false,
                          .key = socket.key,
                          .socket = id,
                          .accepted = NativeSocket(descriptor->value, &network_),
                          .peer = network_.peer_address(*descriptor)};
    complete(completion);
  }
  if (!socket.is_closing && socket.progress == Progress::stopping) finish(id, socket, cancelled("accept"));
}

void SimPort::serve_receive(Socket id, SimSocket& socket) {
  // A stop is a request: bytes that have arrived may still be delivered before the final completion.
  if (socket.progress == Progress::stopping && (socket.is_paused || network_.random().chance(1, 2)))
    return finish(id, socket, cancelled("receive"));
  if (socket.progress == Progress::none || socket.is_paused) return;

  const bool has_buffer = socket.receive_buffer.spare() > 0;
  SimNetwork::Read read = network_.read(
      socket.descriptor, has_buffer ? socket.receive_buffer.spare() : options_.receive_bytes_max);
  if (!read.bytes.empty()) {
    mark_pending(id);
    Bytes bytes = as_bytes(read.bytes);
    if (has_buffer) {
      socket.receive_buffer.append(bytes);
      bytes = socket.receive_buffer.bytes().last(bytes.size());
    }
    Completion completion{.kind = OperationKind::receive,
                          .is_final = false,
                          .key = socket.key,
                          .socket = id,
                          .bytes = bytes,
                          .buffer = std::move(socket.receive_buffer)};
    return complete(completion);
  }
  if (read.has_ended) return finish(id, socket, {});
  if (read.error) return finish(id, socket, read.error);
  if (socket.progress == Progress::stopping) finish(id, socket, cancelled("receive"));
}

void SimPort::serve_sends(Socket id, SimSocket& socket) {
  while (!socket.sends.empty()) {
    const Result<std::size_t> written = network_.write(socket.descriptor, socket.sends.front());
    if (!written && is_exhaustion(written.error())) {
      return network_.remind(socket.descriptor, options_.retry_delay);
    } else if (!written) {
      complete_send(id, socket, written.error());
    } else if (*written == 0) {
      return;  // the network calls mark_pending() when the peer has read
    } else if (socket.sends.advance(*written)) {
      complete_send(id, socket, {});
    }
  }
  if (socket.output != Output::ending) return;
  socket.output = Output::ended;
  network_.end_sending(socket.descriptor);
}

void SimPort::complete_send(Socket id, SimSocket& socket, const Error& error) {
  Completion completion{.kind = OperationKind::send,
                        .key = socket.key,
                        .socket = id,
                        .error = error,
                        .buffer = socket.sends.pop()};
  complete(completion);
}

void SimPort::finish(Socket id, SimSocket& socket, const Error& error) {
  socket.progress = Progress::none;
  Completion completion{.kind = socket.kind,
                        .key = socket.key,
                        .socket = id,
                        .error = error,
                        .buffer = std::move(socket.receive_buffer)};
  complete(completion);
}

void SimPort::finish_close(Socket id, SimSocket& socket) {
  if (socket.progress != Progress::none) finish(id, socket, cancelled("close"));
  while (!socket.sends.empty()) complete_send(id, socket, cancelled("send"));
  network_.attach(socket.descriptor, nullptr, {});
  network_.close(socket.descriptor, socket.close_mode);
  Completion completion{.kind = OperationKind::close, .key = socket.key, .socket = id};
  sockets_.erase(id);
  complete(completion);
}

}  // namespace madang::io
