// Edge-triggered: the kernel says once that a socket became readable or writable, and we remember it until a
// call finds it drained. A socket with something to do stands in `work_`; a turn waits for events, then goes
// through that list twice, so that what a receive's callback sends leaves in the same turn.

#include "io/epoll_port.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/slot_table.h"
#include "io/epoll_connection.h"
#include "io/epoll_set.h"
#include "io/port_base.h"
#include "io/socket_calls.h"

namespace madang::io {

namespace {

using Connection = EpollConnection;

constexpr std::uint32_t connection_events = EPOLLIN | EPOLLOUT | EPOLLPRI | EPOLLRDHUP | EPOLLET;
constexpr int accepts_a_turn = 64;

class EpollPort final : public PortBase {
 public:
  explicit EpollPort(const PortOptions& options)
      : PortBase(options),
        set_(std::clamp(options.completion_entries, 1u, 1024u)),
        connections_(options.sockets_max),
        scratch_(options.receive_bytes_max) {}
  ~EpollPort() override;
  Result<void> open() { return set_.open(); }

  std::string_view name() const override { return "epoll"; }
  Result<Socket> listen(const Address& address, Key key) override;
  Address local_address(Socket socket) const override {
    const Connection* connection = connections_.find(socket);
    CHECK(connection, "socket {:#x} is closed", socket.value);
    return local_address_of(connection->fd);
  }
  Result<Socket> adopt(NativeSocket accepted, Key key) override;
  Result<Socket> connect(const Address& address, Key key) override;
  void set_key(Socket socket, Key key) override { named(socket).key = key; }
  void receive(Socket socket) override;
  void receive_into(Socket socket, Buffer buffer) override;
  void pause(Socket socket) override { named(socket).paused = true; }
  void resume(Socket socket) override;
  void stop(Socket socket) override;
  void send(Socket socket, Buffer buffer) override;
  void shutdown_send(Socket socket) override;
  std::size_t unsent_bytes(Socket socket) const override {
    const Connection* connection = connections_.find(socket);
    CHECK(connection, "socket {:#x} is closed", socket.value);
    return unsent_bytes_of(connection->fd);
  }
  void close(Socket socket, CloseMode mode) override;

  // What is started now is worked through in the next round.
  std::uint64_t started_mark() const override { return rounds_begun_; }
  bool is_submitted(std::uint64_t mark) const override { return rounds_done_ > mark; }

 private:
  void submit() override {}  // nothing is told to the kernel before work() does it
  void poll(Duration wait) override;
  void wake() override { set_.wake(); }

  Connection& connected(Socket socket);
  Connection& named(Socket socket);
  Result<Socket> watch(NativeSocket native, Key key, std::uint32_t events);
  void touch(Socket socket, Connection& connection);

