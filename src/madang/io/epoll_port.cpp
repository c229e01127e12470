// The events are edge-triggered: the kernel says once that a socket became readable or writable. The port
// remembers this until a call finds that there is nothing more to read or no more capacity to write.
//
// `pending_` lists the sockets that have something to do. A turn waits for events and then serves this list
// twice. So the bytes that a receive's callback sends leave in the same turn.

#include "madang/io/epoll_port.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "madang/base/slot_table.h"
#include "madang/io/epoll_connection.h"
#include "madang/io/epoll_set.h"
#include "madang/io/port_base.h"
#include "madang/io/socket_calls.h"

namespace madang::io {

namespace {

using Connection = EpollConnection;

constexpr std::uint32_t connection_events = EPOLLIN | EPOLLOUT | EPOLLPRI | EPOLLRDHUP | EPOLLET;
constexpr int accepts_a_turn = 64;  // for each listener

class EpollPort final : public PortBase {
 public:
  explicit EpollPort(const PortOptions& options)
      : PortBase(options),
        set_(std::clamp(options.completion_entries, 1u, 1024u)),
        connections_(options.sockets_max),
        scratch_(options.receive_bytes_max) {}
  ~EpollPort() override;
  Result<void> open() { return set_.open(); }

  Backend backend() const override { return Backend::epoll; }
  Result<Socket> listen(const Address& address, Key key) override;
  Address local_address(Socket socket) const override {
    const Connection* connection = connections_.find(socket);
    MADANG_CHECK(connection, "socket {:#x} is closed", socket.value);
    return local_address_of(connection->fd);
  }
  Result<Socket> adopt(NativeSocket accepted, Key key) override;
  Result<Socket> connect(const Address& address, Key key) override;
  void set_key(Socket socket, Key key) override { find_open(socket).key = key; }
  void receive(Socket socket) override;
  void receive_into(Socket socket, Buffer buffer) override;
  void pause(Socket socket) override { find_open(socket).is_paused = true; }
  void resume(Socket socket) override;
  void stop(Socket socket) override;
  void send(Socket socket, Buffer buffer) override;
  void shutdown_send(Socket socket) override;
  std::size_t unsent_bytes(Socket socket) const override {
    const Connection* connection = connections_.find(socket);
    MADANG_CHECK(connection, "socket {:#x} is closed", socket.value);
    return unsent_bytes_of(connection->fd);
  }
  void close(Socket socket, CloseMode mode) override;

  // The next round serves all sockets whose operations were started before it.
  std::uint64_t started_mark() const override { return rounds_begun_; }
  bool is_submitted(std::uint64_t mark) const override { return rounds_done_ > mark; }

 private:
  void submit() override {}  // serve() calls the kernel
  void poll(Duration wait) override;
  void wake() override { set_.wake(); }

  Connection& find_connected(Socket socket);
  Connection& find_open(Socket socket);
  Result<Socket> watch(NativeSocket native, Key key, std::uint32_t events);
  void mark_pending(Socket socket, Connection& connection);

  void serve_pending();
  void note_event(const epoll_event& event);
  void retry_after_delay(Socket socket, Connection& connection);
  void retry_refused();
  void serve(Socket socket, Connection& connection);
  void accept_some(Socket socket, Connection& connection);
  void finish_connect(Socket socket, Connection& connection);
  void send_some(Socket socket, Connection& connection);
  void receive_some(Socket socket, Connection& connection);
  void finish_stop(Socket socket, Connection& connection);
  void finish_close(Socket socket, Connection& connection);
  void fail_sends(Socket socket, Connection& connection, Error error);
  void complete(Socket socket, const Connection& connection, OperationKind kind, Error error = {},
                Buffer buffer = {});

