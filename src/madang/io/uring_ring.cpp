#include "madang/io/uring_ring.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "madang/base/check.h"

namespace madang::io {

namespace {

/// Returns whether the next turn may simply try again. The wait timed out, a signal came, the kernel has no
/// memory, or completions must be visited first. The entries stay in the queue. EBADR says that the kernel
/// has dropped completions; pop_dropped_count() finds them, because not every submit returns EBADR.
bool is_transient(int result) {
  return result >= 0 || result == -ETIME || result == -EINTR || result == -EAGAIN || result == -EBUSY ||
         result == -ENOMEM || result == -EBADR;
}

}  // namespace

UringRing::~UringRing() {
  if (is_made_) io_uring_queue_exit(&ring_);
}

Result<void> UringRing::set_up(std::uint32_t submission_entries, std::uint32_t completion_entries) {
  // With deferred task work, completions come only when the port asks. Linux 6.0 has only the weaker form.
  // The ring begins disabled, because it belongs to the thread that enables it.
  constexpr unsigned deferred = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
  constexpr unsigned cooperative = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_COOP_TASKRUN;
  int result = 0;
  for (const unsigned mode : {deferred, cooperative}) {
    io_uring_params params{};
    params.flags =
        mode | IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_R_DISABLED;
    params.cq_entries = std::max(submission_entries, completion_entries);
    result = io_uring_queue_init_params(submission_entries, &ring_, &params);
    is_made_ = result == 0;
    if (result != -EINVAL) break;
  }
  if (!is_made_) return std::unexpected(os_error(-result, "io_uring_setup"));
  return {};
}

void UringRing::enable() {
  // The shared library of liburing 2.3 lacks io_uring_enable_rings, although its header declares it.
  const int result =
      io_uring_register(static_cast<unsigned>(ring_.ring_fd), IORING_REGISTER_ENABLE_RINGS, nullptr, 0);
  MADANG_CHECK(result >= 0, "enabling the ring: {}", std::strerror(-result));
  thread_ = std::this_thread::get_id();
}

bool UringRing::accept(Tag tag, int handle) {
  io_uring_sqe* entry = next_entry(tag);
  if (entry) io_uring_prep_multishot_accept(entry, handle, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  return entry;
}

bool UringRing::receive(Tag tag, int handle, int buffer_group) {
  io_uring_sqe* entry = next_entry(tag);
  if (!entry) return false;
  io_uring_prep_recv_multishot(entry, handle, nullptr, 0, 0);
  entry->flags |= IOSQE_BUFFER_SELECT;
  entry->buf_group = static_cast<std::uint16_t>(buffer_group);
  return true;
}

bool UringRing::receive_once(Tag tag, int handle, std::byte* to, std::size_t size_max, Expect expect) {
  io_uring_sqe* entry = next_entry(tag);
  if (!entry) return false;
  io_uring_prep_recv(entry, handle, to, size_max, 0);
  if (expect == Expect::later) entry->ioprio = IORING_RECVSEND_POLL_FIRST;
  return true;
}

bool UringRing::connect(Tag tag, int handle, Bytes address) {
  io_uring_sqe* entry = next_entry(tag);
  if (entry)
    io_uring_prep_connect(entry, handle, reinterpret_cast<const sockaddr*>(address.data()),
                          static_cast<socklen_t>(address.size()));
  return entry;
}

bool UringRing::send(Tag tag, int handle, Bytes bytes) {
  io_uring_sqe* entry = next_entry(tag);
  // With MSG_WAITALL the kernel itself continues a short send.
  if (entry) io_uring_prep_send(entry, handle, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_WAITALL);
  return entry;
}

bool UringRing::timeout(Tag tag, const __kernel_timespec& duration) {
  io_uring_sqe* entry = next_entry(tag);
  if (entry) io_uring_prep_timeout(entry, const_cast<__kernel_timespec*>(&duration), 0, 0);
  return entry;
}

bool UringRing::watch(Tag tag, int handle) {
  io_uring_sqe* entry = next_entry(tag);
  if (entry) io_uring_prep_poll_multishot(entry, handle, POLLIN);
  return entry;
}

bool UringRing::cancel(Tag tag, Tag which) {
  io_uring_sqe* entry = next_entry(tag);
  if (entry) io_uring_prep_cancel64(entry, which, 0);
  return entry;
}

bool UringRing::cancel_all(Tag tag) {
  io_uring_sqe* entry = next_entry(tag);
  if (entry) io_uring_prep_cancel64(entry, 0, IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_ALL);
  return entry;
}

void UringRing::submit_and_wait(Duration wait) {
  int result = 0;
  if (wait == Duration::zero() || io_uring_cq_ready(&ring_) > 0) {
    result = io_uring_submit_and_get_events(&ring_);
  } else if (wait == Duration::max()) {
    result = io_uring_submit_and_wait(&ring_, 1);
  } else {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(wait);
    __kernel_timespec timeout{.tv_sec = seconds.count(), .tv_nsec = (wait - seconds).count()};
    io_uring_cqe* first = nullptr;
    result = io_uring_submit_and_wait_timeout(&ring_, &first, 1, &timeout, nullptr);
  }
  MADANG_CHECK(is_transient(result), "io_uring_enter: {}", std::strerror(-result));
}

unsigned UringRing::pop_dropped_count() {
  const unsigned dropped = io_uring_smp_load_acquire(ring_.cq.koverflow);
  const unsigned seen = std::exchange(dropped_seen_, dropped);
  return dropped - seen;  // modulo 2^32: the kernel's count wraps around, and the difference stays right
}

/// Fetches completions that the full queue could not hold. Only the ring's own thread can fetch them. This
/// loop ends: such a completion is the last of its operation, and no operation starts meanwhile.
bool UringRing::fetch_overflowed() {
  if (!io_uring_cq_has_overflow(&ring_) || !is_enabled_here()) return false;
  const int result = io_uring_get_events(&ring_);
  MADANG_CHECK(is_transient(result), "io_uring_enter: {}", std::strerror(-result));
  return true;
}

io_uring_sqe* UringRing::next_entry(Tag tag) {
  io_uring_sqe* entry = io_uring_get_sqe(&ring_);
  if (!entry) {
    const int result = io_uring_submit(&ring_);
    MADANG_CHECK(is_transient(result), "io_uring_submit: {}", std::strerror(-result));
    entry = io_uring_get_sqe(&ring_);
  }
  if (!entry) return nullptr;
  ++in_flight_;
  io_uring_sqe_set_data64(entry, tag);  // no io_uring_prep function changes it
  return entry;
}

}  // namespace madang::io
