#include "madang/io/uring_buffers.h"

#include <sys/mman.h>

#include <bit>
#include <utility>

#include "madang/base/check.h"

namespace madang::io {

UringBuffers::~UringBuffers() {
  if (memory_) ::munmap(memory_, memory_bytes_);
}

Result<void> UringBuffers::set_up(io_uring& ring, std::uint32_t count, std::uint32_t bytes_each) {
  MADANG_CHECK(std::has_single_bit(count) && count <= 32768 && bytes_each > 0, "{} buffers of {} bytes",
               count, bytes_each);
  const std::size_t descriptor_bytes = count * sizeof(io_uring_buf);
  memory_bytes_ = descriptor_bytes + std::size_t{count} * bytes_each;
  // MAP_POPULATE: soon all of it will be in use, so the memory of a server is known from the start.
  constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
  void* memory = ::mmap(nullptr, memory_bytes_, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (memory == MAP_FAILED) return std::unexpected(last_os_error("memory for receive buffers"));
  memory_ = memory;
  descriptors_ = static_cast<io_uring_buf_ring*>(memory_);
  buffers_ = static_cast<std::byte*>(memory_) + descriptor_bytes;
  count_ = count;
  bytes_each_ = bytes_each;

  const int result = register_all(ring);
  if (result < 0) return std::unexpected(os_error(-result, "io_uring_register_buf_ring"));
  return {};
}

bool UringBuffers::renew(io_uring& ring) {
  io_uring_unregister_buf_ring(&ring, group);  // fails after a renew that failed: no harm
  return register_all(ring) >= 0;
}

int UringBuffers::register_all(io_uring& ring) {
  io_uring_buf_reg registration{};
  registration.ring_addr = reinterpret_cast<std::uintptr_t>(descriptors_);
  registration.ring_entries = count_;
  registration.bgid = group;
  const int result = io_uring_register_buf_ring(&ring, &registration, 0);
  if (result < 0) return result;

  io_uring_buf_ring_init(descriptors_);
  added_ = 0;
  for (std::uint32_t number = 0; number < count_; ++number) add(number);
  give_back();
  return 0;
}

Bytes UringBuffers::received(const io_uring_cqe& completion) const {
  const std::uint32_t number = completion.flags >> IORING_CQE_BUFFER_SHIFT;
  return {buffer(number), completion.res > 0 ? static_cast<std::size_t>(completion.res) : 0};
}

void UringBuffers::done_with(const io_uring_cqe& completion) {
  add(completion.flags >> IORING_CQE_BUFFER_SHIFT);
}

void UringBuffers::give_back() {
  if (added_ > 0) io_uring_buf_ring_advance(descriptors_, std::exchange(added_, 0));
}

void UringBuffers::add(std::uint32_t number) {
  io_uring_buf_ring_add(descriptors_, buffer(number), bytes_each_, static_cast<unsigned short>(number),
                        io_uring_buf_ring_mask(count_), added_++);
}

}  // namespace madang::io
