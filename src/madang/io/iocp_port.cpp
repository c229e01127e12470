// The kernel uses an operation and the buffer of a send until the completion port reports the operation. The
// port keeps this memory until then. Each socket counts its operations in flight. A close frees the handle
// and the memory when this number is zero.
//
// A receive asks the kernel for zero bytes. It completes when there is something to read. Then the port reads
// the bytes into a buffer that all sockets share. So an idle connection holds no buffer. A paused connection
// leaves its bytes in the kernel, so the peer slows down.

#include "madang/io/iocp_port.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <vector>

#include "madang/base/slot_table.h"
#include "madang/io/iocp_calls.h"
#include "madang/io/iocp_entry.h"
#include "madang/io/iocp_extensions.h"
#include "madang/io/iocp_queue.h"
#include "madang/io/port_base.h"

namespace madang::io {

namespace {

using namespace iocp;

constexpr int reads_a_turn = 16;  // for each socket

class IocpPort final : public PortBase {
 public:
  IocpPort(const PortOptions& options, const WinsockExtensions& extensions)
      : PortBase(options),
        extensions_(extensions),
        queue_(std::clamp(options.completion_entries, 1u, 1024u)),
        sockets_(options.sockets_max),
        scratch_(options.receive_bytes_max) {}
  ~IocpPort() override;
  Result<void> open() { return queue_.open(); }

  Backend backend() const override { return Backend::iocp; }
  Result<Socket> listen(const Address& address, Key key) override;
  Address local_address(Socket socket) const override;
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
  std::size_t unsent_bytes(Socket socket) const override;
  void close(Socket socket, CloseMode mode) override;

 private:
  void submit() override {}  // each call reaches the kernel at once
  void poll(Duration wait) override;
  void wake() override { queue_.wake(); }

  Entry& find_connected(Socket socket);
  Entry& find_open(Socket socket);
  Result<Entry*> add(NativeSocket native, Key key);

  void handle(const OVERLAPPED_ENTRY& event);
  void dispatch(Entry& entry, Operation& operation, std::size_t bytes);
  void accept_completed(Entry& entry, AcceptOperation& accept, const Error& error);
  void connect_completed(Entry& entry, const Error& error);
  void receive_completed(Entry& entry, const Error& error);
  void send_completed(Entry& entry, std::size_t bytes, const Error& error);

  void serve_next_turn(Entry& entry);
  void serve_pending();
  void serve_retries();
  void serve(Entry& entry);
  void retry_after_delay(Entry& entry);

  void start_accepts(Entry& entry);
  void deliver_accepted(Entry& entry, AcceptOperation& accept);
  void await_bytes(Entry& entry);
  void read_some(Entry& entry);
  void end_receive(Entry& entry, const Error& error);
  void send_next(Entry& entry);
  void fail_sends(Entry& entry, const Error& error);
  void shut_down_when_sent(Entry& entry);

  void join(Entry& entry);
  static Completion end_stream(Entry& entry, const Error& error);
  void finish_close(Entry& entry);

