// Buffer: bytes that have exactly one owner. BufferPool: memory of buffers that a thread will use again.
//
// A send moves its Buffer into the port. The completion of the send gives the Buffer back. An empty Buffer is
// one null pointer, so an idle session holds no memory for sending. A Buffer from a pool returns its memory
// to that pool. The pool must outlive its buffers, and one thread must use all of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "madang/base/bytes.h"

namespace madang {

class BufferPool;

/// The memory of a Buffer: this header, then `capacity` bytes. A port links waiting blocks through `next`.
struct BufferBlock {
  BufferPool* pool;
  BufferBlock* next;
  std::uint32_t capacity;
  std::uint32_t size;

  std::byte* data() { return reinterpret_cast<std::byte*>(this + 1); }
};

class Buffer {
 public:
  Buffer() = default;
  /// Makes an empty buffer with a capacity of `capacity` bytes from the heap.
  explicit Buffer(std::size_t capacity);
  /// Returns a copy of these bytes, from the heap.
  static Buffer copy(Bytes bytes);

  Buffer(Buffer&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    BufferBlock* block = std::exchange(other.block_, nullptr);
    reset();
    block_ = block;
    return *this;
  }
  ~Buffer() { reset(); }

  std::size_t size() const { return block_ ? block_->size : 0; }
  bool empty() const { return size() == 0; }
  std::size_t capacity() const { return block_ ? block_->capacity : 0; }
  std::byte* data() { return block_ ? block_->data() : nullptr; }
  Bytes bytes() const { return block_ ? Bytes(block_->data(), block_->size) : Bytes(); }

  /// Appends a copy of these bytes. Allocates memory when the spare capacity is too small.
  void append(Bytes bytes);
  /// Appends `count` bytes without a value, and returns a pointer to them. The caller writes them at once.
  /// Allocates memory when the spare capacity is too small.
  std::byte* extend(std::size_t count);
  /// Returns the number of bytes that fit without new memory.
  std::size_t spare() const { return capacity() - size(); }
  /// Returns the end of the bytes, where the spare capacity begins.
  std::byte* end() { return block_ ? block_->data() + block_->size : nullptr; }
  /// Removes all bytes after the first `size` bytes. Precondition: there are as many (CHECK).
  void truncate(std::size_t size);
  /// Removes the first `count` bytes. Precondition: there are as many (CHECK).
  void consume(std::size_t count);
  void clear() { truncate(0); }
  /// Gives the memory back. The buffer is empty then.
  void reset();

  /// Moves the memory out of this buffer, and back into a buffer. For the port.
  BufferBlock* release() { return std::exchange(block_, nullptr); }
  static Buffer adopt(BufferBlock* block) { return Buffer(block); }

 private:
  friend class BufferPool;
  explicit Buffer(BufferBlock* block) : block_(block) {}
  void grow(std::size_t capacity);

  BufferBlock* block_ = nullptr;
};

class BufferPool {
 public:
  /// Keeps at most `keep_bytes` bytes for reuse. Further memory goes back to the heap.
  explicit BufferPool(std::size_t keep_bytes = 64u << 20) : keep_bytes_(keep_bytes) {}
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;
  ~BufferPool();

  /// Returns an empty buffer with a capacity of at least `capacity` bytes.
  Buffer make(std::size_t capacity);
  /// Returns the number of bytes that the pool keeps for reuse now.
  std::size_t kept_bytes() const { return kept_bytes_; }

 private:
  friend class Buffer;
  static constexpr unsigned size_class_min = 8;   // 256 bytes
  static constexpr unsigned size_class_max = 20;  // 1 MiB; the pool keeps no larger blocks
  BufferBlock* allocate(std::size_t capacity);
  void give_back(BufferBlock* block);

  std::array<BufferBlock*, size_class_max + 1> free_{};
  std::size_t kept_bytes_ = 0;
  std::size_t keep_bytes_;
};

}  // namespace madang
