// UringPort: ends all operations in flight. This happens in the destructor, and after the kernel has dropped
// completions.

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "madang/io/uring_port.h"

namespace madang::io {

namespace {

constexpr int idle_rounds_max = 3;  // rounds in which the kernel finds nothing more to cancel

}  // namespace

UringPort::~UringPort() {
  const auto drop_all = [this] { ring_.visit_completions([this](const io_uring_cqe& cqe) { drop(cqe); }); };
  if (ring_.is_enabled_here()) drain([this](const io_uring_cqe& cqe) { drop(cqe); });
  // Only the ring's own thread can cancel operations. On another thread, the end of the ring ends them: the
  // kernel touches no memory of a closed ring. A ring that was never enabled has no operations.
  if (ring_.is_enabled()) drop_all();
  endpoints_.for_each([](Socket, Endpoint& endpoint) {
    ::shutdown(endpoint.handle, SHUT_RDWR);
    endpoint.close_handles();
  });
}

/// Cancels all entries in flight and visits their completions, until none is in flight. When the kernel finds
/// no more to cancel, the entries that are still counted have lost their completion. Returns false when the
/// kernel does not accept the cancel now.
template <class Visit>
bool UringPort::drain(Visit visit) {
  int idle_rounds = 0;
  while (ring_.in_flight() > 0 && idle_rounds < idle_rounds_max) {
    ring_.cancel_all(end_tag);
    ring_.submit_and_wait(10ms);
    bool has_progressed = false;
    ring_.visit_completions([&](const io_uring_cqe& cqe) {
      has_progressed = has_progressed || cqe.user_data != end_tag || cqe.res > 0;
      visit(cqe);
    });
    idle_rounds = has_progressed ? 0 : idle_rounds + 1;
  }
  return ring_.all_submitted();
}

/// Repairs the port after the kernel has dropped completions for lack of memory. It cancels all operations in
/// flight; those that do not complete are the dropped ones. Their connections fail, because a part of their
/// stream may be lost. All others go on. A connection from a dropped accept stays open until the process
/// ends.
void UringPort::recover() {
  is_recovering_ = true;
  if (!drain([this](const io_uring_cqe& cqe) { dispatch(cqe); })) return do_not_wait();
  is_recovering_ = false;
  ring_.pop_dropped_count();  // also counts what was dropped meanwhile
  ring_.forget_dropped();
  is_watching_wake_ = false;
  must_renew_buffers_ = !buffers_.renew(ring_.native());

  // All of them first, because callbacks may add endpoints.
  std::vector<std::pair<Endpoint*, UringOp>> all_dropped;
  endpoints_.for_each([&](Socket, Endpoint& endpoint) {
    if (endpoint.in_flight)
      all_dropped.emplace_back(&endpoint, std::exchange(endpoint.in_flight, UringOp{0}));
  });
  for (const auto& [endpoint, dropped] : all_dropped) fail_dropped(*endpoint, dropped);
  do_not_wait();
}

void UringPort::fail_dropped(Endpoint& endpoint, UringOp dropped) {
  if (dropped & retry_op) endpoint.refused_ops = 0;
  mark_changed(endpoint);
  const bool has_lost_bytes = !endpoint.is_listener && dropped & (input_op | connect_op | send_op);
  if (endpoint.is_closing || !has_lost_bytes) return;
  if (dropped & connect_op) return connect_completed(endpoint, -ECONNRESET);
  ::shutdown(endpoint.handle, SHUT_RDWR);
  send_completed(endpoint, -ECONNRESET);
  end_input(endpoint, -ECONNRESET);
}

/// Drops a completion without a callback. Closes the connection that a completed accept has brought.
void UringPort::drop(const io_uring_cqe& cqe) {
  const bool is_input = cqe.user_data < end_tag && Endpoint::op_of(cqe.user_data) == input_op;
  if (!is_input || cqe.res < 0) return;
  if (endpoints_.at(Endpoint::index_of(cqe.user_data)).is_listener) ::close(cqe.res);
}

}  // namespace madang::io
