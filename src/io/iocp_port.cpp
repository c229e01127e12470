// The kernel writes into an operation, and reads from a send's buffer, until the operation has come out of
// the completion port. So everything that it may still touch is kept until then: a socket counts what is out
// (`operations_out`), and its handle and memory go when a close has seen the last of them join.
//
// Receives are of zero bytes: one completes when there is something to read, and only then is that read, into
// a buffer that all sockets share. So an idle connection holds no buffer, and a paused one leaves its bytes
// to the kernel, which slows the peer down.

#include "io/iocp_port.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <vector>

#include "base/slot_table.h"
#include "io/iocp_calls.h"
#include "io/iocp_entry.h"
#include "io/iocp_extensions.h"
#include "io/iocp_queue.h"
#include "io/port_base.h"

namespace madang::io {

namespace {

using namespace iocp;

constexpr int reads_a_turn = 16;

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

  std::string_view name() const override { return "iocp"; }
  Result<Socket> listen(const Address& address, Key key) override;
  Address local_address(Socket socket) const override;
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
  std::size_t unsent_bytes(Socket socket) const override;
  void close(Socket socket, CloseMode mode) override;

 private:
  void submit() override {}  // every call went to the kernel at once
  void poll(Duration wait) override;
  void wake() override { queue_.wake(); }

  Entry& connected(Socket socket);
  Entry& named(Socket socket);
  Result<Entry*> take_in(NativeSocket native, Key key);

  void handle(const OVERLAPPED_ENTRY& event);
  void dispatch(Entry& entry, Operation& operation, std::size_t bytes);
  void accept_completed(Entry& entry, AcceptOperation& accept, const Error& error);
  void connect_completed(Entry& entry, const Error& error);
  void receive_completed(Entry& entry, const Error& error);
  void send_completed(Entry& entry, std::size_t bytes, const Error& error);

  void attend_soon(Entry& entry);
  void attend_unattended();
  void attend_retries();
  void attend(Entry& entry);
  void retry_later(Entry& entry);

  void post_accepts(Entry& entry);
  void deliver_accepted(Entry& entry, AcceptOperation& accept);
  void post_receive(Entry& entry);
  void read_some(Entry& entry);
  void end_receive(Entry& entry, const Error& error);
  void post_send(Entry& entry);
  void fail_sends(Entry& entry, const Error& error);
  void shut_down_when_sent(Entry& entry);

  void join(Entry& entry);
  static Completion end_stream(Entry& entry, const Error& error);
  void finish_close(Entry& entry);

