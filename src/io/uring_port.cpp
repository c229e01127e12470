// Starting an operation only notes what is wanted and puts the socket on a list. submit() compares, for each
// socket on that list, what is wanted with what the kernel has, and writes the entries that make up the
// difference (uring_submissions.cpp). poll() hands them over, waits, and takes completions
// (uring_completions.cpp), in one system call. uring_recovery.cpp is for a kernel that has dropped some.
//
// Accepts and receives are multishot: one entry serves until it fails, finds no buffer, or is cancelled; its
// last completion puts the socket on the list again. A slot is freed only when the kernel has nothing of it
// any more, so a completion always finds its socket.

#include "io/uring_port.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "io/socket_calls.h"

namespace madang::io {

namespace {

using Endpoint = UringEndpoint;
using Input = UringEndpoint::Input;
using Output = UringEndpoint::Output;

constexpr std::size_t changed_a_turn = 256;  // sockets that one turn tells the kernel about

}  // namespace

Result<void> UringPort::open() {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(options_.retry_delay);
  retry_delay_ = {.tv_sec = seconds.count(), .tv_nsec = (options_.retry_delay - seconds).count()};
  wake_ = NativeSocket(static_cast<std::uintptr_t>(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)));
  if (!wake_) return std::unexpected(last_os_error("eventfd"));
  const Result<void> made = ring_.set_up(options_.submission_entries, options_.completion_entries);
  if (!made) return made;
  return buffers_.set_up(ring_.native(), options_.receive_buffers, options_.receive_buffer_bytes);
}

Result<Socket> UringPort::listen(const Address& address, Key key) {
  Result<NativeSocket> made = make_listener(address, options_.listen_backlog);
  if (!made) return std::unexpected(made.error());
  const Result<Endpoint*> added = add(std::move(*made), key);
  if (!added) return std::unexpected(added.error());
  Endpoint& endpoint = **added;
  started();
  endpoint.listener = true;
  endpoint.input = Input::running;
  changed(endpoint);
  return endpoint.socket;
}

Address UringPort::local_address(Socket socket) const {
  const Endpoint* endpoint = endpoints_.find(socket);
  CHECK(endpoint, "socket {:#x} is closed", socket.value);
  return local_address_of(endpoint->handle);
}

std::size_t UringPort::unsent_bytes(Socket socket) const {
  const Endpoint* endpoint = endpoints_.find(socket);
  CHECK(endpoint, "socket {:#x} is closed", socket.value);
  return unsent_bytes_of(endpoint->handle);
}

Result<Socket> UringPort::adopt(NativeSocket accepted, Key key) {
  tune_connection(static_cast<int>(accepted.get()), options_);
  const Result<Endpoint*> added = add(std::move(accepted), key);
  if (!added) return std::unexpected(added.error());
  (*added)->connected = true;
  return (*added)->socket;
}

Result<Socket> UringPort::connect(const Address& address, Key key) {
  Result<NativeSocket> made = make_connector(address.family, options_);
  if (!made) return std::unexpected(made.error());
  const Result<Endpoint*> added = add(std::move(*made), key);
  if (!added) return std::unexpected(added.error());
  Endpoint& endpoint = **added;
  started();
  const RawAddress raw = to_raw(address);
  endpoint.held = Buffer::copy(Bytes(reinterpret_cast<const std::byte*>(raw.get()), raw.size));
  endpoint.connecting = true;
  changed(endpoint);
  return endpoint.socket;
}

void UringPort::receive(Socket socket) {
  Endpoint& endpoint = connected(socket);
  CHECK(endpoint.input == Input::none, "a second receive on a socket");
  started();
  endpoint.input = Input::running;
  changed(endpoint);
}

void UringPort::receive_into(Socket socket, Buffer buffer) {
  Endpoint& endpoint = named(socket);
  CHECK(endpoint.input != Input::none && !endpoint.listener && buffer.room() > 0,
        "no receive is out, or the buffer has no room");
  CHECK(!endpoint.has_room(), "a second buffer to receive into");
  endpoint.room = std::move(buffer);
  changed(endpoint);
}

void UringPort::pause(Socket socket) {
  Endpoint& endpoint = named(socket);
  endpoint.paused = true;
  changed(endpoint);
}

void UringPort::resume(Socket socket) {
  Endpoint& endpoint = named(socket);
  endpoint.paused = false;
  changed(endpoint);
}

