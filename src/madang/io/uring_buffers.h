// UringBuffers: the buffers that all receives of a ring share.
//
// The kernel uses a buffer when bytes have arrived, so a silent connection holds none. UringBuffers owns the
// memory and must outlive the ring. One thread.
#pragma once

#include <liburing.h>

#include <cstdint>

#include "madang/base/bytes.h"
#include "madang/base/error.h"

namespace madang::io {

class UringBuffers {
 public:
  static constexpr int group = 0;  ///< a receive with this group uses these buffers

  UringBuffers() = default;
  UringBuffers(const UringBuffers&) = delete;
  UringBuffers& operator=(const UringBuffers&) = delete;
  ~UringBuffers();

  /// Makes the buffers and gives all of them to the kernel. Precondition: `count` is a power of two, at most
  /// 32768 (CHECK).
  Result<void> set_up(io_uring& ring, std::uint32_t count, std::uint32_t bytes_each);

  /// Gives all buffers to the kernel again, also those of dropped completions. Returns false when the kernel
  /// has no memory for that now: try again. Precondition: no receive is in flight, no completion waits.
  [[nodiscard]] bool renew(io_uring& ring);

  /// Returns the bytes in the buffer that this completion names.
  Bytes received(const io_uring_cqe& completion) const;
  /// Notes that the bytes of this completion are read. The next give_back() returns their buffer.
  void done_with(const io_uring_cqe& completion);
  /// Gives the kernel all buffers that are done with.
  void give_back();

 private:
  std::byte* buffer(std::uint32_t number) const { return buffers_ + std::size_t{number} * bytes_each_; }
  void add(std::uint32_t number);
  int register_all(io_uring& ring);

  void* memory_ = nullptr;  ///< a ring of descriptors, then the buffers
  std::size_t memory_bytes_ = 0;
  io_uring_buf_ring* descriptors_ = nullptr;
  std::byte* buffers_ = nullptr;
  std::uint32_t count_ = 0;
  std::uint32_t bytes_each_ = 0;
  int added_ = 0;  ///< buffers for the next give_back()
};

}  // namespace madang::io
