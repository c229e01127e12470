// UringPort, from the kernel's completions to ours.

#include <sys/socket.h>

#include <cerrno>
#include <span>
#include <utility>

#include "io/socket_calls.h"
#include "io/uring_port.h"

namespace madang::io {

namespace {

using Input = UringEndpoint::Input;
using Output = UringEndpoint::Output;

/// Of memory, be it in the network or in io_uring itself.
bool is_shortage(int result) { return result == -ENOBUFS || result == -ENOMEM || result == -EAGAIN; }

}  // namespace

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
  Completion completion = endpoint.completion(OperationKind::connect, os_error(-result, "connect"));
  complete(completion);
}

void UringPort::take_send(Endpoint& endpoint, int result) {
  if (result >= 0) {
    if (endpoint.sends.advance(static_cast<std::size_t>(result))) {
      Completion completion = endpoint.completion(OperationKind::send, {}, endpoint.sends.pop());
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
      complete_later(endpoint.completion(OperationKind::send, error, endpoint.sends.pop()));
  }
}

void UringPort::retry_later(Endpoint& endpoint, UringOp op) {
  endpoint.refused |= op;
  changed(endpoint);
}

void UringPort::deliver_accepted(Endpoint& endpoint, int handle) {
  Completion completion = endpoint.completion(OperationKind::accept);
  completion.final = false;
  completion.accepted = NativeSocket(static_cast<std::uintptr_t>(handle));
  const Result<Address> peer = peer_address_of(handle);
  if (!peer) return;  // the peer has left again
  completion.peer = *peer;
  complete(completion);
}

void UringPort::deliver_received(Endpoint& endpoint, Bytes bytes) {
  Completion completion = endpoint.completion(OperationKind::receive);
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
    deliver_accepted(endpoint, endpoint.take_held_handle());
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
  Completion completion = endpoint.completion(endpoint.input_kind(), error, std::move(endpoint.room));
  complete(completion);
}

}  // namespace madang::io
