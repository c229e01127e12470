// Buffer: bytes that have exactly one owner. BufferPool: where a thread keeps the ones it will need again.
//
// Handing a Buffer to a send hands over the memory: the port holds it until the send has completed, and gives
// it back in the completion. An empty Buffer is one null pointer, so an idle session holds no memory for
// sending. A Buffer that came from a pool returns there; the pool must outlive it, and both belong to one
// thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/bytes.h"

namespace madang {

class BufferPool;

/// The memory behind a Buffer. The port links blocks that wait for their turn through `next`.
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
  /// Room for `capacity` bytes from the heap, none of them used yet.
  explicit Buffer(std::size_t capacity);
  /// A copy of these bytes, from the heap.
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

  void append(Bytes bytes);
  /// Makes room for `count` more bytes and counts them as used; the caller writes them at once.
  std::byte* extend(std::size_t count);
  /// What can be added without growing, and where it goes.
  std::size_t room() const { return capacity() - size(); }
  std::byte* end() { return block_ ? block_->data() + block_->size : nullptr; }
  /// Forgets what stands behind the first `size` bytes.
  void truncate(std::size_t size);
  /// Forgets the first `count` bytes.
  void consume(std::size_t count);
  void clear() { truncate(0); }
  /// Gives the memory back; an empty Buffer remains.
  void reset();

  /// For the port: the block leaves this Buffer, and comes back.
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
  /// Keeps at most `keep_bytes` for reuse; what comes back beyond that goes to the heap.
  explicit BufferPool(std::size_t keep_bytes = 64u << 20) : keep_bytes_(keep_bytes) {}
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;
  ~BufferPool();

  /// An empty Buffer with room for at least `capacity` bytes.
  Buffer make(std::size_t capacity);
  /// Returns how many bytes the pool keeps for reuse now: at most `keep_bytes`.
  std::size_t kept_bytes() const { return kept_bytes_; }

 private:
  friend class Buffer;
  static constexpr unsigned size_class_min = 8;   // 256 bytes
  static constexpr unsigned size_class_max = 20;  // 1 MiB; larger ones are not kept
  BufferBlock* take(std::size_t capacity);
  void give_back(BufferBlock* block);

  std::array<BufferBlock*, size_class_max + 1> free_{};
  std::size_t kept_bytes_ = 0;
  std::size_t keep_bytes_;
};

}  // namespace madang
