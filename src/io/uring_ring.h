// UringRing: one io_uring, made on any thread and then used by the thread that enables it.
//
// Entries are written into the submission queue and leave with the next submit_and_wait(), one system call a
// turn. Each carries a tag that comes back in its completions. The ring counts what the kernel has not yet
// finished, so that the end can wait for all of it.
#pragma once

#include <liburing.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <thread>

#include "base/bytes.h"
#include "base/error.h"
#include "base/time.h"

namespace madang::io {

class UringRing {
 public:
  using Tag = std::uint64_t;

  UringRing() = default;
  UringRing(const UringRing&) = delete;
  UringRing& operator=(const UringRing&) = delete;
  ~UringRing();

  /// Fails where the kernel or the container refuses io_uring, or the kernel is too old (before 6.0).
  Result<void> set_up(std::uint32_t submission_entries, std::uint32_t completion_entries);
  io_uring& native() { return ring_; }

  /// Before the first entry: from here on the ring belongs to this thread.
  void enable();
  bool enabled() const { return thread_ != std::thread::id(); }
  bool enabled_here() const { return thread_ == std::this_thread::get_id(); }

  // Each writes one entry. False: the queue is full, though it was submitted, for the kernel takes no more
  // now. Accept, receive and watch are multishot: they complete again and again, until a completion says that
  // it was the last. What a connect or a timeout points to must stay until the entry has left, what a send
  // or a single receive points to until it has completed.
  bool accept(Tag tag, int handle);
  bool receive(Tag tag, int handle, int buffer_group);
  /// Whether something has probably come already, so that it is worth trying at once.
  enum class Expect : std::uint8_t { now, later };
  bool receive_once(Tag tag, int handle, std::byte* to, std::size_t size_max, Expect expect);
  bool connect(Tag tag, int handle, Bytes address);
  bool send(Tag tag, int handle, Bytes bytes);
  bool timeout(Tag tag, const __kernel_timespec& duration);
  bool watch(Tag tag, int handle);
  bool cancel(Tag tag, Tag which);
  bool cancel_all(Tag tag);

  /// Submits what was written, and waits at most `wait` for a first completion.
  void submit_and_wait(Duration wait);

  /// Whether the kernel has all that was written.
  bool all_submitted() const { return io_uring_sq_ready(&ring_) == 0; }

  /// Shows each completion that is there, also those for which the queue had no room; they stay valid until
  /// visit returns.
  template <class Visit>
  void take_completions(Visit visit) {
    do {
      unsigned head = 0;
      unsigned count = 0;
      io_uring_cqe* completion = nullptr;
      io_uring_for_each_cqe(&ring_, head, completion) {
        if (is_last(*completion)) --out_;
        ++count;
        visit(*completion);
      }
      io_uring_cq_advance(&ring_, count);
    } while (fetch_overflowed());
  }
  /// Whether its entry has come to its end.
  static bool is_last(const io_uring_cqe& completion) { return !(completion.flags & IORING_CQE_F_MORE); }

  /// Entries whose last completion has not been taken.
  std::size_t out() const { return out_; }

  /// Returns how many completions the kernel has dropped since the last call, because it had no memory to
  /// keep them. Each was the last of its entry, so that entry stays counted in out().
  unsigned take_dropped();
  /// Counts no entry any more. Precondition: the kernel has none, so those still counted were dropped.
  void forget_dropped() { out_ = 0; }

 private:
  io_uring_sqe* next_entry(Tag tag);
  bool fetch_overflowed();

  io_uring ring_{};
  std::size_t out_ = 0;
  unsigned dropped_seen_ = 0;
  bool made_ = false;
  std::thread::id thread_;  ///< whose the ring is, from enable() on
};

}  // namespace madang::io
