// Starting an operation only notes what is wanted and puts the socket on a list. submit() compares, for each
// socket on that list, what is wanted with what the kernel has, and writes the entries that make up the
// difference; poll() hands them over, waits, and takes completions, in one system call.
//
// Accepts and receives are multishot: one entry serves until it fails, finds no buffer, or is cancelled; its
// last completion puts the socket on the list again. A slot is freed only when the kernel has nothing of it
// any more, so a completion always finds its socket.

#include "io/uring_port.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "io/socket_calls.h"

namespace madang::io {

namespace {

using Endpoint = UringEndpoint;
using Input = UringEndpoint::Input;
using Output = UringEndpoint::Output;

constexpr std::size_t changed_a_turn = 256;  // sockets that one turn tells the kernel about

constexpr int idle_rounds_max = 3;  // in which the kernel finds nothing more to cancel

constexpr UringRing::Tag wake_tag = UINT64_MAX;
constexpr UringRing::Tag end_tag = UINT64_MAX - 1;  // and above: of no socket

Completion completion_of(const Endpoint& endpoint, OperationKind kind, Error error = {}, Buffer buffer = {}) {
  return {.kind = kind,
          .key = endpoint.key,
          .socket = endpoint.socket,
          .error = error,
          .buffer = std::move(buffer)};
}

/// Of memory, be it in the network or in io_uring itself.
bool is_shortage(int result) { return result == -ENOBUFS || result == -ENOMEM || result == -EAGAIN; }

int take_handle(Buffer& held) {
  int handle = -1;
  std::memcpy(&handle, held.data(), sizeof handle);
  held.consume(sizeof handle);
  return handle;
}

void close_handles(Endpoint& endpoint) {
  while (endpoint.listener && !endpoint.held.empty()) ::close(take_handle(endpoint.held));
  ::close(endpoint.handle);
}

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

UringPort::~UringPort() {
  const auto drop_all = [this] { ring_.take_completions([this](const io_uring_cqe& cqe) { drop(cqe); }); };
  if (ring_.enabled_here()) drain([this](const io_uring_cqe& cqe) { drop(cqe); });
  // On another thread than the ring's nothing can be cancelled. There the end of the ring is the end of its
  // operations: the kernel touches no memory of a ring that has been closed. One that was refused or never
  // used has none.
  if (ring_.enabled()) drop_all();
  endpoints_.for_each([](Socket, Endpoint& endpoint) {
    ::shutdown(endpoint.handle, SHUT_RDWR);
    close_handles(endpoint);
  });
}

/// Cancels all in flight and takes what completes, until nothing is in flight. An entry that stays counted
/// though the kernel finds no more to cancel has lost its completion. Returns false if the kernel does not
/// take the cancel for now.
template <class Visit>
bool UringPort::drain(Visit visit) {
  int idle_rounds = 0;
  while (ring_.out() > 0 && idle_rounds < idle_rounds_max) {
    ring_.cancel_all(end_tag);
    ring_.submit_and_wait(10ms);
    bool progress = false;
    ring_.take_completions([&](const io_uring_cqe& cqe) {
      progress = progress || cqe.user_data != end_tag || cqe.res > 0;
      visit(cqe);
    });
    idle_rounds = progress ? 0 : idle_rounds + 1;
  }
  return ring_.all_submitted();
}

/// The kernel had no memory for completions and has dropped some. What was in flight is cancelled, so that
/// the ring knows which operations these were. Their connections fail, for a part of their stream may be
/// gone; all others go on. A connection that a dropped accept brought stays open, and unknown, until the end.
void UringPort::recover() {
  recovering_ = true;
  if (!drain([this](const io_uring_cqe& cqe) { take(cqe); })) return do_not_wait();
  recovering_ = false;
  ring_.take_dropped();  // what was dropped meanwhile is counted as well
  ring_.forget_dropped();
  watching_wake_ = false;
  renewing_ = !buffers_.renew(ring_.native());

  std::vector<std::pair<Endpoint*, UringOp>> all_dropped;  // first all, for callbacks may add endpoints
  endpoints_.for_each([&](Socket, Endpoint& endpoint) {
    if (endpoint.out) all_dropped.emplace_back(&endpoint, std::exchange(endpoint.out, UringOp{0}));
  });
  for (const auto& [endpoint, dropped] : all_dropped) fail_dropped(*endpoint, dropped);
  do_not_wait();
}

void UringPort::fail_dropped(Endpoint& endpoint, UringOp dropped) {
  if (dropped & retry_op) endpoint.refused = 0;
  changed(endpoint);
  const bool loses_bytes = !endpoint.listener && dropped & (input_op | connect_op | send_op);
  if (endpoint.closing || !loses_bytes) return;
  if (dropped & connect_op) return take_connect(endpoint, -ECONNRESET);
  ::shutdown(endpoint.handle, SHUT_RDWR);
  take_send(endpoint, -ECONNRESET);
  end_input(endpoint, -ECONNRESET);
}

/// Nobody is told any more; but what an accept still brought must be closed.
void UringPort::drop(const io_uring_cqe& cqe) {
  const bool is_input = cqe.user_data < end_tag && Endpoint::op_of(cqe.user_data) == input_op;
  if (!is_input || cqe.res < 0) return;
  if (endpoints_.at(Endpoint::index_of(cqe.user_data)).listener) ::close(cqe.res);
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

bool UringPort::reconcile(Endpoint& endpoint) {
  if (endpoint.closing) return reconcile_close(endpoint);
  if (endpoint.connecting) return reconcile_connect(endpoint);
  return reconcile_refused(endpoint) && reconcile_output(endpoint) && reconcile_input(endpoint);
}

bool UringPort::reconcile_refused(Endpoint& endpoint) {
  if (!endpoint.refused || endpoint.out & retry_op) return true;
  return note(endpoint, retry_op, ring_.timeout(endpoint.tag(retry_op), retry_delay_));
}

bool UringPort::reconcile_connect(Endpoint& endpoint) {
  if (endpoint.out & connect_op) return true;
  const bool written = ring_.connect(endpoint.tag(connect_op), endpoint.handle, endpoint.held.bytes());
  return note(endpoint, connect_op, written);
}

bool UringPort::reconcile_input(Endpoint& endpoint) {
  const UringOp out = endpoint.out & (input_op | cancel_of(input_op));
  if (endpoint.input == Input::running && !endpoint.paused) {
    if (endpoint.holds()) {
      resumed_.push_back(&endpoint);
      do_not_wait();
      if (endpoint.has_room()) return true;  // what is held goes there first
    }
    // The shared buffers are not to be used now: their receive makes way for one that writes to the room.
    if ((out & input_op) && endpoint.has_room() && !endpoint.into_room) return cancel_ops(endpoint, input_op);
    // An entry that a pause has cancelled must be gone before the next: its completion brings us back here.
    return out || endpoint.held_end != Endpoint::nothing || start_input(endpoint);
  }
  if (out) return cancel_ops(endpoint, out & any_op);
  if (endpoint.input == Input::stopping) {
    endpoint.input = Input::none;
    complete_later(completion_of(endpoint, endpoint.input_kind(), {ErrorCode::cancelled, 0, "stop"},
                                 std::move(endpoint.room)));
  }
  return true;
}

bool UringPort::reconcile_output(Endpoint& endpoint) {
  if ((endpoint.out | endpoint.refused) & send_op) return true;
  if (!endpoint.sends.empty())
    return note(endpoint, send_op,
                ring_.send(endpoint.tag(send_op), endpoint.handle, endpoint.sends.front()));
  if (endpoint.output == Output::ending) {
    endpoint.output = Output::ended;
    ::shutdown(endpoint.handle, SHUT_WR);
  }
  return true;
}

bool UringPort::reconcile_close(Endpoint& endpoint) {
  if (endpoint.out) return cancel_ops(endpoint, endpoint.out & any_op);
  finish_close(endpoint);
  return true;
}

bool UringPort::start_input(Endpoint& endpoint) {
  if (endpoint.refused & input_op) return true;
  const UringRing::Tag tag = endpoint.tag(input_op);
  endpoint.into_room = endpoint.has_room();
  if (endpoint.into_room) {
    Buffer& room = endpoint.room;
    // What a message begins with has just come: its rest is on the way. After a whole one there is a pause.
    const auto expect = room.empty() ? UringRing::Expect::later : UringRing::Expect::now;
    return note(endpoint, input_op,
                ring_.receive_once(tag, endpoint.handle, room.end(), room.room(), expect));
  }
  if (endpoint.starved) return true;
  const bool written = endpoint.listener ? ring_.accept(tag, endpoint.handle)
                                         : ring_.receive(tag, endpoint.handle, UringBuffers::group);
  return note(endpoint, input_op, written);
}

bool UringPort::cancel_ops(Endpoint& endpoint, UringOp ops) {
  for (const UringOp op : {input_op, connect_op, send_op, retry_op}) {
    if (!(ops & op) || (endpoint.out & cancel_of(op))) continue;
    const bool written = ring_.cancel(endpoint.tag(cancel_of(op)), endpoint.tag(op));
    if (!note(endpoint, cancel_of(op), written)) return false;
  }
  return true;
}

bool UringPort::note(Endpoint& endpoint, UringOp op, bool written) {
  if (written) endpoint.out |= op;
  return written;
}

/// All has been joined. What never reached the kernel, or was cut off there, completes here as cancelled.
void UringPort::finish_close(Endpoint& endpoint) {
  const Error cancelled{ErrorCode::cancelled, 0, "close"};
  if (endpoint.connecting) complete_later(completion_of(endpoint, OperationKind::connect, cancelled));
  while (!endpoint.sends.empty())
    complete_later(completion_of(endpoint, OperationKind::send, cancelled, endpoint.sends.pop()));
  if (endpoint.input != Input::none)
    complete_later(completion_of(endpoint, endpoint.input_kind(), cancelled, std::move(endpoint.room)));
  close_handles(endpoint);
  complete_later(completion_of(endpoint, OperationKind::close));
  endpoints_.erase(endpoint.socket);
}

void UringPort::take(const io_uring_cqe& cqe) {
  const bool last = UringRing::is_last(cqe);
  if (cqe.user_data == wake_tag) watching_wake_ = !last;
  if (cqe.user_data >= end_tag) return;

  Endpoint& endpoint = endpoints_.at(Endpoint::index_of(cqe.user_data));
  const UringOp op = Endpoint::op_of(cqe.user_data);
  if (last) endpoint.out &= static_cast<UringOp>(~op);
  switch (op) {
    case input_op: endpoint.listener ? take_accept(endpoint, cqe) : take_receive(endpoint, cqe); break;
    case connect_op:
      take_connect(endpoint, recovering_ && cqe.res == -ECANCELED ? -ECONNRESET : cqe.res);
      break;
    case send_op: take_send(endpoint, cqe.res); break;
    case retry_op:
      endpoint.refused = 0;
      changed(endpoint);
      break;
    default:
      // A cancel. If it found nothing, its operation had ended, or was just between two waits: look again.
      if (cqe.res == -ENOENT || !(endpoint.out & op >> 4)) changed(endpoint);
  }
  if (endpoint.closing && endpoint.out == 0) changed(endpoint);
}

void UringPort::take_accept(Endpoint& endpoint, const io_uring_cqe& cqe) {
  const int result = cqe.res;
  if (result >= 0 && endpoint.delivers() && endpoint.held.empty()) {
    deliver_accepted(endpoint, result);
  } else if (result >= 0) {
    endpoint.held.append(std::as_bytes(std::span(&result, 1)));
  }
  if (!UringRing::is_last(cqe)) return;
  const bool is_bug = result == -EBADF || result == -EINVAL || result == -ENOTSOCK;
  if (is_bug) return end_input(endpoint, result);
  // Anything else is a connection that broke before we had it, or a machine that is short of something.
  const bool refused = result < 0 && result != -ECANCELED && result != -ECONNABORTED;
  refused ? retry_later(endpoint, input_op) : changed(endpoint);
}

void UringPort::take_receive(Endpoint& endpoint, const io_uring_cqe& cqe) {
  if (endpoint.into_room) {
    endpoint.into_room = false;
    if (cqe.res > 0) take_in(endpoint, {endpoint.room.end(), static_cast<std::size_t>(cqe.res)});
  } else if (cqe.flags & IORING_CQE_F_BUFFER) {
    take_in(endpoint, buffers_.received(cqe));
    buffers_.done_with(cqe);
  }
  if (!UringRing::is_last(cqe)) return;
  endpoint.starved = cqe.res == -ENOBUFS;
  if (endpoint.starved) {
    starving_.push_back(endpoint.socket);
  } else if (is_shortage(cqe.res)) {
    return retry_later(endpoint, input_op);
  }
  const bool goes_on = cqe.res > 0 || endpoint.starved || cqe.res == -ECANCELED;
  goes_on ? changed(endpoint) : end_input(endpoint, cqe.res);
}

void UringPort::take_in(Endpoint& endpoint, Bytes bytes) {
  if (bytes.empty() || endpoint.closing) return;
  // After a resume inside of a callback, what is held is delivered in the next turn, and must not be
  // overtaken.
  if (endpoint.delivers() && endpoint.held.empty()) return deliver_received(endpoint, bytes);
  endpoint.held.append(bytes);
}

void UringPort::take_connect(Endpoint& endpoint, int result) {
  if (endpoint.closing) return;
  endpoint.connecting = false;
  endpoint.connected = result == 0;
  endpoint.held.reset();
  Completion completion = completion_of(endpoint, OperationKind::connect, os_error(-result, "connect"));
  complete(completion);
}

void UringPort::take_send(Endpoint& endpoint, int result) {
  if (result >= 0) {
    if (endpoint.sends.advance(static_cast<std::size_t>(result))) {
      Completion completion = completion_of(endpoint, OperationKind::send, {}, endpoint.sends.pop());
      complete(completion);
    }
    if (!endpoint.sends.empty() || endpoint.output == Output::ending) changed(endpoint);
  } else if (is_shortage(result)) {
    retry_later(endpoint, send_op);
  } else if (recovering_ && result == -ECANCELED) {
    changed(endpoint);  // cancelled by recover() before a byte left
  } else if (!endpoint.closing) {
    const Error error = os_error(-result, "send");
    ::shutdown(endpoint.handle, SHUT_WR);  // nothing may leave behind a gap
    while (!endpoint.sends.empty())
      complete_later(completion_of(endpoint, OperationKind::send, error, endpoint.sends.pop()));
  }
}

void UringPort::retry_later(Endpoint& endpoint, UringOp op) {
  endpoint.refused |= op;
  changed(endpoint);
}

void UringPort::deliver_accepted(Endpoint& endpoint, int handle) {
  Completion completion = completion_of(endpoint, OperationKind::accept);
  completion.final = false;
  completion.accepted = NativeSocket(static_cast<std::uintptr_t>(handle));
  const Result<Address> peer = peer_address_of(handle);
  if (!peer) return;  // the peer has left again
  completion.peer = *peer;
  complete(completion);
}

void UringPort::deliver_received(Endpoint& endpoint, Bytes bytes) {
  Completion completion = completion_of(endpoint, OperationKind::receive);
  completion.final = false;
  completion.bytes = bytes;
  if (endpoint.has_room()) {
    Buffer& room = endpoint.room;
    bytes.data() == room.end() ? static_cast<void>(room.extend(bytes.size())) : room.append(bytes);
    completion.bytes = room.bytes().last(bytes.size());
    completion.buffer = std::move(room);
  }
  complete(completion);
}

void UringPort::deliver_held(Endpoint& endpoint) {
  while (endpoint.listener && endpoint.delivers() && !endpoint.held.empty())
    deliver_accepted(endpoint, take_handle(endpoint.held));
  if (endpoint.delivers() && !endpoint.held.empty()) {
    const Buffer held = std::move(endpoint.held);
    deliver_received(endpoint, held.bytes());
  }
  if (endpoint.delivers() && endpoint.held_end != Endpoint::nothing)
    end_input(endpoint, std::exchange(endpoint.held_end, Endpoint::nothing));
  changed(endpoint);  // a receive into a room waits for this
}

/// The kernel says that nothing more will come: `result` is 0 or -errno.
void UringPort::end_input(Endpoint& endpoint, int result) {
  if (!endpoint.delivers() || !endpoint.held.empty()) {
    endpoint.held_end = result;
    return changed(endpoint);
  }
  endpoint.input = Input::none;
  const Error error = os_error(-result, endpoint.listener ? "accept" : "receive");
  Completion completion = completion_of(endpoint, endpoint.input_kind(), error, std::move(endpoint.room));
  complete(completion);
}

Result<std::unique_ptr<Port>> make_uring_port(const PortOptions& options) {
  auto port = std::make_unique<UringPort>(options);
  const Result<void> made = port->open();
  if (!made) return std::unexpected(made.error());
  return port;
}

}  // namespace madang::io
