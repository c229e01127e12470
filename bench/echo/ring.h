// io_uring for the raw io_uring server and the load: a ring for one thread, and the buffers for receives.
#pragma once

#include <liburing.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "server.h"

namespace echo {

/// A ring. Completions are delivered only when the thread asks for them. One thread.
inline void set_up_ring(io_uring& ring, unsigned entries) {
  io_uring_params params{};
  params.flags =
      IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE | IORING_SETUP_SUBMIT_ALL;
  params.cq_entries = 16384;
  if ((errno = -io_uring_queue_init_params(entries, &ring, &params)) != 0) die("io_uring_queue_init");
  io_uring_register_ring_fd(&ring);
}

class ReceiveBuffers {
 public:
  using Number = std::uint16_t;

  /// Registers the buffers as group 0 of the ring. To be called before the first receive. `count` is a power
  /// of two.
  void set_up(io_uring& ring, unsigned count, unsigned bytes_each) {
    const std::size_t descriptor_bytes = count * sizeof(io_uring_buf);
    void* memory = ::mmap(nullptr, descriptor_bytes + std::size_t{count} * bytes_each, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) die("mmap");
    descriptors_ = static_cast<io_uring_buf_ring*>(memory);
    buffers_ = static_cast<std::byte*>(memory) + descriptor_bytes;
    count_ = count;
    bytes_each_ = bytes_each;
    io_uring_buf_reg registration{};
    registration.ring_addr = reinterpret_cast<std::uintptr_t>(memory);
    registration.ring_entries = count;
    if ((errno = -io_uring_register_buf_ring(&ring, &registration, 0)) != 0)
      die("io_uring_register_buf_ring");
    io_uring_buf_ring_init(descriptors_);
    for (unsigned number = 0; number < count; ++number) free(static_cast<Number>(number));
    give_back();
  }

  static Number number_of(const io_uring_cqe& completion) {
    return static_cast<Number>(completion.flags >> IORING_CQE_BUFFER_SHIFT);
  }
  std::byte* at(Number number) { return buffers_ + std::size_t{number} * bytes_each_; }

  void free(Number number) {
    io_uring_buf_ring_add(descriptors_, at(number), bytes_each_, number, io_uring_buf_ring_mask(count_),
                          freed_++);
  }
  /// Gives the freed buffers to the kernel. Returns their number.
  int give_back() {
    const int count = freed_;
    freed_ = 0;
    if (count > 0) io_uring_buf_ring_advance(descriptors_, count);
    return count;
  }

 private:
  io_uring_buf_ring* descriptors_ = nullptr;
  std::byte* buffers_ = nullptr;
  unsigned count_ = 0;
  unsigned bytes_each_ = 0;
  int freed_ = 0;
};

}  // namespace echo
