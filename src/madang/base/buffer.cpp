#include "madang/base/buffer.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

#include "madang/base/check.h"

namespace madang {

namespace {

BufferBlock* allocate_block(BufferPool* pool, std::size_t capacity) {
  MADANG_CHECK(capacity <= UINT32_MAX - sizeof(BufferBlock), "a buffer of {} bytes is too large", capacity);
  void* memory = ::operator new(sizeof(BufferBlock) + capacity);
  return ::new (memory) BufferBlock{pool, nullptr, static_cast<std::uint32_t>(capacity), 0};
}

void free_block(BufferBlock* block) { ::operator delete(block); }

unsigned size_class_of(std::size_t capacity) { return static_cast<unsigned>(std::bit_width(capacity - 1)); }

}  // namespace

Buffer::Buffer(std::size_t capacity) : block_(capacity ? allocate_block(nullptr, capacity) : nullptr) {}

Buffer Buffer::copy(Bytes bytes) {
  Buffer buffer(bytes.size());
  buffer.append(bytes);
  return buffer;
}

void Buffer::append(Bytes bytes) {
  if (!bytes.empty()) std::memcpy(extend(bytes.size()), bytes.data(), bytes.size());
}

std::byte* Buffer::extend(std::size_t count) {
  if (!block_ || size() + count > capacity()) grow(size() + count);
  std::byte* end = block_->data() + block_->size;
  block_->size += static_cast<std::uint32_t>(count);
  return end;
}

void Buffer::truncate(std::size_t size) {
  MADANG_CHECK(size <= this->size());
  if (block_) block_->size = static_cast<std::uint32_t>(size);
}

void Buffer::consume(std::size_t count) {
  MADANG_CHECK(count <= size());
  if (count == 0) return;
  std::memmove(block_->data(), block_->data() + count, block_->size - count);
  block_->size -= static_cast<std::uint32_t>(count);
}

void Buffer::reset() {
  if (!block_) return;
  BufferBlock* block = std::exchange(block_, nullptr);
  if (block->pool) {
    block->pool->give_back(block);
  } else {
    free_block(block);
  }
}

void Buffer::grow(std::size_t capacity) {
  capacity = std::max<std::size_t>({capacity, this->capacity() * 2, 64});
  BufferPool* pool = block_ ? block_->pool : nullptr;
  Buffer larger(pool ? pool->allocate(capacity) : allocate_block(nullptr, capacity));
  larger.append(bytes());
  *this = std::move(larger);
}

BufferPool::~BufferPool() {
  for (BufferBlock* block : free_) {
    while (block) free_block(std::exchange(block, block->next));
  }
}

Buffer BufferPool::make(std::size_t capacity) { return Buffer(allocate(std::max<std::size_t>(capacity, 1))); }

BufferBlock* BufferPool::allocate(std::size_t capacity) {
  const unsigned size_class = std::max(size_class_of(capacity), size_class_min);
  if (size_class > size_class_max) return allocate_block(this, capacity);
  BufferBlock*& head = free_[size_class];
  if (!head) return allocate_block(this, std::size_t{1} << size_class);
  BufferBlock* block = std::exchange(head, head->next);
  kept_bytes_ -= block->capacity;
  block->next = nullptr;
  block->size = 0;
  return block;
}

void BufferPool::give_back(BufferBlock* block) {
  const unsigned size_class = size_class_of(block->capacity);
  if (size_class > size_class_max || kept_bytes_ + block->capacity > keep_bytes_) return free_block(block);
  block->next = std::exchange(free_[size_class], block);
  kept_bytes_ += block->capacity;
}

}  // namespace madang
