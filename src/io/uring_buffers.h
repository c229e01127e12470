// UringBuffers: the buffers that all receives of a ring share. The kernel takes one when bytes have arrived,
// so that a connection that is silent holds none. Owns the memory; it must outlive the ring. One thread.
#pragma once

#include <liburing.h>

#include <cstdint>

#include "base/bytes.h"
#include "base/error.h"

namespace madang::io {

class UringBuffers {
 public:
  static constexpr int group = 0;  ///< what a receive names to take its buffers from here

  UringBuffers() = default;
  UringBuffers(const UringBuffers&) = delete;
  UringBuffers& operator=(const UringBuffers&) = delete;
  ~UringBuffers();

  /// `count` is a power of two, at most 32768. Gives all buffers to the kernel.
  Result<void> set_up(io_uring& ring, std::uint32_t count, std::uint32_t bytes_each);

  /// Gives all buffers to the kernel again, also those whose completion was dropped. False: the kernel has no
  /// memory for that now; try again. Precondition: no receive is in flight, no completion waits.
  [[nodiscard]] bool renew(io_uring& ring);

  /// What the kernel has written into the buffer that this completion names.
  Bytes received(const io_uring_cqe& completion) const;
  /// That buffer has been read: the kernel may have it again, from give_back() on.
  void done_with(const io_uring_cqe& completion);
  void give_back();

 private:
  std::byte* buffer(std::uint32_t number) const { return buffers_ + std::size_t{number} * bytes_each_; }
  void add(std::uint32_t number);
  int register_all(io_uring& ring);

  void* memory_ = nullptr;  ///< the ring of descriptors, and behind it the buffers
  std::size_t memory_bytes_ = 0;
  io_uring_buf_ring* descriptors_ = nullptr;
  std::byte* buffers_ = nullptr;
  std::uint32_t count_ = 0;
  std::uint32_t bytes_each_ = 0;
  int added_ = 0;  ///< since the last give_back()
};

}  // namespace madang::io
