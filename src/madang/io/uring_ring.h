// UringRing: one io_uring. Any thread may make it; the thread that enables it is the only one that uses it.
//
// The caller writes entries into the submission queue. The next submit_and_wait() submits them: one system
// call a turn. Each entry carries a tag, and its completions carry the same tag. The ring counts the entries
// in flight, so that its end can wait for all of them.
#pragma once

#include <liburing.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <thread>
#include <utility>

#include "madang/base/bytes.h"
#include "madang/base/error.h"
#include "madang/base/time.h"

namespace madang::io {

class UringRing {
 public:
  using Tag = std::uint64_t;

  UringRing() = default;
  UringRing(const UringRing&) = delete;
  UringRing& operator=(const UringRing&) = delete;
  ~UringRing();

  /// Makes the ring. Returns an error where the kernel or the container refuses io_uring, and on a kernel
  /// before 6.0.
  Result<void> set_up(std::uint32_t submission_entries, std::uint32_t completion_entries);
  io_uring& native() { return ring_; }

  /// Gives the ring to this thread. Must be called before the first entry.
  void enable();
  bool is_enabled() const { return thread_ != std::thread::id(); }
  bool is_enabled_here() const { return thread_ == std::this_thread::get_id(); }

  // Each of these functions writes one entry. It returns false when the queue is full and the kernel accepts
  // no entries now. Accept, receive and watch are multishot: they complete many times, until is_last(). The
  // memory that a connect or a timeout points to must exist until the entry is submitted. The memory of a
  // send or a single receive must exist until the entry has completed.
  bool accept(Tag tag, int handle);
  bool receive(Tag tag, int handle, int buffer_group);
  /// Whether bytes have probably arrived already. Then the kernel tries to read at once.
  enum class Expect : std::uint8_t { now, later };
  bool receive_once(Tag tag, int handle, std::byte* to, std::size_t size_max, Expect expect);
  bool connect(Tag tag, int handle, Bytes address);
  bool send(Tag tag, int handle, Bytes bytes);
  bool timeout(Tag tag, const __kernel_timespec& duration);
  bool watch(Tag tag, int handle);
  bool cancel(Tag tag, Tag which);
  bool cancel_all(Tag tag);

  /// Submits all written entries, and waits at most `wait` for a first completion. Zero does not wait;
  /// Duration::max() waits without end.
  void submit_and_wait(Duration wait);

  /// Returns whether the kernel has all written entries.
  bool all_submitted() const { return io_uring_sq_ready(&ring_) == 0; }

  /// Calls visit(completion) for each completion that is there, also for those that the full queue could not
  /// hold. A completion is valid until `visit` returns. Before that, calls ahead(completion, step) with the
  /// steps 0, 1 and 2, some completions earlier each time: the processor may fetch memory meanwhile.
  template <class Visit, class Ahead>
  void visit_completions(Visit visit, Ahead ahead) {
    constexpr unsigned distance = 4;
    do {
      unsigned head = 0;
      unsigned count = 0;
      const unsigned ready = io_uring_cq_ready(&ring_);
      const auto look_ahead = [&](unsigned by, int step) {
        if (count + by < ready) ahead(ring_.cq.cqes[(head + by) & *ring_.cq.kring_mask], step);
      };
      io_uring_cqe* completion = nullptr;
      io_uring_for_each_cqe(&ring_, head, completion) {
        look_ahead(3 * distance, 0);
        look_ahead(2 * distance, 1);
        look_ahead(distance, 2);
        if (is_last(*completion)) --in_flight_;
        ++count;
        visit(*completion);
      }
      io_uring_cq_advance(&ring_, count);
    } while (fetch_overflowed());
  }
  /// The same without looking ahead.
  template <class Visit>
  void visit_completions(Visit visit) {
    visit_completions(std::move(visit), [](const io_uring_cqe&, int) {});
  }
  /// Returns whether this completion is the last one of its entry.
  static bool is_last(const io_uring_cqe& completion) { return !(completion.flags & IORING_CQE_F_MORE); }

  /// Returns the number of entries whose last completion has not been visited.
  std::size_t in_flight() const { return in_flight_; }

  /// Returns how many completions the kernel has dropped since the last call. It drops one when it has no
  /// memory to keep it. Each was the last of its entry, so the entry stays counted in in_flight().
  unsigned pop_dropped_count();
  /// Sets in_flight() to zero. Precondition: the kernel has no entry, so the counted entries were dropped.
  void forget_dropped() { in_flight_ = 0; }

 private:
  io_uring_sqe* next_entry(Tag tag);
  bool fetch_overflowed();

  io_uring ring_{};
  std::size_t in_flight_ = 0;
  unsigned dropped_seen_ = 0;  ///< the kernel's count of dropped completions at the last call
  bool is_made_ = false;
  std::thread::id thread_;  ///< the thread of enable(); none before
};

}  // namespace madang::io
