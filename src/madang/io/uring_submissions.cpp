// UringPort: writes the entries for the wanted state of a socket.

#include <sys/socket.h>

#include <utility>

#include "madang/io/uring_port.h"

namespace madang::io {

namespace {

using Input = UringEndpoint::Input;

}  // namespace

bool UringPort::reconcile(Endpoint& endpoint) {
  if (endpoint.is_closing) return reconcile_close(endpoint);
  if (endpoint.is_connecting) return reconcile_connect(endpoint);
  return reconcile_refused(endpoint) && reconcile_output(endpoint) && reconcile_input(endpoint);
}

bool UringPort::reconcile_refused(Endpoint& endpoint) {
  if (!endpoint.refused_ops || endpoint.in_flight & retry_op) return true;
  return note(endpoint, retry_op, ring_.timeout(endpoint.tag(retry_op), retry_delay_));
}

bool UringPort::reconcile_connect(Endpoint& endpoint) {
  if (endpoint.in_flight & connect_op) return true;
  const bool written = ring_.connect(endpoint.tag(connect_op), endpoint.handle, endpoint.held.bytes());
  return note(endpoint, connect_op, written);
}

bool UringPort::reconcile_input(Endpoint& endpoint) {
  const UringOp in_flight = endpoint.in_flight & (input_op | cancel_of(input_op));
  if (endpoint.input == Input::running && !endpoint.is_paused) {
    if (endpoint.holds()) {
      resumed_.push_back(&endpoint);
      do_not_wait();
      if (endpoint.has_receive_buffer()) return true;  // the held bytes go there first
    }
    // The receive into the shared buffers must end before a receive into the caller's buffer can start.
    if ((in_flight & input_op) && endpoint.has_receive_buffer() && !endpoint.is_into_buffer)
      return cancel_ops(endpoint, input_op);
    // A cancelled entry must complete before the next one starts. Its completion leads here again.
    return in_flight || endpoint.held_end != Endpoint::no_end || start_input(endpoint);
  }
  if (in_flight) return cancel_ops(endpoint, in_flight & any_op);
  if (endpoint.input == Input::stopping) {
    endpoint.input = Input::none;
    complete_later(endpoint.completion(endpoint.input_kind(), {ErrorCode::cancelled, 0, "stop"},
                                       std::move(endpoint.receive_buffer)));
  }
  return true;
}

bool UringPort::reconcile_output(Endpoint& endpoint) {
  if ((endpoint.in_flight | endpoint.refused_ops) & send_op) return true;
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
  if (endpoint.in_flight) return cancel_ops(endpoint, endpoint.in_flight & any_op);
  finish_close(endpoint);
  return true;
}

bool UringPort::start_input(Endpoint& endpoint) {
  if (endpoint.refused_ops & input_op) return true;
  const UringRing::Tag tag = endpoint.tag(input_op);
  endpoint.is_into_buffer = endpoint.has_receive_buffer();
  if (endpoint.is_into_buffer) {
    Buffer& buffer = endpoint.receive_buffer;
    // When the buffer holds the beginning of a message, the rest is probably there. An empty buffer waits for
    // the next message.
    const auto expect = buffer.empty() ? UringRing::Expect::later : UringRing::Expect::now;
    return note(endpoint, input_op,
                ring_.receive_once(tag, endpoint.handle, buffer.end(), buffer.spare(), expect));
  }
  if (endpoint.is_starved) return true;
  const bool written = endpoint.is_listener ? ring_.accept(tag, endpoint.handle)
                                            : ring_.receive(tag, endpoint.handle, UringBuffers::group);
  return note(endpoint, input_op, written);
}

bool UringPort::cancel_ops(Endpoint& endpoint, UringOp ops) {
  for (const UringOp op : {input_op, connect_op, send_op, retry_op}) {
    if (!(ops & op) || (endpoint.in_flight & cancel_of(op))) continue;
    const bool written = ring_.cancel(endpoint.tag(cancel_of(op)), endpoint.tag(op));
    if (!note(endpoint, cancel_of(op), written)) return false;
  }
  return true;
}

bool UringPort::note(Endpoint& endpoint, UringOp op, bool written) {
  if (written) endpoint.in_flight |= op;
  return written;
}

/// Finishes a close when no operation is in flight. Operations that never reached the kernel, or that the
/// kernel has cut short, complete here as cancelled.
void UringPort::finish_close(Endpoint& endpoint) {
  const Error cancelled{ErrorCode::cancelled, 0, "close"};
  if (endpoint.is_connecting) complete_later(endpoint.completion(OperationKind::connect, cancelled));
  while (!endpoint.sends.empty())
    complete_later(endpoint.completion(OperationKind::send, cancelled, endpoint.sends.pop()));
  if (endpoint.input != Input::none)
    complete_later(endpoint.completion(endpoint.input_kind(), cancelled, std::move(endpoint.receive_buffer)));
  endpoint.close_handles();
  complete_later(endpoint.completion(OperationKind::close));
  endpoints_.erase(endpoint.socket);
}

}  // namespace madang::io