  const WinsockExtensions extensions_;
  IocpQueue queue_;
  SlotTable<Entry, Socket> sockets_;
  std::vector<Socket> unattended_;
  std::vector<Socket> attending_;
  struct Retry {
    Time at;
    Socket socket;
  };
  std::deque<Retry> retries_;       // in the order of their times, because all wait equally long
  std::vector<std::byte> scratch_;  // what arrives stands here during the callback
};

IocpPort::~IocpPort() {
  std::size_t kernel_has = 0;
  sockets_.for_each([&](Socket, Entry& entry) {
    ::CancelIoEx(entry.file(), nullptr);
    kernel_has += entry.operations_out;
  });
  while (kernel_has > 0)
    for (const OVERLAPPED_ENTRY& event : queue_.wait(forever))
      if (event.lpOverlapped) --kernel_has;
  sockets_.for_each([this](Socket socket, Entry&) { sockets_.erase(socket); });
}

Result<Socket> IocpPort::listen(const Address& address, Key key) {
  Result<NativeSocket> made = make_listener(address, options_.listen_backlog);
  if (!made) return std::unexpected(made.error());
  const Result<Entry*> entry = take_in(std::move(*made), key);
  if (!entry) return std::unexpected(entry.error());
  (*entry)->listener = std::make_unique<Listener>(options_.accepts_pending, address.family);
  started();
  (*entry)->stream = Stream::active;
  post_accepts(**entry);
  return (*entry)->id;
}

Address IocpPort::local_address(Socket socket) const {
  const Entry* entry = sockets_.find(socket);
  CHECK(entry, "socket {:#x} is closed", socket.value);
  return local_address_of(entry->handle());
}

std::size_t IocpPort::unsent_bytes(Socket socket) const {
  const Entry* entry = sockets_.find(socket);
  CHECK(entry, "socket {:#x} is closed", socket.value);
  return unsent_bytes_of(entry->handle());
}

Result<Socket> IocpPort::adopt(NativeSocket accepted, Key key) {
  tune_connection(static_cast<SOCKET>(accepted.get()), options_);
  const Result<Entry*> entry = take_in(std::move(accepted), key);
  if (!entry) return std::unexpected(entry.error());
  return (*entry)->id;
}

Result<Socket> IocpPort::connect(const Address& address, Key key) {
  Result<NativeSocket> made = make_connector(address.family, options_);
  if (!made) return std::unexpected(made.error());
  const Result<Entry*> taken = take_in(std::move(*made), key);
  if (!taken) return std::unexpected(taken.error());
  Entry& entry = **taken;
  started();
  entry.phase = Phase::unconnected;
  if (const Error error = start_connect(entry, address, extensions_))
    complete_later({.kind = OperationKind::connect, .key = key, .socket = entry.id, .error = error});
  return entry.id;
}

void IocpPort::receive(Socket socket) {
  Entry& entry = connected(socket);
  CHECK(entry.stream == Stream::none, "a second receive on a socket");
  started();
  entry.stream = Stream::active;
  post_receive(entry);
}

void IocpPort::receive_into(Socket socket, Buffer buffer) {
  Entry& entry = connected(socket);
  CHECK(entry.stream != Stream::none && buffer.room() > 0, "no receive is out, or the buffer has no room");
  CHECK(entry.room.room() == 0, "a second buffer to receive into");
  entry.room = std::move(buffer);
}

void IocpPort::resume(Socket socket) {
  Entry& entry = named(socket);
  if (!entry.paused) return;
  entry.paused = false;
  attend_soon(entry);
}

void IocpPort::stop(Socket socket) {
  Entry& entry = named(socket);
  if (entry.stream != Stream::active) return;
  entry.stream = Stream::stopping;
  if (entry.listener) {
    for (AcceptOperation& accept : entry.listener->accepts)
      if (accept.out) ::CancelIoEx(entry.file(), &accept);
  } else if (entry.receive_operation.out) {
    ::CancelIoEx(entry.file(), &entry.receive_operation);
  }
  join(entry);
}

void IocpPort::send(Socket socket, Buffer buffer) {
  Entry& entry = connected(socket);
  CHECK(!entry.shutting_send, "a send after shutdown_send");
  started();
  entry.sends.push(std::move(buffer));
  if (entry.send_error) return fail_sends(entry, entry.send_error);
  post_send(entry);
}

void IocpPort::shutdown_send(Socket socket) {
  Entry& entry = connected(socket);
  entry.shutting_send = true;
  shut_down_when_sent(entry);
}

void IocpPort::close(Socket socket, CloseMode mode) {
  Entry& entry = named(socket);
  started();
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

/// For what may be asked of a socket only once it is connected.
Entry& IocpPort::connected(Socket socket) {
  Entry& entry = named(socket);
  CHECK(entry.phase == Phase::ready && !entry.listener, "socket {:#x} is not connected", socket.value);
  return entry;
}

Entry& IocpPort::named(Socket socket) {
  Entry* entry = sockets_.find(socket);
  CHECK(entry && entry->phase != Phase::closing, "socket {:#x} is closed, or being closed", socket.value);
  return *entry;
}

/// Binds a socket to the completion port for the rest of its life; the completion key is its id.
Result<Entry*> IocpPort::take_in(NativeSocket native, Key key) {
  if (sockets_.full())
    return std::unexpected(Error{ErrorCode::no_descriptors, 0, "a port's table of sockets"});
  const auto [socket, entry] = sockets_.emplace(std::move(native), key);
  entry.id = socket;
  u_long non_blocking = 1;  // for recv(); overlapped calls never block
  Result<void> bound = queue_.bind(entry.file(), socket.value);
  if (bound && ::ioctlsocket(entry.handle(), FIONBIO, &non_blocking) != 0)
    bound = std::unexpected(last_socket_error("making a socket one that never blocks"));
  if (bound) return &entry;
  sockets_.erase(socket);
  return std::unexpected(bound.error());
}

void IocpPort::poll(Duration wait) {
  attend_unattended();
  if (!retries_.empty()) wait = std::clamp<Duration>(retries_.front().at - now(), Duration::zero(), wait);
  for (const OVERLAPPED_ENTRY& event : queue_.wait(wait)) handle(event);
  attend_retries();
}

void IocpPort::handle(const OVERLAPPED_ENTRY& event) {
  if (!event.lpOverlapped) return;  // a wake-up
  Entry* entry = sockets_.find(Socket{event.lpCompletionKey});
  CHECK(entry, "a completion for a socket that is gone");
  auto& operation = static_cast<Operation&>(*event.lpOverlapped);
  {
    const KeepOpen keep_open(*entry);
    came_back(*entry, operation);
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
    default: CHECK(false, "a completion of no known kind");
  }
}

void IocpPort::accept_completed(Entry& entry, AcceptOperation& accept, const Error& error) {
  if (error || entry.phase == Phase::closing) {
    accept.socket.reset();
    // A peer that left before it was accepted is nobody's fault. Anything else must not be tried in a loop.
    if (error.code != ErrorCode::connection_reset) retry_later(entry);
  } else if (entry.paused) {
    accept.held = true;
  } else {
    deliver_accepted(entry, accept);
  }
  post_accepts(entry);
}

void IocpPort::connect_completed(Entry& entry, const Error& error) {
  if (!error && entry.phase == Phase::unconnected) entry.phase = Phase::ready;
  if (!error) finish_connect(entry);
  entry.connect_operation.reset();
  Completion completion{.kind = OperationKind::connect, .key = entry.key, .socket = entry.id, .error = error};
  complete(completion);
}

void IocpPort::receive_completed(Entry& entry, const Error& error) {
  if (is_exhaustion(error)) return retry_later(entry);
  if (error.code != ErrorCode::none && error.code != ErrorCode::cancelled) entry.receive_error = error;
  read_some(entry);
}

void IocpPort::send_completed(Entry& entry, std::size_t bytes, const Error& error) {
  if (error) {
    if (entry.phase == Phase::closing) return;  // finish_close says that it was cancelled
    return is_exhaustion(error) ? retry_later(entry) : fail_sends(entry, error);
  }
  if (!entry.sends.advance(bytes)) return post_send(entry);
  Completion completion{
      .kind = OperationKind::send, .key = entry.key, .socket = entry.id, .buffer = entry.sends.pop()};
  post_send(entry);
  shut_down_when_sent(entry);
  complete(completion);
}

/// In the next turn, which then does not wait.
void IocpPort::attend_soon(Entry& entry) {
  unattended_.push_back(entry.id);
  do_not_wait();
}

void IocpPort::attend_unattended() {
  attending_.swap(unattended_);
  for (const Socket socket : attending_)
    if (Entry* entry = sockets_.find(socket)) attend(*entry);
  attending_.clear();
}

void IocpPort::attend_retries() {
  while (!retries_.empty() && retries_.front().at <= now()) {
    Entry* entry = sockets_.find(retries_.front().socket);
    retries_.pop_front();
    if (!entry) continue;
    entry->retrying = false;
    attend(*entry);
  }
}

/// Does what was held back: by a pause, by a turn that had done enough, or because the system had run out.
void IocpPort::attend(Entry& entry) {
  {
    const KeepOpen keep_open(entry);
    if (entry.listener) {
      for (AcceptOperation& accept : entry.listener->accepts)
        if (accept.held && entry.delivers()) deliver_accepted(entry, accept);
      post_accepts(entry);
    } else {
      read_some(entry);
      post_send(entry);
    }
  }
  join(entry);
}

void IocpPort::retry_later(Entry& entry) {
  if (entry.retrying) return;
  entry.retrying = true;
  retries_.push_back({now() + options_.retry_delay, entry.id});
}

void IocpPort::post_accepts(Entry& entry) {
  if (!entry.delivers() || entry.retrying) return;
  for (AcceptOperation& accept : entry.listener->accepts)
    if (!accept.out && !accept.held && start_accept(entry, accept, extensions_)) return retry_later(entry);
}

void IocpPort::deliver_accepted(Entry& entry, AcceptOperation& accept) {
  accept.held = false;
  std::optional<AcceptedConnection> accepted = finish_accept(entry, accept, extensions_);
  if (!accepted) return;  // the peer has left again
  Completion completion{.kind = OperationKind::accept,
                        .final = false,
                        .key = entry.key,
                        .socket = entry.id,
                        .accepted = std::move(accepted->socket),
                        .peer = accepted->peer};
  complete(completion);
}

void IocpPort::post_receive(Entry& entry) {
  if (!entry.delivers() || entry.receive_operation.out) return;
  if (!entry.receive_error) entry.receive_error = start_receive(entry);
  if (is_exhaustion(entry.receive_error)) {
    entry.receive_error = {};
    retry_later(entry);
  } else if (entry.receive_error) {
    attend_soon(entry);  // for we may be inside of receive(), which does not call back
  }
}

/// A read that filled the buffer is followed by the next one, without asking the completion port in between;
/// but only a few, so that nobody keeps the others waiting.
void IocpPort::read_some(Entry& entry) {
  for (int reads = 0; entry.delivers(); ++reads) {
    if (entry.receive_error) return end_receive(entry, std::exchange(entry.receive_error, {}));
    if (reads == reads_a_turn) return attend_soon(entry);
    const bool into_room = entry.room.room() > 0;
    std::byte* to = into_room ? entry.room.end() : scratch_.data();
    const std::size_t size_max = into_room ? entry.room.room() : scratch_.size();
    const int count = ::recv(entry.handle(), reinterpret_cast<char*>(to), static_cast<int>(size_max), 0);
    if (count == 0) return end_receive(entry, reset_in_disguise(entry));
    if (count < 0) {
      const Error error = last_socket_error("receive");
      return error.os_code == WSAEWOULDBLOCK ? post_receive(entry) : end_receive(entry, error);
    }
    const auto size = static_cast<std::size_t>(count);
    if (into_room) entry.room.extend(size);
    Completion completion{.kind = OperationKind::receive,
                          .final = false,
                          .key = entry.key,
                          .socket = entry.id,
                          .bytes = Bytes(to, size),
                          .buffer = std::move(entry.room)};
    complete(completion);
    if (size < size_max) return post_receive(entry);
  }
}

void IocpPort::end_receive(Entry& entry, const Error& error) {
  Completion completion = end_stream(entry, error);
  complete(completion);
}

void IocpPort::post_send(Entry& entry) {
  if (entry.phase != Phase::ready || entry.sends.empty() || entry.send_operation.out) return;
  const Error error = start_send(entry, entry.sends.front());
  if (is_exhaustion(error)) return retry_later(entry);
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
  if (entry.shutting_send && entry.phase == Phase::ready && entry.sends.empty())
    ::shutdown(entry.handle(), SD_SEND);
}

/// After an operation has come back, or something was asked to end: is there anything left to wait for?
void IocpPort::join(Entry& entry) {
  const bool stream_out = entry.listener ? entry.operations_out > 0 : entry.receive_operation.out;
  if (entry.stream == Stream::stopping && !stream_out)
    complete_later(end_stream(entry, {ErrorCode::cancelled, 0, "stop"}));
  if (entry.phase == Phase::closing && entry.operations_out == 0) finish_close(entry);
}

/// The final completion of a receive or an accept.
Completion IocpPort::end_stream(Entry& entry, const Error& error) {
  entry.stream = Stream::none;
  if (entry.listener) entry.listener->accepts.clear();
  return {.kind = entry.listener ? OperationKind::accept : OperationKind::receive,
          .key = entry.key,
          .socket = entry.id,
          .error = error,
          .buffer = std::move(entry.room)};
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