  EpollSet set_;
  SlotTable<Connection, Socket> connections_;
  std::vector<Socket> pending_;  // have something to do in the next round
  std::vector<Socket> serving_;  // the sockets of this round
  std::uint64_t rounds_begun_ = 0;
  std::uint64_t rounds_done_ = 0;
  std::vector<Socket> refused_;     // the system had no resource for them
  Time retry_at_ = Time::max();     // when they try again
  std::vector<std::byte> scratch_;  // holds the received bytes during the callback
};

EpollPort::~EpollPort() {
  connections_.for_each([](Socket, Connection& connection) { ::close(connection.fd); });
}

Result<Socket> EpollPort::listen(const Address& address, Key key) {
  Result<NativeSocket> made = make_listener(address, options_.listen_backlog);
  if (!made) return std::unexpected(made.error());
  const Result<Socket> socket = watch(std::move(*made), key, EPOLLIN | EPOLLET);
  if (!socket) return socket;
  count_started();
  find_open(*socket).is_accepting = true;
  return socket;
}

Result<Socket> EpollPort::adopt(NativeSocket accepted, Key key) {
  tune_connection(static_cast<int>(accepted.get()), options_);
  const Result<Socket> socket = watch(std::move(accepted), key, connection_events);
  if (socket) find_open(*socket).is_connected = true;
  return socket;
}

Result<Socket> EpollPort::connect(const Address& address, Key key) {
  Result<NativeSocket> made = make_connector(address.family, options_);
  if (!made) return std::unexpected(made.error());
  const RawAddress raw = to_raw(address);
  const int result = ::connect(static_cast<int>(made->get()), raw.get(), raw.size);
  const bool is_started = result == 0 || errno == EINPROGRESS || errno == EINTR;
  const int os_code = is_started ? 0 : errno;
  const Result<Socket> socket = watch(std::move(*made), key, connection_events);
  if (!socket) return socket;
  count_started();
  Connection& connection = find_open(*socket);
  connection.is_connecting = true;
  if (os_code != 0) {
    connection.connect_os_code = os_code;
    connection.has_ended = true;
    mark_pending(*socket, connection);
  }
  return socket;
}

void EpollPort::receive(Socket socket) {
  Connection& connection = find_connected(socket);
  MADANG_CHECK(!connection.is_receiving, "the socket has a receive already");
  count_started();
  connection.is_receiving = true;
  mark_pending(socket, connection);
}

void EpollPort::receive_into(Socket socket, Buffer buffer) {
  Connection& connection = find_open(socket);
  MADANG_CHECK(connection.is_receiving && buffer.spare() > 0,
               "no receive is in flight, or the buffer has no spare capacity");
  MADANG_CHECK(connection.receive_buffer.spare() == 0, "the socket has a buffer to receive into already");
  connection.receive_buffer = std::move(buffer);
}

void EpollPort::resume(Socket socket) {
  Connection& connection = find_open(socket);
  connection.is_paused = false;
  mark_pending(socket, connection);
}

void EpollPort::stop(Socket socket) {
  Connection& connection = find_open(socket);
  if (!connection.is_receiving && !connection.is_accepting) return;
  connection.is_stopping = true;
  mark_pending(socket, connection);
}

void EpollPort::send(Socket socket, Buffer buffer) {
  Connection& connection = find_connected(socket);
  MADANG_CHECK(connection.output == Output::open, "a send after shutdown_send");
  count_started();
  connection.sends.push(std::move(buffer));
  mark_pending(socket, connection);
}

void EpollPort::shutdown_send(Socket socket) {
  Connection& connection = find_connected(socket);
  if (connection.output == Output::open) connection.output = Output::ending;
  mark_pending(socket, connection);
}

void EpollPort::close(Socket socket, CloseMode mode) {
  Connection& connection = find_open(socket);
  count_started();
  connection.is_closing = true;
  connection.must_reset = mode == CloseMode::reset;
  mark_pending(socket, connection);
}

/// Returns the connection. Precondition: it is open and connected (CHECK).
Connection& EpollPort::find_connected(Socket socket) {
  Connection& connection = find_open(socket);
  MADANG_CHECK(connection.is_connected, "socket {:#x} is not connected", socket.value);
  return connection;
}

/// Returns the connection. Precondition: its close was not started (CHECK).
Connection& EpollPort::find_open(Socket socket) {
  Connection* connection = connections_.find(socket);
  MADANG_CHECK(connection && !connection->is_closing, "socket {:#x} is closed or closing", socket.value);
  return *connection;
}

Result<Socket> EpollPort::watch(NativeSocket native, Key key, std::uint32_t events) {
  if (connections_.is_full())
    return std::unexpected(Error{ErrorCode::no_descriptors, 0, "making a socket: the port is full"});
  const int fd = static_cast<int>(native.get());
  const auto [socket, connection] = connections_.emplace(fd, key);
  const Result<void> watched = set_.watch(fd, socket.value, events);
  if (!watched) {
    connections_.erase(socket);
    return std::unexpected(watched.error());
  }
  native.release();
  return socket;
}

void EpollPort::mark_pending(Socket socket, Connection& connection) {
  if (connection.is_pending) return;
  connection.is_pending = true;
  pending_.push_back(socket);
}

void EpollPort::poll(Duration wait) {
  // The kernel is asked even when sockets are pending. Otherwise a caller that starts operations between all
  // turns would keep the events of the other sockets waiting.
  if (!pending_.empty()) wait = Duration::zero();
  if (retry_at_ != Time::max()) wait = std::clamp<Duration>(retry_at_ - now(), Duration::zero(), wait);
  for (const epoll_event& event : set_.wait(wait)) note_event(event);
  retry_refused();
  serve_pending();
  if (!pending_.empty()) do_not_wait();
}

/// Serves the pending sockets in two rounds. The second round sends what the callbacks of the first have
/// started. There is no third round, because one socket must not keep the others waiting.
void EpollPort::serve_pending() {
  for (int round = 0; round < 2; ++round) {
    ++rounds_begun_;
    serving_.swap(pending_);
    for (const Socket socket : serving_) {
      Connection* connection = connections_.find(socket);
      connection->is_pending = false;
      serve(socket, *connection);
    }
    serving_.clear();
    ++rounds_done_;
  }
}

void EpollPort::note_event(const epoll_event& event) {
  if (event.data.u64 == EpollSet::wake_tag) return set_.clear_wake();
  const Socket socket{event.data.u64};
  Connection* connection = connections_.find(socket);
  if (!connection) return;
  const bool has_failed = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
  if (event.events & EPOLLIN) connection->is_readable = true;
  if (event.events & EPOLLOUT) connection->is_writable = true;
  if (event.events & EPOLLPRI) connection->has_urgent = connection->is_readable = true;
  if (has_failed || (event.events & EPOLLRDHUP)) connection->has_ended = connection->is_readable = true;
  if (has_failed) connection->is_writable = true;
  mark_pending(socket, *connection);
}

/// Serves the socket again after retry_delay. No event says when the system has the resource again.
void EpollPort::retry_after_delay(Socket socket, Connection& connection) {
  if (connection.is_refused) return;
  connection.is_refused = true;
  refused_.push_back(socket);
  retry_at_ = std::min(retry_at_, now() + options_.retry_delay);
}

void EpollPort::retry_refused() {
  if (retry_at_ == Time::max() || now() < retry_at_) return;
  retry_at_ = Time::max();
  for (const Socket socket : refused_)
    if (Connection* connection = connections_.find(socket)) {
      connection->is_refused = false;
      mark_pending(socket, *connection);
    }
  refused_.clear();
}

/// Does what the socket can do now. A callback may start more; then the socket is in pending_ again.
void EpollPort::serve(Socket socket, Connection& connection) {
  if (connection.is_closing) return finish_close(socket, connection);
  if (connection.is_stopping) finish_stop(socket, connection);
  if (connection.is_accepting) return accept_some(socket, connection);
  if (connection.is_connecting) finish_connect(socket, connection);
  if (connection.is_connecting) return;
  send_some(socket, connection);
  receive_some(socket, connection);
}

void EpollPort::accept_some(Socket socket, Connection& connection) {
  for (int i = 0; i < accepts_a_turn; ++i) {
    if (!connection.is_readable || connection.is_refused || connection.is_paused || connection.is_stopping ||
        connection.is_closing)
      return;
    RawAddress peer;
    const int fd = ::accept4(connection.fd, peer.get(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      Completion completion{.kind = OperationKind::accept,
                            .is_final = false,
                            .key = connection.key,
                            .socket = socket,
                            .accepted = NativeSocket(static_cast<std::uintptr_t>(fd)),
                            .peer = from_raw(peer)};
      PortBase::complete(completion);
    } else if (errno == EAGAIN) {
      connection.is_readable = false;
    } else if (errno != ECONNABORTED && errno != EINTR) {
      retry_after_delay(socket, connection);
    }
  }
  mark_pending(socket, connection);
}

void EpollPort::finish_connect(Socket socket, Connection& connection) {
  if (!connection.is_writable && !connection.has_ended) return;
  int os_code = connection.connect_os_code;
  socklen_t size = sizeof os_code;
  if (os_code == 0) ::getsockopt(connection.fd, SOL_SOCKET, SO_ERROR, &os_code, &size);
  connection.is_connecting = false;
  connection.is_connected = os_code == 0;
  complete(socket, connection, OperationKind::connect, os_error(os_code, "connect"));
}

void EpollPort::send_some(Socket socket, Connection& connection) {
  while (connection.is_writable && !connection.is_refused && !connection.is_closing &&
         !connection.sends.empty()) {
    const Bytes rest = connection.sends.front();
    const ssize_t sent = ::send(connection.fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      const Error error = last_os_error("send");
      if (error.os_code == EAGAIN) {
        // The kernel holds no bytes of this socket, so no event will follow. It had no memory.
        if (unsent_bytes_of(connection.fd) == 0) {
          retry_after_delay(socket, connection);
        } else {
          connection.is_writable = false;
        }
      } else if (is_exhaustion(error)) {
        retry_after_delay(socket, connection);
      } else if (error.os_code != EINTR) {
        fail_sends(socket, connection, error);
      }
    } else if (connection.sends.advance(static_cast<std::size_t>(sent))) {
      complete(socket, connection, OperationKind::send, {}, connection.sends.pop());
    }
    // After a short send comes another try. An event follows only after the kernel has refused bytes.
  }
  if (connection.output != Output::ending || connection.is_closing || !connection.sends.empty()) return;
  connection.output = Output::ended;
  ::shutdown(connection.fd, SHUT_WR);
}

void EpollPort::receive_some(Socket socket, Connection& connection) {
  if (!connection.is_receiving || connection.is_paused || connection.is_stopping || connection.is_closing ||
      !connection.is_readable)
    return;
  const bool has_buffer = connection.receive_buffer.spare() > 0;
  std::byte* to = has_buffer ? connection.receive_buffer.end() : scratch_.data();
  const std::size_t size_max = has_buffer ? connection.receive_buffer.spare() : scratch_.size();
  const ssize_t count = ::recv(connection.fd, to, size_max, 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
    connection.is_readable = errno == EINTR || (connection.has_urgent && unread_bytes_of(connection.fd) > 0);
  } else if (count <= 0) {
    connection.is_receiving = false;
    complete(socket, connection, OperationKind::receive, count < 0 ? last_os_error("receive") : Error{},
             std::move(connection.receive_buffer));
    return;
  } else {
    const auto size = static_cast<std::size_t>(count);
    // After a short read the socket is empty, except before an end or an urgent byte. Later bytes make a new
    // event. For an urgent byte, this event has set has_urgent or is still to be fetched.
    if (size < size_max && !connection.has_ended && !connection.has_urgent) connection.is_readable = false;
    if (has_buffer) connection.receive_buffer.extend(size);
    Completion completion{.kind = OperationKind::receive,
                          .is_final = false,
                          .key = connection.key,
                          .socket = socket,
                          .bytes = Bytes(to, size),
                          .buffer = std::move(connection.receive_buffer)};
    PortBase::complete(completion);
  }
  if (connection.is_readable) mark_pending(socket, connection);
}

void EpollPort::finish_stop(Socket socket, Connection& connection) {
  connection.is_stopping = false;
  const OperationKind kind = connection.is_accepting ? OperationKind::accept : OperationKind::receive;
  if (!connection.is_accepting && !connection.is_receiving) return;
  connection.is_accepting = connection.is_receiving = false;
  complete(socket, connection, kind, {ErrorCode::cancelled, 0, "stop"}, std::move(connection.receive_buffer));
}

void EpollPort::finish_close(Socket socket, Connection& connection) {
  const Error cancelled{ErrorCode::cancelled, 0, "close"};
  if (connection.must_reset) {
    const linger none{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(connection.fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  } else {
    ::shutdown(connection.fd, SHUT_RDWR);
  }
  if (connection.is_connecting) complete(socket, connection, OperationKind::connect, cancelled);
  if (connection.is_accepting) complete(socket, connection, OperationKind::accept, cancelled);
  fail_sends(socket, connection, cancelled);
  if (connection.is_receiving)
    complete(socket, connection, OperationKind::receive, cancelled, std::move(connection.receive_buffer));
  ::close(connection.fd);
  Completion closed{.kind = OperationKind::close, .key = connection.key, .socket = socket};
  connections_.erase(socket);
  PortBase::complete(closed);
}

void EpollPort::fail_sends(Socket socket, Connection& connection, Error error) {
  while (!connection.sends.empty())
    complete(socket, connection, OperationKind::send, error, connection.sends.pop());
}

void EpollPort::complete(Socket socket, const Connection& connection, OperationKind kind, Error error,
                         Buffer buffer) {
  Completion completion{
      .kind = kind, .key = connection.key, .socket = socket, .error = error, .buffer = std::move(buffer)};
  PortBase::complete(completion);
}

}  // namespace

Result<std::unique_ptr<Port>> make_epoll_port(const PortOptions& options) {
  auto port = std::make_unique<EpollPort>(options);
  const Result<void> made = port->open();
  if (!made) return std::unexpected(made.error());
  return port;
}

}  // namespace madang::io