  const WinsockExtensions extensions_;
  IocpQueue queue_;
  SlotTable<Entry, Socket> sockets_;
  std::vector<Socket> pending_;  // have something to do in the next turn
  std::vector<Socket> serving_;  // the sockets of this turn
  struct Retry {
    Time at;
    Socket socket;
  };
  std::deque<Retry> retries_;       // in the order of their times, because all wait for retry_delay
  std::vector<std::byte> scratch_;  // holds the received bytes during the callback
};

IocpPort::~IocpPort() {
  std::size_t kernel_has = 0;
  sockets_.for_each([&](Socket, Entry& entry) {
    ::CancelIoEx(entry.file(), nullptr);
    kernel_has += entry.operations_in_flight;
  });
  while (kernel_has > 0)
    for (const OVERLAPPED_ENTRY& event : queue_.wait(forever))
      if (event.lpOverlapped) --kernel_has;
  sockets_.for_each([this](Socket socket, Entry&) { sockets_.erase(socket); });
}

Result<Socket> IocpPort::listen(const Address& address, Key key) {
  Result<NativeSocket> made = make_listener(address, options_.listen_backlog);
  if (!made) return std::unexpected(made.error());
  const Result<Entry*> entry = add(std::move(*made), key);
  if (!entry) return std::unexpected(entry.error());
  (*entry)->listener = std::make_unique<Listener>(options_.accepts_pending, address.family);
  count_started();
  (*entry)->stream = Stream::active;
  start_accepts(**entry);
  return (*entry)->id;
}

Address IocpPort::local_address(Socket socket) const {
  const Entry* entry = sockets_.find(socket);
  MADANG_CHECK(entry, "socket {:#x} is closed", socket.value);
  return local_address_of(entry->handle());
}

std::size_t IocpPort::unsent_bytes(Socket socket) const {
  const Entry* entry = sockets_.find(socket);
  MADANG_CHECK(entry, "socket {:#x} is closed", socket.value);
  return unsent_bytes_of(entry->handle());
}

Result<Socket> IocpPort::adopt(NativeSocket accepted, Key key) {
  tune_connection(static_cast<SOCKET>(accepted.get()), options_);
  const Result<Entry*> entry = add(std::move(accepted), key);
  if (!entry) return std::unexpected(entry.error());
  return (*entry)->id;
}

Result<Socket> IocpPort::connect(const Address& address, Key key) {
  Result<NativeSocket> made = make_connector(address.family, options_);
  if (!made) return std::unexpected(made.error());
  const Result<Entry*> taken = add(std::move(*made), key);
  if (!taken) return std::unexpected(taken.error());
  Entry& entry = **taken;
  count_started();
  entry.phase = Phase::unconnected;
  if (const Error error = start_connect(entry, address, extensions_))
    complete_later({.kind = OperationKind::connect, .key = key, .socket = entry.id, .error = error});
  return entry.id;
}

void IocpPort::receive(Socket socket) {
  Entry& entry = find_connected(socket);
  MADANG_CHECK(entry.stream == Stream::none, "the socket has a receive already");
  count_started();
  entry.stream = Stream::active;
  await_bytes(entry);
}

void IocpPort::receive_into(Socket socket, Buffer buffer) {
  Entry& entry = find_connected(socket);
  MADANG_CHECK(entry.stream != Stream::none && buffer.spare() > 0,
               "no receive is in flight, or the buffer has no spare capacity");
  MADANG_CHECK(entry.receive_buffer.spare() == 0, "the socket has a buffer to receive into already");
  entry.receive_buffer = std::move(buffer);
}

void IocpPort::resume(Socket socket) {
  Entry& entry = find_open(socket);
  if (!entry.is_paused) return;
  entry.is_paused = false;
  serve_next_turn(entry);
}

void IocpPort::stop(Socket socket) {
  Entry& entry = find_open(socket);
  if (entry.stream != Stream::active) return;
  entry.stream = Stream::stopping;
  if (entry.listener) {
    for (AcceptOperation& accept : entry.listener->accepts)
      if (accept.is_in_flight) ::CancelIoEx(entry.file(), &accept);
  } else if (entry.receive_operation.is_in_flight) {
    ::CancelIoEx(entry.file(), &entry.receive_operation);
  }
  join(entry);
}

void IocpPort::send(Socket socket, Buffer buffer) {
  Entry& entry = find_connected(socket);
  MADANG_CHECK(entry.output == Output::open, "a send after shutdown_send");
  count_started();
  entry.sends.push(std::move(buffer));
  if (entry.send_error) return fail_sends(entry, entry.send_error);
  send_next(entry);
}

void IocpPort::shutdown_send(Socket socket) {
  Entry& entry = find_connected(socket);
  if (entry.output == Output::open) entry.output = Output::ending;
  shut_down_when_sent(entry);
}

void IocpPort::close(Socket socket, CloseMode mode) {
  Entry& entry = find_open(socket);
  count_started();
  entry.phase = Phase::closing;
  if (mode == CloseMode::reset) {
    const linger none{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(entry.handle(), SOL_SOCKET, SO_LINGER, reinterpret_cast<const char*>(&none), sizeof none);
  } else {
    ::shutdown(entry.handle(), SD_SEND);
  }
  ::CancelIoEx(entry.file(), nullptr);
  join(entry);
}

/// Returns the entry. Precondition: it is open and connected (CHECK).
Entry& IocpPort::find_connected(Socket socket) {
  Entry& entry = find_open(socket);
  MADANG_CHECK(entry.phase == Phase::ready && !entry.listener, "socket {:#x} is not connected", socket.value);
  return entry;
}

/// Returns the entry. Precondition: its close was not started (CHECK).
Entry& IocpPort::find_open(Socket socket) {
  Entry* entry = sockets_.find(socket);
  MADANG_CHECK(entry && entry->phase != Phase::closing, "socket {:#x} is closed or closing", socket.value);
  return *entry;
}

/// Makes an entry and binds its socket to the completion port. The completion key is the entry's id.
Result<Entry*> IocpPort::add(NativeSocket native, Key key) {
  if (sockets_.is_full())
    return std::unexpected(Error{ErrorCode::no_descriptors, 0, "making a socket: the port is full"});
  const auto [socket, entry] = sockets_.emplace(std::move(native), key);
  entry.id = socket;
  u_long non_blocking = 1;  // for recv(); overlapped calls never block
  Result<void> bound = queue_.bind(entry.file(), socket.value);
  if (bound && ::ioctlsocket(entry.handle(), FIONBIO, &non_blocking) != 0)
    bound = std::unexpected(last_socket_error("making a socket non-blocking"));
  if (bound) return &entry;
  sockets_.erase(socket);
  return std::unexpected(bound.error());
}

void IocpPort::poll(Duration wait) {
  serve_pending();
  if (!retries_.empty()) wait = std::clamp<Duration>(retries_.front().at - now(), Duration::zero(), wait);
  for (const OVERLAPPED_ENTRY& event : queue_.wait(wait)) handle(event);
  serve_retries();
}

void IocpPort::handle(const OVERLAPPED_ENTRY& event) {
  if (!event.lpOverlapped) return;  // a wake-up
  Entry* entry = sockets_.find(Socket{event.lpCompletionKey});
  MADANG_CHECK(entry, "the completion belongs to no socket");
  auto& operation = static_cast<Operation&>(*event.lpOverlapped);
  {
    const KeepOpen keep_open(*entry);
    note_completed(*entry, operation);
    dispatch(*entry, operation, event.dwNumberOfBytesTransferred);
  }
  join(*entry);
}

void IocpPort::dispatch(Entry& entry, Operation& operation, std::size_t bytes) {
  switch (operation.kind) {
    case OperationKind::accept:
      return accept_completed(entry, static_cast<AcceptOperation&>(operation),
                              result_of(entry, operation, "accept"));
    case OperationKind::connect: return connect_completed(entry, result_of(entry, operation, "connect"));
    case OperationKind::receive: return receive_completed(entry, result_of(entry, operation, "receive"));
    case OperationKind::send: return send_completed(entry, bytes, result_of(entry, operation, "send"));
    default: MADANG_CHECK(false, "the completion has an unknown kind");
  }
}

void IocpPort::accept_completed(Entry& entry, AcceptOperation& accept, const Error& error) {
  if (error || entry.phase == Phase::closing) {
    accept.socket.reset();
    // A peer may leave before its connection is accepted. After another error, the port waits before it tries
    // again.
    if (error.code != ErrorCode::connection_reset) retry_after_delay(entry);
  } else if (entry.is_paused) {
    accept.is_held = true;
  } else {
    deliver_accepted(entry, accept);
  }
  start_accepts(entry);
}

void IocpPort::connect_completed(Entry& entry, const Error& error) {
  if (!error && entry.phase == Phase::unconnected) entry.phase = Phase::ready;
  if (!error) finish_connect(entry);
  entry.connect_operation.reset();
  Completion completion{.kind = OperationKind::connect, .key = entry.key, .socket = entry.id, .error = error};
  complete(completion);
}

void IocpPort::receive_completed(Entry& entry, const Error& error) {
  if (is_exhaustion(error)) return retry_after_delay(entry);
  if (error.code != ErrorCode::none && error.code != ErrorCode::cancelled) entry.receive_error = error;
  read_some(entry);
}

void IocpPort::send_completed(Entry& entry, std::size_t bytes, const Error& error) {
  if (error) {
    if (entry.phase == Phase::closing) return;  // finish_close() completes it as cancelled
    if (is_exhaustion(error)) return retry_after_delay(entry);
    return fail_sends(entry, error);
  }
  if (!entry.sends.advance(bytes)) return send_next(entry);
  Completion completion{
      .kind = OperationKind::send, .key = entry.key, .socket = entry.id, .buffer = entry.sends.pop()};
  send_next(entry);
  shut_down_when_sent(entry);
  complete(completion);
}

/// Serves the socket in the next turn. That turn does not wait.
void IocpPort::serve_next_turn(Entry& entry) {
  pending_.push_back(entry.id);
  do_not_wait();
}

void IocpPort::serve_pending() {
  serving_.swap(pending_);
  for (const Socket socket : serving_)
    if (Entry* entry = sockets_.find(socket)) serve(*entry);
  serving_.clear();
}

void IocpPort::serve_retries() {
  while (!retries_.empty() && retries_.front().at <= now()) {
    Entry* entry = sockets_.find(retries_.front().socket);
    retries_.pop_front();
    if (!entry) continue;
    entry->is_retrying = false;
    serve(*entry);
  }
}

/// Does what had to wait: for a resume, for the next turn, or for a resource of the system.
void IocpPort::serve(Entry& entry) {
  {
    const KeepOpen keep_open(entry);
    if (entry.listener) {
      for (AcceptOperation& accept : entry.listener->accepts)
        if (accept.is_held && entry.delivers()) deliver_accepted(entry, accept);
      start_accepts(entry);
    } else {
      read_some(entry);
      send_next(entry);
    }
  }
  join(entry);
}

void IocpPort::retry_after_delay(Entry& entry) {
  if (entry.is_retrying) return;
  entry.is_retrying = true;
  retries_.push_back({now() + options_.retry_delay, entry.id});
}

void IocpPort::start_accepts(Entry& entry) {
  if (!entry.delivers() || entry.is_retrying) return;
  for (AcceptOperation& accept : entry.listener->accepts)
    if (!accept.is_in_flight && !accept.is_held && start_accept(entry, accept, extensions_))
      return retry_after_delay(entry);
}

void IocpPort::deliver_accepted(Entry& entry, AcceptOperation& accept) {
  accept.is_held = false;
  std::optional<AcceptedConnection> accepted = finish_accept(entry, accept, extensions_);
  if (!accepted) return;  // the peer has left already
  Completion completion{.kind = OperationKind::accept,
                        .is_final = false,
                        .key = entry.key,
                        .socket = entry.id,
                        .accepted = std::move(accepted->socket),
                        .peer = accepted->peer};
  complete(completion);
}

void IocpPort::await_bytes(Entry& entry) {
  if (!entry.delivers() || entry.receive_operation.is_in_flight) return;
  if (!entry.receive_error) entry.receive_error = start_receive(entry);
  if (is_exhaustion(entry.receive_error)) {
    entry.receive_error = {};
    retry_after_delay(entry);
  } else if (entry.receive_error) {
    serve_next_turn(entry);  // because receive() may have called this, and receive() never calls the handler
  }
}

/// Reads what has arrived. After a read that fills the buffer, it reads again, without a new operation. It
/// reads `reads_a_turn` times at most, because one socket must not keep the others waiting.
void IocpPort::read_some(Entry& entry) {
  for (int reads = 0; entry.delivers(); ++reads) {
    if (entry.receive_error) return end_receive(entry, std::exchange(entry.receive_error, {}));
    if (reads == reads_a_turn) return serve_next_turn(entry);
    const bool has_buffer = entry.receive_buffer.spare() > 0;
    std::byte* to = has_buffer ? entry.receive_buffer.end() : scratch_.data();
    const std::size_t size_max = has_buffer ? entry.receive_buffer.spare() : scratch_.size();
    const int count = ::recv(entry.handle(), reinterpret_cast<char*>(to), static_cast<int>(size_max), 0);
    if (count == 0) return end_receive(entry, reset_in_disguise(entry));
    if (count < 0) {
      const Error error = last_socket_error("receive");
      if (error.os_code == WSAEWOULDBLOCK) return await_bytes(entry);
      return end_receive(entry, error);
    }
    const auto size = static_cast<std::size_t>(count);
    if (has_buffer) entry.receive_buffer.extend(size);
    Completion completion{.kind = OperationKind::receive,
                          .is_final = false,
                          .key = entry.key,
                          .socket = entry.id,
                          .bytes = Bytes(to, size),
                          .buffer = std::move(entry.receive_buffer)};
    complete(completion);
    if (size < size_max) return await_bytes(entry);
  }
}

void IocpPort::end_receive(Entry& entry, const Error& error) {
  Completion completion = end_stream(entry, error);
  complete(completion);
}

void IocpPort::send_next(Entry& entry) {
  if (entry.phase != Phase::ready || entry.sends.empty() || entry.send_operation.is_in_flight) return;
  const Error error = start_send(entry, entry.sends.front());
  if (is_exhaustion(error)) return retry_after_delay(entry);
  if (error) fail_sends(entry, error);
}

void IocpPort::fail_sends(Entry& entry, const Error& error) {
  entry.send_error = error;
  while (!entry.sends.empty())
    complete_later({.kind = OperationKind::send,
                    .key = entry.key,
                    .socket = entry.id,
                    .error = error,
                    .buffer = entry.sends.pop()});
}

void IocpPort::shut_down_when_sent(Entry& entry) {
  if (entry.output != Output::ending || entry.phase != Phase::ready || !entry.sends.empty()) return;
  entry.output = Output::ended;
  ::shutdown(entry.handle(), SD_SEND);
}

/// Finishes a stop or a close when no operation is left that it has to wait for. Called after an operation
/// has completed, and after stop() and close().
void IocpPort::join(Entry& entry) {
  const bool is_in_flight =
      entry.listener ? entry.operations_in_flight > 0 : entry.receive_operation.is_in_flight;
  if (entry.stream == Stream::stopping && !is_in_flight)
    complete_later(end_stream(entry, {ErrorCode::cancelled, 0, "stop"}));
  if (entry.phase == Phase::closing && entry.operations_in_flight == 0) finish_close(entry);
}

/// Ends the receive or the accept of the socket, and returns its final completion.
Completion IocpPort::end_stream(Entry& entry, const Error& error) {
  entry.stream = Stream::none;
  if (entry.listener) entry.listener->accepts.clear();
  return {.kind = entry.listener ? OperationKind::accept : OperationKind::receive,
          .key = entry.key,
          .socket = entry.id,
          .error = error,
          .buffer = std::move(entry.receive_buffer)};
}

void IocpPort::finish_close(Entry& entry) {
  const Error cancelled{ErrorCode::cancelled, 0, "close"};
  fail_sends(entry, cancelled);
  if (entry.stream != Stream::none) complete_later(end_stream(entry, cancelled));
  complete_later({.kind = OperationKind::close, .key = entry.key, .socket = entry.id});
  sockets_.erase(entry.id);
}

}  // namespace

Result<std::unique_ptr<Port>> make_iocp_port(const PortOptions& options) {
  const Result<WinsockExtensions> extensions = load_winsock_extensions();
  if (!extensions) return std::unexpected(extensions.error());
  auto port = std::make_unique<IocpPort>(options, *extensions);
  const Result<void> made = port->open();
  if (!made) return std::unexpected(made.error());
  return port;
}

}  // namespace madang::io
