// UringPort, when all that is in flight must end: at the port's own end, and after the kernel has dropped
// completions.

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "io/uring_port.h"

namespace madang::io {

namespace {

constexpr int idle_rounds_max = 3;  // in which the kernel finds nothing more to cancel

}  // namespace

UringPort::~UringPort() {
  const auto drop_all = [this] { ring_.take_completions([this](const io_uring_cqe& cqe) { drop(cqe); }); };
  if (ring_.enabled_here()) drain([this](const io_uring_cqe& cqe) { drop(cqe); });
  // On another thread than the ring's nothing can be cancelled. There the end of the ring is the end of its
  // operations: the kernel touches no memory of a ring that has been closed. One that was refused or never
  // used has none.
  if (ring_.enabled()) drop_all();
  endpoints_.for_each([](Socket, Endpoint& endpoint) {
    ::shutdown(endpoint.handle, SHUT_RDWR);
    endpoint.close_handles();
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

}  // namespace madang::io
