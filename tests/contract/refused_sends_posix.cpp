// The functions below replace functions of the C library and of liburing, because they have the same names.
// send() fails here for epoll. For io_uring, a send becomes an entry that the kernel itself refuses.
// Completions of io_uring are removed as if the kernel had no memory to keep them.
#include "contract/refused_sends.h"

#include "contract/interrupted_calls.h"
#include "contract/lost_completions.h"

#include <dlfcn.h>
#include <liburing.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

namespace madang::contract {

namespace {

std::atomic<bool> refusing{false};
std::atomic<unsigned> refused{0};

constexpr std::size_t short_bytes = 7;
bool shortening = false;
bool interrupting = false;
unsigned receives = 0;
bool interrupting_waits = false;
unsigned waits = 0;

constexpr unsigned short no_such_buffers = 4711;

/// Makes the entry a receive from a group without buffers. It ends with ENOBUFS at once.
void spoil_sends(io_uring& ring) {
  if (!refusing && !shortening) return;
  for (unsigned i = ring.sq.sqe_head; i != ring.sq.sqe_tail; ++i) {
    io_uring_sqe& entry = ring.sq.sqes[i & ring.sq.ring_mask];
    if (entry.opcode != IORING_OP_SEND) continue;
    if (shortening) entry.len = std::min<unsigned>(entry.len, short_bytes);
    if (!refusing) continue;
    entry.opcode = IORING_OP_RECV;
    entry.flags |= IOSQE_BUFFER_SELECT;
    entry.buf_group = no_such_buffers;
  }
}

bool ending_watch = false;
constexpr std::uint64_t wake_tag = UINT64_MAX;  // the same as in UringPort

/// Makes the kernel end the watch. The cancel itself leaves no completion.
void spoil_watch(io_uring& ring) {
  if (!ending_watch) return;
  io_uring_sqe* entry = io_uring_get_sqe(&ring);
  if (!entry) return;
  io_uring_prep_cancel64(entry, wake_tag, 0);
  entry->flags |= IOSQE_CQE_SKIP_SUCCESS;
  entry->user_data = wake_tag - 1;  // the port ignores this tag
  ending_watch = false;
}

bool may_lose_all = false;
std::uint8_t op_to_lose = 0;
unsigned left_to_lose = 0;

int interrupted(int result) { return interrupting_waits ? -EINTR : result; }

/// Removes completions as if the kernel had dropped them: counts them and returns EBADR.
int take_away_completions(io_uring& ring, int result) {
  const unsigned head = *ring.cq.khead;
  const unsigned mask = ring.cq.ring_mask;
  unsigned kept = *ring.cq.ktail;
  unsigned lost = 0;
  for (unsigned i = kept; i-- != head;) {
    const io_uring_cqe completion = ring.cq.cqes[i & mask];
    const bool is_hit = left_to_lose > 0 && static_cast<std::uint8_t>(completion.user_data) == op_to_lose;
    if (is_hit || may_lose_all) {
      ++lost;
      if (!may_lose_all) --left_to_lose;
    } else {
      ring.cq.cqes[--kept & mask] = completion;
    }
  }
  *ring.cq.koverflow += lost;
  io_uring_cq_advance(&ring, kept - head);
  return lost > 0 ? -EBADR : result;
}

template <class Function>
Function* library_function(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

void refuse_sends(bool refuse) { refusing = refuse; }
void shorten_sends(bool shorten) { shortening = shorten; }
void interrupt_calls(bool interrupt) { interrupting = interrupt; }
void interrupt_waits(bool interrupt) { interrupting_waits = interrupt; }

void lose_completions(std::uint8_t op, unsigned count) {
  op_to_lose = op;
  left_to_lose = count;
}
void end_watch() { ending_watch = true; }
void lose_all_completions(bool lose) { may_lose_all = lose; }
unsigned completions_left_to_lose() { return left_to_lose; }

}  // namespace madang::contract

extern "C" {

ssize_t send(int handle, const void* data, size_t size, int flags) {
  using namespace madang::contract;
  if (shortening) size = std::min(size, short_bytes);
  if (!refusing) return ::sendto(handle, data, size, flags, nullptr, 0);
  errno = refused++ % 2 ? ENOMEM : ENOBUFS;
  return -1;
}

int connect(int handle, const sockaddr* address, socklen_t size) {
  static auto* const real = madang::contract::library_function<decltype(connect)>("connect");
  const int result = real(handle, address, size);
  if (!madang::contract::interrupting) return result;
  errno = EINTR;  // the kernel continues the connect
  return -1;
}

ssize_t recv(int handle, void* to, size_t size, int flags) {
  if (!madang::contract::interrupting || madang::contract::receives++ % 2)
    return ::recvfrom(handle, to, size, flags, nullptr, nullptr);
  errno = EINTR;
  return -1;
}

int epoll_wait(int epoll, epoll_event* events, int events_max, int timeout_ms) {
  if (!madang::contract::interrupting_waits || madang::contract::waits++ % 2)
    return ::epoll_pwait(epoll, events, events_max, timeout_ms, nullptr);
  errno = EINTR;
  return -1;
}

int io_uring_submit(io_uring* ring) {
  static auto* const submit =
      madang::contract::library_function<decltype(io_uring_submit)>("io_uring_submit");
  madang::contract::spoil_sends(*ring);
  return submit(ring);
}

int io_uring_submit_and_wait(io_uring* ring, unsigned count) {
  static auto* const submit =
      madang::contract::library_function<decltype(io_uring_submit_and_wait)>("io_uring_submit_and_wait");
  madang::contract::spoil_sends(*ring);
  madang::contract::spoil_watch(*ring);
  return madang::contract::take_away_completions(*ring, madang::contract::interrupted(submit(ring, count)));
}

int io_uring_submit_and_wait_timeout(io_uring* ring, io_uring_cqe** first, unsigned count,
                                     __kernel_timespec* timeout, sigset_t* signals) {
  static auto* const submit = madang::contract::library_function<decltype(io_uring_submit_and_wait_timeout)>(
      "io_uring_submit_and_wait_timeout");
  madang::contract::spoil_sends(*ring);
  madang::contract::spoil_watch(*ring);
  return madang::contract::take_away_completions(
      *ring, madang::contract::interrupted(submit(ring, first, count, timeout, signals)));
}

int io_uring_submit_and_get_events(io_uring* ring) {
  static auto* const submit = madang::contract::library_function<decltype(io_uring_submit_and_get_events)>(
      "io_uring_submit_and_get_events");
  madang::contract::spoil_sends(*ring);
  madang::contract::spoil_watch(*ring);
  return madang::contract::take_away_completions(*ring, madang::contract::interrupted(submit(ring)));
}

}  // extern "C"
