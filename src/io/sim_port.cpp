#include "io/sim_port.h"

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
  CHECK(accepted && accepted.owner() == &network_, "a connection from another network");
  const Result<Socket> id =
      add(SimNetwork::Descriptor{accepted.release()}, key, OperationKind::receive, Progress::none);
  if (id) at(*id).connected = true;
  return id;
}

Result<Socket> SimPort::add(Result<SimNetwork::Descriptor> descriptor, Key key, OperationKind kind,
                            Progress progress) {
  if (!descriptor) return std::unexpected(descriptor.error());
  if (sockets_.full()) {
    network_.close(*descriptor, CloseMode::reset);
    return std::unexpected(Error{ErrorCode::no_descriptors, 0, "making a socket: the port is full"});
  }
  const auto [id, socket] = sockets_.emplace();
  socket.descriptor = *descriptor;
  socket.key = key;
  socket.kind = kind;
  socket.progress = progress;
  if (progress == Progress::pending) started();
  network_.attach(*descriptor, this, id);
  if (options_.unsent_bytes_max > 0)
    network_.bound_sending(*descriptor, static_cast<std::uint32_t>(options_.unsent_bytes_max));
  return id;
}

Address SimPort::local_address(Socket id) const {
  return network_.local_address(const_cast<SimPort*>(this)->at(id).descriptor);
}

void SimPort::set_key(Socket id, Key key) { at(id).key = key; }

void SimPort::receive(Socket id) {
  SimSocket& socket = connected(id);
  CHECK(socket.progress == Progress::none, "a second receive on one socket");
  socket.kind = OperationKind::receive;
  socket.progress = Progress::pending;
  started();
  look_at(id);
}

void SimPort::receive_into(Socket id, Buffer buffer) {
  SimSocket& socket = at(id);
  CHECK(socket.kind == OperationKind::receive && socket.progress != Progress::none && buffer.room() > 0,
        "no receive is out, or the buffer has no room");
  CHECK(socket.room.room() == 0, "a second buffer to receive into");
  socket.room = std::move(buffer);
}

void SimPort::pause(Socket id) { at(id).paused = true; }

void SimPort::resume(Socket id) {
  at(id).paused = false;
  look_at(id);
}

void SimPort::stop(Socket id) {
  SimSocket& socket = at(id);
  if (socket.progress == Progress::none || socket.kind == OperationKind::connect) return;
  socket.progress = Progress::stopping;
  look_at(id);
}

void SimPort::send(Socket id, Buffer buffer) {
  SimSocket& socket = connected(id);
  CHECK(!socket.ending, "a send after shutdown_send");
  socket.sends.push(std::move(buffer));
  started();
  look_at(id);
  network_.spend(network_.settings.send_time);
}

std::size_t SimPort::unsent_bytes(Socket id) const {
  return network_.unread_by_peer(const_cast<SimPort*>(this)->at(id).descriptor);
}

void SimPort::shutdown_send(Socket id) {
  connected(id).ending = true;
  look_at(id);
}

void SimPort::close(Socket id, CloseMode mode) {
  SimSocket& socket = at(id);
  socket.closing = true;
  socket.close_mode = mode;
  started();
  look_at(id);
}

/// For what may be asked of a socket only once it is connected.
SimPort::SimSocket& SimPort::connected(Socket id) {
  SimSocket& socket = at(id);
  CHECK(socket.connected, "socket {:#x} is not connected", id.value);
  return socket;
}

SimPort::SimSocket& SimPort::at(Socket id) {
  SimSocket* socket = sockets_.find(id);
  CHECK(socket && !socket->closing, "socket {:#x} is closed", id.value);
  return *socket;
}

// --- Completing ---

void SimPort::look_at(Socket id) {
  SimSocket* socket = sockets_.find(id);
  if (!socket || std::exchange(socket->will_be_looked_at, true)) return;
  socket->look = ++looks_;
  to_look_at_.push_back(id);
}

bool SimPort::is_submitted(std::uint64_t mark) const {
  const auto waits = [&](Socket id) {
    const SimSocket* socket = sockets_.find(id);
    return socket && socket->will_be_looked_at && socket->look <= mark;
  };
  return std::ranges::none_of(to_look_at_, waits) && std::ranges::none_of(looking_at_, waits);
}