void UringPort::stop(Socket socket) {
  Endpoint& endpoint = named(socket);
  if (endpoint.input == Input::none) return;
  endpoint.input = Input::stopping;
  changed(endpoint);
}

void UringPort::send(Socket socket, Buffer buffer) {
  Endpoint& endpoint = connected(socket);
  CHECK(endpoint.output == Output::open, "a send after shutdown_send");
  started();
  endpoint.sends.push(std::move(buffer));
  changed(endpoint);
}

void UringPort::shutdown_send(Socket socket) {
  Endpoint& endpoint = connected(socket);
  if (endpoint.output == Output::open) endpoint.output = Output::ending;
  changed(endpoint);
}

void UringPort::close(Socket socket, CloseMode mode) {
  Endpoint& endpoint = named(socket);
  started();
  endpoint.closing = true;
  if (mode == CloseMode::reset) {
    const linger none{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(endpoint.handle, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  } else {
    ::shutdown(endpoint.handle, SHUT_RDWR);
  }
  changed(endpoint);
}

/// For what may be asked of a socket only once it is connected.
Endpoint& UringPort::connected(Socket socket) {
  Endpoint& endpoint = named(socket);
  CHECK(endpoint.connected, "socket {:#x} is not connected", socket.value);
  return endpoint;
}

Endpoint& UringPort::named(Socket socket) {
  Endpoint* endpoint = endpoints_.find(socket);
  CHECK(endpoint && !endpoint->closing, "socket {:#x} is closed, or being closed", socket.value);
  return *endpoint;
}

Result<Endpoint*> UringPort::add(NativeSocket native, Key key) {
  if (endpoints_.full())
    return std::unexpected(Error{ErrorCode::no_descriptors, 0, "a port's table of sockets"});
  const auto [socket, endpoint] = endpoints_.emplace(static_cast<int>(native.release()), key);
  endpoint.socket = socket;
  return &endpoint;
}

void UringPort::changed(Endpoint& endpoint) {
  if (endpoint.listed) return;
  endpoint.listed = true;
  changed_.push_back(&endpoint);
}

void UringPort::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(static_cast<int>(wake_.get()), &one, sizeof one);
}

void UringPort::submit() {
  if (!ring_.enabled()) ring_.enable();
  if (recovering_) return do_not_wait();
  if (renewing_) renewing_ = !buffers_.renew(ring_.native());
  // Nobody reads the eventfd's count: each write to it is a completion, and that is all it is for.
  if (!watching_wake_) watching_wake_ = ring_.watch(wake_tag, static_cast<int>(wake_.get()));
  feed_starving();
  // Not all at once: who sends to thousands must hear, in between, what they say.
  const std::size_t at_most = std::min<std::size_t>(changed_.size(), changed_a_turn);
  std::size_t done = 0;
  for (; done < at_most; ++done) {
    Endpoint& endpoint = *changed_[done];
    endpoint.listed = false;
    if (reconcile(endpoint)) continue;
    endpoint.listed = true;
    break;
  }
  changed_.erase(changed_.begin(), changed_.begin() + static_cast<std::ptrdiff_t>(done));
  changes_ += done;
  if (!changed_.empty() || !watching_wake_) do_not_wait();
}

/// No more receives start again than there are buffers: the others would only come back hungry.
void UringPort::feed_starving() {
  for (std::uint32_t left = options_.receive_buffers; left > 0 && !starving_.empty(); --left) {
    Endpoint* endpoint = endpoints_.find(starving_.front());
    starving_.pop_front();
    if (!endpoint) continue;
    endpoint->starved = false;
    changed(*endpoint);
  }
  if (!starving_.empty()) do_not_wait();
}

void UringPort::poll(Duration wait) {
  ring_.submit_and_wait(wait);
  if (ring_.all_submitted()) submitted_changes_ = changes_;
  for (Endpoint* endpoint : resumed_) deliver_held(*endpoint);
  resumed_.clear();
  ring_.take_completions([this](const io_uring_cqe& cqe) { take(cqe); });
  buffers_.give_back();
  if (ring_.take_dropped() > 0 || recovering_) recover();
}

Result<std::unique_ptr<Port>> make_uring_port(const PortOptions& options) {
  auto port = std::make_unique<UringPort>(options);
  const Result<void> made = port->open();
  if (!made) return std::unexpected(made.error());
  return port;
}

}  // namespace madang::io
