// UringPort, from what is wanted to entries in the submission queue.

#include <sys/socket.h>

#include <utility>

#include "io/uring_port.h"

namespace madang::io {

namespace {

using Input = UringEndpoint::Input;
using Output = UringEndpoint::Output;

}  // namespace

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
    complete_later(endpoint.completion(endpoint.input_kind(), {ErrorCode::cancelled, 0, "stop"},
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
  if (endpoint.connecting) complete_later(endpoint.completion(OperationKind::connect, cancelled));
  while (!endpoint.sends.empty())
    complete_later(endpoint.completion(OperationKind::send, cancelled, endpoint.sends.pop()));
  if (endpoint.input != Input::none)
    complete_later(endpoint.completion(endpoint.input_kind(), cancelled, std::move(endpoint.room)));
  endpoint.close_handles();
  complete_later(endpoint.completion(OperationKind::close));
  endpoints_.erase(endpoint.socket);
}

}  // namespace madang::io