void SimPort::poll(Duration) {
  // Shuffled: what happens on different sockets comes in any order, as on a real machine.
  Random& random = network_.random();
  for (std::size_t left = to_look_at_.size(); left > 1; --left)
    std::swap(to_look_at_[left - 1], to_look_at_[random.below(static_cast<std::uint32_t>(left))]);
  const auto count =
      static_cast<std::ptrdiff_t>(std::min<std::size_t>(to_look_at_.size(), options_.completion_entries));
  looking_at_.assign(to_look_at_.begin(), to_look_at_.begin() + count);
  to_look_at_.erase(to_look_at_.begin(), to_look_at_.begin() + count);
  for (const Socket id : looking_at_) {
    SimSocket* socket = sockets_.find(id);
    if (!socket) continue;
    socket->will_be_looked_at = false;
    serve(id, *socket);
  }
  looking_at_.clear();
}

void SimPort::serve(Socket id, SimSocket& socket) {
  // A close may be a little late, like every cancel: what it overtakes may still complete as done.
  const bool close_now = socket.closing && network_.random().chance(1, 2);
  if (!socket.closing) {
    switch (socket.kind) {
      case OperationKind::connect: serve_connect(id, socket); break;
      case OperationKind::accept: serve_accept(id, socket); break;
      default: serve_receive(id, socket); break;
    }
  }
  if (socket.connected && !close_now) serve_sends(id, socket);
  if (close_now) return finish_close(id, socket);
  if (socket.closing) look_at(id);
}

void SimPort::serve_connect(Socket id, SimSocket& socket) {
  if (socket.progress == Progress::none) return;
  switch (network_.connect_state(socket.descriptor)) {
    case SimNetwork::ConnectState::pending: return;
    case SimNetwork::ConnectState::connected: socket.connected = true; return finish(id, socket, {});
    case SimNetwork::ConnectState::failed: return finish(id, socket, network_.error_of(socket.descriptor));
  }
}

void SimPort::serve_accept(Socket id, SimSocket& socket) {
  while (!socket.closing && !socket.paused && socket.progress == Progress::pending) {
    const Result<std::optional<SimNetwork::Descriptor>> accepted = network_.accept(socket.descriptor);
    if (!accepted) return network_.remind(socket.descriptor, options_.retry_delay);
    const std::optional<SimNetwork::Descriptor>& descriptor = *accepted;
    if (!descriptor) return;
    Completion completion{.kind = OperationKind::accept,
                          .final = false,
                          .key = socket.key,
                          .socket = id,
                          .accepted = NativeSocket(descriptor->value, &network_),
                          .peer = network_.peer_address(*descriptor)};
    complete(completion);
  }
  if (!socket.closing && socket.progress == Progress::stopping) finish(id, socket, cancelled("accept"));
}

void SimPort::serve_receive(Socket id, SimSocket& socket) {
  // A stop is a request: what has arrived may still come before it is answered.
  if (socket.progress == Progress::stopping && (socket.paused || network_.random().chance(1, 2)))
    return finish(id, socket, cancelled("receive"));
  if (socket.progress == Progress::none || socket.paused) return;

  const bool into_room = socket.room.room() > 0;
  SimNetwork::Read read =
      network_.read(socket.descriptor, into_room ? socket.room.room() : options_.receive_bytes_max);
  if (!read.bytes.empty()) {
    look_at(id);
    Bytes bytes = as_bytes(read.bytes);
    if (into_room) {
      socket.room.append(bytes);
      bytes = socket.room.bytes().last(bytes.size());
    }
    Completion completion{.kind = OperationKind::receive,
                          .final = false,
                          .key = socket.key,
                          .socket = id,
                          .bytes = bytes,
                          .buffer = std::move(socket.room)};
    return complete(completion);
  }
  if (read.ended) return finish(id, socket, {});
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
      return;  // The peer's reading makes room, and tells us.
    } else if (socket.sends.advance(*written)) {
      complete_send(id, socket, {});
    }
  }
  if (socket.ending) network_.end_sending(socket.descriptor);
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
  Completion completion{
      .kind = socket.kind, .key = socket.key, .socket = id, .error = error, .buffer = std::move(socket.room)};
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
