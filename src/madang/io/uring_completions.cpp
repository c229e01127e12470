// UringPort: handles the completions of the kernel.

#include <sys/socket.h>

#include <cerrno>
#include <span>
#include <utility>

#include "madang/io/socket_calls.h"
#include "madang/io/uring_port.h"

namespace madang::io {

namespace {

using Input = UringEndpoint::Input;

/// Returns whether the network or io_uring itself lacks memory.
bool is_shortage(int result) { return result == -ENOBUFS || result == -ENOMEM || result == -EAGAIN; }

}  // namespace

/// With thousands of connections, the memory of each is out of the caches. So it is fetched while earlier
/// completions are handled: first the endpoint, then what the handler has for it.
void UringPort::fetch_ahead(const io_uring_cqe& cqe, int step) {
  if (cqe.user_data >= end_tag) return;
  const std::uint32_t index = Endpoint::index_of(cqe.user_data);
  if (step == 0) return endpoints_.prefetch(index);
  fetch_for(endpoints_.at(index).key, step - 1);
}

void UringPort::dispatch(const io_uring_cqe& cqe) {
  const bool is_last = UringRing::is_last(cqe);
  if (cqe.user_data == wake_tag) is_watching_wake_ = !is_last;
  if (cqe.user_data >= end_tag) return;

  Endpoint& endpoint = endpoints_.at(Endpoint::index_of(cqe.user_data));
  const UringOp op = Endpoint::op_of(cqe.user_data);
  if (is_last) endpoint.in_flight &= static_cast<UringOp>(~op);
  switch (op) {
    case input_op:
      if (endpoint.is_listener) {
        accept_completed(endpoint, cqe);
      } else {
        receive_completed(endpoint, cqe);
      }
      break;
    case connect_op:
      connect_completed(endpoint, is_recovering_ && cqe.res == -ECANCELED ? -ECONNRESET : cqe.res);
      break;
    case send_op: send_completed(endpoint, cqe.res); break;
    case retry_op:
      endpoint.refused_ops = 0;
      mark_changed(endpoint);
      break;
    default:
      // A cancel. When it finds no operation, the operation has ended or waits at this moment: try again.
      if (cqe.res == -ENOENT || !(endpoint.in_flight & op >> 4)) mark_changed(endpoint);
  }
  if (endpoint.is_closing && endpoint.in_flight == 0) mark_changed(endpoint);
}

void UringPort::accept_completed(Endpoint& endpoint, const io_uring_cqe& cqe) {
  const int result = cqe.res;
  if (result >= 0 && endpoint.delivers() && endpoint.held.empty()) {
    deliver_accepted(endpoint, result);
  } else if (result >= 0) {
    endpoint.held.append(std::as_bytes(std::span(&result, 1)));
  }
  if (!UringRing::is_last(cqe)) return;
  const bool is_bug = result == -EBADF || result == -EINVAL || result == -ENOTSOCK;
  if (is_bug) return end_input(endpoint, result);
  // Otherwise the connection was broken before the accept, or the machine lacks a resource.
  const bool is_refused = result < 0 && result != -ECANCELED && result != -ECONNABORTED;
  if (is_refused) return retry_after_delay(endpoint, input_op);
  mark_changed(endpoint);
}

void UringPort::receive_completed(Endpoint& endpoint, const io_uring_cqe& cqe) {
  if (endpoint.is_into_buffer) {
    endpoint.is_into_buffer = false;
    if (cqe.res > 0)
      deliver_or_hold(endpoint, {endpoint.receive_buffer.end(), static_cast<std::size_t>(cqe.res)});
  } else if (cqe.flags & IORING_CQE_F_BUFFER) {
    deliver_or_hold(endpoint, buffers_.received(cqe));
    buffers_.done_with(cqe);
  }
  if (!UringRing::is_last(cqe)) return;
  endpoint.is_starved = cqe.res == -ENOBUFS;
  if (endpoint.is_starved) {
    starving_.push_back(endpoint.socket);
  } else if (is_shortage(cqe.res)) {
    return retry_after_delay(endpoint, input_op);
  }
  const bool must_go_on = cqe.res > 0 || endpoint.is_starved || cqe.res == -ECANCELED;
  if (must_go_on) return mark_changed(endpoint);
  end_input(endpoint, cqe.res);
}

void UringPort::deliver_or_hold(Endpoint& endpoint, Bytes bytes) {
  if (bytes.empty() || endpoint.is_closing) return;
  // A callback may have resumed the socket. Then the held bytes are delivered in the next turn, and these
  // bytes must come behind them.
  if (endpoint.delivers() && endpoint.held.empty()) return deliver_received(endpoint, bytes);
  endpoint.held.append(bytes);
}

void UringPort::connect_completed(Endpoint& endpoint, int result) {
  if (endpoint.is_closing) return;
  endpoint.is_connecting = false;
  endpoint.is_connected = result == 0;
  endpoint.held.reset();
  Completion completion = endpoint.completion(OperationKind::connect, os_error(-result, "connect"));
  complete(completion);
}

void UringPort::send_completed(Endpoint& endpoint, int result) {
  if (result >= 0) {
    if (endpoint.sends.advance(static_cast<std::size_t>(result))) {
      Completion completion = endpoint.completion(OperationKind::send, {}, endpoint.sends.pop());
      complete(completion);
    }
    if (!endpoint.sends.empty() || endpoint.output == Output::ending) mark_changed(endpoint);
  } else if (is_shortage(result)) {
    retry_after_delay(endpoint, send_op);
  } else if (is_recovering_ && result == -ECANCELED) {
    mark_changed(endpoint);  // recover() has cancelled it before a byte left
  } else if (!endpoint.is_closing) {
    const Error error = os_error(-result, "send");
    ::shutdown(endpoint.handle, SHUT_WR);  // no byte may leave after the missing bytes
    while (!endpoint.sends.empty())
      complete_later(endpoint.completion(OperationKind::send, error, endpoint.sends.pop()));
  }
}

void UringPort::retry_after_delay(Endpoint& endpoint, UringOp op) {
  endpoint.refused_ops |= op;
  mark_changed(endpoint);
}

void UringPort::deliver_accepted(Endpoint& endpoint, int handle) {
  Completion completion = endpoint.completion(OperationKind::accept);
  completion.is_final = false;
  completion.accepted = NativeSocket(static_cast<std::uintptr_t>(handle));
  const Result<Address> peer = peer_address_of(handle);
  if (!peer) return;  // the peer has left already
  completion.peer = *peer;
  complete(completion);
}

void UringPort::deliver_received(Endpoint& endpoint, Bytes bytes) {
  Completion completion = endpoint.completion(OperationKind::receive);
  completion.is_final = false;
  completion.bytes = bytes;
  if (endpoint.has_receive_buffer()) {
    Buffer& buffer = endpoint.receive_buffer;
    if (bytes.data() == buffer.end()) {
      buffer.extend(bytes.size());  // the kernel has written the bytes there
    } else {
      buffer.append(bytes);
    }
    completion.bytes = buffer.bytes().last(bytes.size());
    completion.buffer = std::move(buffer);
  }
  complete(completion);
}

void UringPort::deliver_held(Endpoint& endpoint) {
  while (endpoint.is_listener && endpoint.delivers() && !endpoint.held.empty())
    deliver_accepted(endpoint, endpoint.pop_held_handle());
  if (endpoint.delivers() && !endpoint.held.empty()) {
    const Buffer held = std::move(endpoint.held);
    deliver_received(endpoint, held.bytes());
  }
  if (endpoint.delivers() && endpoint.held_end != Endpoint::no_end)
    end_input(endpoint, std::exchange(endpoint.held_end, Endpoint::no_end));
  mark_changed(endpoint);  // a receive into the caller's buffer waits for this
}

/// Ends the receive or the accept. `result` is 0 for the peer's end, or -errno.
void UringPort::end_input(Endpoint& endpoint, int result) {
  if (!endpoint.delivers() || !endpoint.held.empty()) {
    endpoint.held_end = result;
    return mark_changed(endpoint);
  }
  endpoint.input = Input::none;
  const Error error = os_error(-result, endpoint.is_listener ? "accept" : "receive");
  Completion completion =
      endpoint.completion(endpoint.input_kind(), error, std::move(endpoint.receive_buffer));
  complete(completion);
}

}  // namespace madang::io
