// A call that starts an operation notes the wanted state of the socket and puts the socket on a list. For
// each listed socket, submit() compares the wanted state with the operations in flight. It writes the entries
// for the difference (uring_submissions.cpp). poll() submits the entries, waits, and handles the completions
// (uring_completions.cpp), all in one system call. uring_recovery.cpp is for dropped completions.
//
// Accepts and receives are multishot: one entry works until it fails, finds no buffer, or is cancelled. Its
// last completion puts the socket on the list again. An endpoint is erased only when none of its operations
// is in flight, so each completion finds its endpoint.

#include "madang/io/uring_port.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "madang/io/socket_calls.h"

namespace madang::io {

namespace {

using Endpoint = UringEndpoint;
using Input = UringEndpoint::Input;

constexpr std::size_t changed_a_turn = 256;  // sockets that one turn reconciles at most

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
  count_started();
  endpoint.is_listener = true;
  endpoint.input = Input::running;
  mark_changed(endpoint);
  return endpoint.socket;
}

Address UringPort::local_address(Socket socket) const {
  const Endpoint* endpoint = endpoints_.find(socket);
  MADANG_CHECK(endpoint, "socket {:#x} is closed", socket.value);
  return local_address_of(endpoint->handle);
}

std::size_t UringPort::unsent_bytes(Socket socket) const {
  const Endpoint* endpoint = endpoints_.find(socket);
  MADANG_CHECK(endpoint, "socket {:#x} is closed", socket.value);
  return unsent_bytes_of(endpoint->handle);
}

Result<Socket> UringPort::adopt(NativeSocket accepted, Key key) {
  tune_connection(static_cast<int>(accepted.get()), options_);
  const Result<Endpoint*> added = add(std::move(accepted), key);
  if (!added) return std::unexpected(added.error());
  (*added)->is_connected = true;
  return (*added)->socket;
}

Result<Socket> UringPort::connect(const Address& address, Key key) {
  Result<NativeSocket> made = make_connector(address.family, options_);
  if (!made) return std::unexpected(made.error());
  const Result<Endpoint*> added = add(std::move(*made), key);
  if (!added) return std::unexpected(added.error());
  Endpoint& endpoint = **added;
  count_started();
  const RawAddress raw = to_raw(address);
  endpoint.held = Buffer::copy(Bytes(reinterpret_cast<const std::byte*>(raw.get()), raw.size));
  endpoint.is_connecting = true;
  mark_changed(endpoint);
  return endpoint.socket;
}

void UringPort::receive(Socket socket) {
  Endpoint& endpoint = find_connected(socket);
  MADANG_CHECK(endpoint.input == Input::none, "the socket has a receive already");
  count_started();
  endpoint.input = Input::running;
  mark_changed(endpoint);
}

void UringPort::receive_into(Socket socket, Buffer buffer) {
  Endpoint& endpoint = find_open(socket);
  MADANG_CHECK(endpoint.input != Input::none && !endpoint.is_listener && buffer.spare() > 0,
               "no receive is in flight, or the buffer has no spare capacity");
  MADANG_CHECK(!endpoint.has_receive_buffer(), "the socket has a buffer to receive into already");
  endpoint.receive_buffer = std::move(buffer);
  mark_changed(endpoint);
}

void UringPort::pause(Socket socket) {
  Endpoint& endpoint = find_open(socket);
  endpoint.is_paused = true;
  mark_changed(endpoint);
}

void UringPort::resume(Socket socket) {
  Endpoint& endpoint = find_open(socket);
  endpoint.is_paused = false;
  mark_changed(endpoint);
}

void UringPort::stop(Socket socket) {
  Endpoint& endpoint = find_open(socket);
  if (endpoint.input == Input::none) return;
  endpoint.input = Input::stopping;
  mark_changed(endpoint);
}

void UringPort::send(Socket socket, Buffer buffer) {
  Endpoint& endpoint = find_connected(socket);
  MADANG_CHECK(endpoint.output == Output::open, "a send after shutdown_send");
  count_started();
  endpoint.sends.push(std::move(buffer));
  mark_changed(endpoint);
}

void UringPort::shutdown_send(Socket socket) {
  Endpoint& endpoint = find_connected(socket);
  if (endpoint.output == Output::open) endpoint.output = Output::ending;
  mark_changed(endpoint);
}

void UringPort::close(Socket socket, CloseMode mode) {
  Endpoint& endpoint = find_open(socket);
  count_started();
  endpoint.is_closing = true;
  if (mode == CloseMode::reset) {
    const linger none{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(endpoint.handle, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  } else {
    ::shutdown(endpoint.handle, SHUT_RDWR);
  }
  mark_changed(endpoint);
}

/// Returns the endpoint. Precondition: it is open and connected (CHECK).
Endpoint& UringPort::find_connected(Socket socket) {
  Endpoint& endpoint = find_open(socket);
  MADANG_CHECK(endpoint.is_connected, "socket {:#x} is not connected", socket.value);
  return endpoint;
}

/// Returns the endpoint. Precondition: its close was not started (CHECK).
Endpoint& UringPort::find_open(Socket socket) {
  Endpoint* endpoint = endpoints_.find(socket);
  MADANG_CHECK(endpoint && !endpoint->is_closing, "socket {:#x} is closed or closing", socket.value);
  return *endpoint;
}

Result<Endpoint*> UringPort::add(NativeSocket native, Key key) {
  if (endpoints_.is_full())
    return std::unexpected(Error{ErrorCode::no_descriptors, 0, "making a socket: the port is full"});
  const auto [socket, endpoint] = endpoints_.emplace(static_cast<int>(native.release()), key);
  endpoint.socket = socket;
  return &endpoint;
}

void UringPort::mark_changed(Endpoint& endpoint) {
  if (endpoint.is_listed) return;
  endpoint.is_listed = true;
  changed_.push_back(&endpoint);
}

void UringPort::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(static_cast<int>(wake_.get()), &one, sizeof one);
}

void UringPort::submit() {
  if (!ring_.is_enabled()) ring_.enable();
  if (is_recovering_) return do_not_wait();
  if (must_renew_buffers_) must_renew_buffers_ = !buffers_.renew(ring_.native());
  // The port never reads the eventfd: each write to it causes a completion, and that is enough.
  if (!is_watching_wake_) is_watching_wake_ = ring_.watch(wake_tag, static_cast<int>(wake_.get()));
  feed_starving();
  // Not all in one turn: a port that sends to thousands of sockets also has to receive from them.
  const std::size_t at_most = std::min<std::size_t>(changed_.size(), changed_a_turn);
  std::size_t done = 0;
  for (; done < at_most; ++done) {
    Endpoint& endpoint = *changed_[done];
    endpoint.is_listed = false;
    if (reconcile(endpoint)) continue;
    endpoint.is_listed = true;
    break;
  }
  changed_.erase(changed_.begin(), changed_.begin() + static_cast<std::ptrdiff_t>(done));
  changes_ += done;
  if (!changed_.empty() || !is_watching_wake_) do_not_wait();
}

/// Starts the receives again that found no shared buffer, as many as there are buffers. The others would find
/// none.
void UringPort::feed_starving() {
  for (std::uint32_t left = options_.receive_buffers; left > 0 && !starving_.empty(); --left) {
    Endpoint* endpoint = endpoints_.find(starving_.front());
    starving_.pop_front();
    if (!endpoint) continue;
    endpoint->is_starved = false;
    mark_changed(*endpoint);
  }
  if (!starving_.empty()) do_not_wait();
}

void UringPort::poll(Duration wait) {
  ring_.submit_and_wait(wait);
  if (ring_.all_submitted()) submitted_changes_ = changes_;
  for (Endpoint* endpoint : resumed_) deliver_held(*endpoint);
  resumed_.clear();
  ring_.visit_completions([this](const io_uring_cqe& cqe) { dispatch(cqe); },
                          [this](const io_uring_cqe& cqe, int step) { fetch_ahead(cqe, step); });
  buffers_.give_back();
  if (ring_.pop_dropped_count() > 0 || is_recovering_) recover();
}

Result<std::unique_ptr<Port>> make_uring_port(const PortOptions& options) {
  auto port = std::make_unique<UringPort>(options);
  const Result<void> made = port->open();
  if (!made) return std::unexpected(made.error());
  return port;
}

}  // namespace madang::io