  void work_through();
  void note(const epoll_event& event);
  void retry_later(Socket socket, Connection& connection);
  void retry_refused();
  void work(Socket socket, Connection& connection);
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
  std::vector<Socket> work_;
  std::vector<Socket> working_;
  std::uint64_t rounds_begun_ = 0;
  std::uint64_t rounds_done_ = 0;
  std::vector<Socket> refused_;
  Time retry_at_ = Time::max();     // when they try again
  std::vector<std::byte> scratch_;  // what arrives stands here during the callback
};

EpollPort::~EpollPort() {
  connections_.for_each([](Socket, Connection& connection) { ::close(connection.fd); });
}

Result<Socket> EpollPort::listen(const Address& address, Key key) {
  Result<NativeSocket> made = make_listener(address, options_.listen_backlog);
  if (!made) return std::unexpected(made.error());
  const Result<Socket> socket = watch(std::move(*made), key, EPOLLIN | EPOLLET);
  if (!socket) return socket;
  started();
  named(*socket).accepting = true;
  return socket;
}

Result<Socket> EpollPort::adopt(NativeSocket accepted, Key key) {
  tune_connection(static_cast<int>(accepted.get()), options_);
  const Result<Socket> socket = watch(std::move(accepted), key, connection_events);
  if (socket) named(*socket).connected = true;
  return socket;
}

Result<Socket> EpollPort::connect(const Address& address, Key key) {
  Result<NativeSocket> made = make_connector(address.family, options_);
  if (!made) return std::unexpected(made.error());
  const RawAddress raw = to_raw(address);
  const int result = ::connect(static_cast<int>(made->get()), raw.get(), raw.size);
  const bool goes_on = result == 0 || errno == EINPROGRESS || errno == EINTR;
  const int os_code = goes_on ? 0 : errno;
  const Result<Socket> socket = watch(std::move(*made), key, connection_events);
  if (!socket) return socket;
  started();
  Connection& connection = named(*socket);
  connection.connecting = true;
  if (os_code != 0) {
    connection.connect_os_code = os_code;
    connection.ended = true;
    touch(*socket, connection);
  }
  return socket;
}

void EpollPort::receive(Socket socket) {
  Connection& connection = connected(socket);
  CHECK(!connection.receiving, "a second receive on a socket");
  started();
  connection.receiving = true;
  touch(socket, connection);
}

void EpollPort::receive_into(Socket socket, Buffer buffer) {
  Connection& connection = named(socket);
  CHECK(connection.receiving && buffer.room() > 0, "no receive is out, or the buffer has no room");
  CHECK(connection.room.room() == 0, "a second buffer to receive into");
  connection.room = std::move(buffer);
}

void EpollPort::resume(Socket socket) {
  Connection& connection = named(socket);
  connection.paused = false;
  touch(socket, connection);
}

void EpollPort::stop(Socket socket) {
  Connection& connection = named(socket);
  if (!connection.receiving && !connection.accepting) return;
  connection.stopping = true;
  touch(socket, connection);
}

void EpollPort::send(Socket socket, Buffer buffer) {
  Connection& connection = connected(socket);
  CHECK(!connection.shutting_send, "a send after shutdown_send");
  started();
  connection.sends.push(std::move(buffer));
  touch(socket, connection);
}

void EpollPort::shutdown_send(Socket socket) {
  Connection& connection = connected(socket);
  connection.shutting_send = true;
  touch(socket, connection);
}

void EpollPort::close(Socket socket, CloseMode mode) {
  Connection& connection = named(socket);
  started();
  connection.closing = true;
  connection.reset = mode == CloseMode::reset;
  touch(socket, connection);
}

/// For what may be asked of a socket only once it is connected.
Connection& EpollPort::connected(Socket socket) {
  Connection& connection = named(socket);
  CHECK(connection.connected, "socket {:#x} is not connected", socket.value);
  return connection;
}

Connection& EpollPort::named(Socket socket) {
  Connection* connection = connections_.find(socket);
  CHECK(connection && !connection->closing, "socket {:#x} is closed, or being closed", socket.value);
  return *connection;
}

Result<Socket> EpollPort::watch(NativeSocket native, Key key, std::uint32_t events) {
  if (connections_.full())
    return std::unexpected(Error{ErrorCode::no_descriptors, 0, "a port's table of sockets"});
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

void EpollPort::touch(Socket socket, Connection& connection) {
  if (connection.in_work) return;
  connection.in_work = true;
  work_.push_back(socket);
}

void EpollPort::poll(Duration wait) {
  // The kernel is asked even when there is work already, for who starts some between all turns must not keep
  // the others from being heard.
  if (!work_.empty()) wait = Duration::zero();
  if (retry_at_ != Time::max()) wait = std::clamp<Duration>(retry_at_ - now(), Duration::zero(), wait);
  for (const epoll_event& event : set_.wait(wait)) note(event);
  retry_refused();
  work_through();
  if (!work_.empty()) do_not_wait();
}

/// Twice, so that what a callback sends leaves in the same turn; not more, so that nobody keeps the others
/// waiting.
void EpollPort::work_through() {
  for (int round = 0; round < 2; ++round) {
    ++rounds_begun_;
    working_.swap(work_);
    for (const Socket socket : working_) {
      Connection* connection = connections_.find(socket);
      connection->in_work = false;
      work(socket, *connection);
    }
    working_.clear();
    ++rounds_done_;
  }
}

void EpollPort::note(const epoll_event& event) {
  if (event.data.u64 == EpollSet::wake_tag) return set_.take_wake();
  const Socket socket{event.data.u64};
  Connection* connection = connections_.find(socket);
  if (!connection) return;
  const bool failed = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
  if (event.events & EPOLLIN) connection->readable = true;
  if (event.events & EPOLLOUT) connection->writable = true;
  if (event.events & EPOLLPRI) connection->urgent = connection->readable = true;
  if (failed || (event.events & EPOLLRDHUP)) connection->ended = connection->readable = true;
  if (failed) connection->writable = true;
  touch(socket, *connection);
}

/// No event will tell when the system has again what it was short of.
void EpollPort::retry_later(Socket socket, Connection& connection) {
  if (connection.refused) return;
  connection.refused = true;
  refused_.push_back(socket);
  retry_at_ = std::min(retry_at_, now() + options_.retry_delay);
}

void EpollPort::retry_refused() {
  if (retry_at_ == Time::max() || now() < retry_at_) return;
  retry_at_ = Time::max();
  for (const Socket socket : refused_)
    if (Connection* connection = connections_.find(socket)) {
      connection->refused = false;
      touch(socket, *connection);
    }
  refused_.clear();
}

/// Does what can be done now. A callback may start more: the socket then stands in work_ again.
void EpollPort::work(Socket socket, Connection& connection) {
  if (connection.closing) return finish_close(socket, connection);
  if (connection.stopping) finish_stop(socket, connection);
  if (connection.accepting) return accept_some(socket, connection);
  if (connection.connecting) finish_connect(socket, connection);
  if (connection.connecting) return;
  send_some(socket, connection);
  receive_some(socket, connection);
}

void EpollPort::accept_some(Socket socket, Connection& connection) {
  for (int i = 0; i < accepts_a_turn; ++i) {
    if (!connection.readable || connection.refused || connection.paused || connection.stopping ||
        connection.closing)
      return;
    RawAddress peer;
    const int fd = ::accept4(connection.fd, peer.get(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      Completion completion{.kind = OperationKind::accept,
                            .final = false,
                            .key = connection.key,
                            .socket = socket,
                            .accepted = NativeSocket(static_cast<std::uintptr_t>(fd)),
                            .peer = from_raw(peer)};
      PortBase::complete(completion);
    } else if (errno == EAGAIN) {
      connection.readable = false;
    } else if (errno != ECONNABORTED && errno != EINTR) {
      retry_later(socket, connection);
    }
  }
  touch(socket, connection);
}

void EpollPort::finish_connect(Socket socket, Connection& connection) {
  if (!connection.writable && !connection.ended) return;
  int os_code = connection.connect_os_code;
  socklen_t size = sizeof os_code;
  if (os_code == 0) ::getsockopt(connection.fd, SOL_SOCKET, SO_ERROR, &os_code, &size);
  connection.connecting = false;
  connection.connected = os_code == 0;
  complete(socket, connection, OperationKind::connect, os_error(os_code, "connect"));
}

void EpollPort::send_some(Socket socket, Connection& connection) {
  while (connection.writable && !connection.refused && !connection.closing && !connection.sends.empty()) {
    const Bytes rest = connection.sends.front();
    const ssize_t sent = ::send(connection.fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      const Error error = last_os_error("send");
      if (error.os_code == EAGAIN) {
        // With nothing in the kernel there is nothing whose leaving would be an event: it had no memory.
        if (unsent_bytes_of(connection.fd) == 0) {
          retry_later(socket, connection);
        } else {
          connection.writable = false;
        }
      } else if (is_exhaustion(error)) {
        retry_later(socket, connection);
      } else if (error.os_code != EINTR) {
        fail_sends(socket, connection, error);
      }
    } else if (connection.sends.advance(static_cast<std::size_t>(sent))) {
      complete(socket, connection, OperationKind::send, {}, connection.sends.pop());
    }
    // After a short one the next try says whether there is no more room: only then an event will follow.
  }
  if (!connection.shutting_send || connection.send_shut || connection.closing || !connection.sends.empty())
    return;
  connection.send_shut = true;
  ::shutdown(connection.fd, SHUT_WR);
}

void EpollPort::receive_some(Socket socket, Connection& connection) {
  if (!connection.receiving || connection.paused || connection.stopping || connection.closing ||
      !connection.readable)
    return;
  const bool into_room = connection.room.room() > 0;
  std::byte* to = into_room ? connection.room.end() : scratch_.data();
  const std::size_t size_max = into_room ? connection.room.room() : scratch_.size();
  const ssize_t count = ::recv(connection.fd, to, size_max, 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
    connection.readable = errno == EINTR || (connection.urgent && unread_bytes_of(connection.fd) > 0);
  } else if (count <= 0) {
    connection.receiving = false;
    complete(socket, connection, OperationKind::receive, count < 0 ? last_os_error("receive") : Error{},
             std::move(connection.room));
    return;
  } else {
    const auto size = static_cast<std::size_t>(count);
    // A short read of a TCP socket has emptied it, but before an end or at an urgent byte; what comes later
    // is a new event. An urgent byte, too: its event is either in `urgent` already or still to be fetched.
    if (size < size_max && !connection.ended && !connection.urgent) connection.readable = false;
    if (into_room) connection.room.extend(size);
    Completion completion{.kind = OperationKind::receive,
                          .final = false,
                          .key = connection.key,
                          .socket = socket,
                          .bytes = Bytes(to, size),
                          .buffer = std::move(connection.room)};
    PortBase::complete(completion);
  }
  if (connection.readable) touch(socket, connection);
}

void EpollPort::finish_stop(Socket socket, Connection& connection) {
  connection.stopping = false;
  const OperationKind kind = connection.accepting ? OperationKind::accept : OperationKind::receive;
  if (!connection.accepting && !connection.receiving) return;
  connection.accepting = connection.receiving = false;
  complete(socket, connection, kind, {ErrorCode::cancelled, 0, "stop"}, std::move(connection.room));
}

void EpollPort::finish_close(Socket socket, Connection& connection) {
  const Error cancelled{ErrorCode::cancelled, 0, "close"};
  if (connection.reset) {
    const linger none{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(connection.fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  } else {
    ::shutdown(connection.fd, SHUT_RDWR);
  }
  if (connection.connecting) complete(socket, connection, OperationKind::connect, cancelled);
  if (connection.accepting) complete(socket, connection, OperationKind::accept, cancelled);
  fail_sends(socket, connection, cancelled);
  if (connection.receiving)
    complete(socket, connection, OperationKind::receive, cancelled, std::move(connection.room));
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
