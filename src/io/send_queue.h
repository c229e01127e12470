// SendQueue: the sends of one socket, in order. Owns the buffers until each is popped. Two pointers when
// idle.
#pragma once

#include <cstdint>
#include <utility>

#include "base/buffer.h"
#include "base/check.h"

namespace madang::io {

class SendQueue {
 public:
  SendQueue() = default;
  SendQueue(const SendQueue&) = delete;
  SendQueue& operator=(const SendQueue&) = delete;
  ~SendQueue() {
    while (!empty()) pop();
  }

  bool empty() const { return head_ == nullptr; }

  void push(Buffer buffer) {
    CHECK(!buffer.empty(), "a send of no bytes");
    BufferBlock* block = buffer.release();
    block->next = nullptr;
    (head_ ? tail_->next : head_) = block;
    tail_ = block;
  }

  /// What is left to send of the first.
  Bytes front() const { return Bytes(head_->data(), head_->size).subspan(sent_); }

  /// Counts `bytes` of the first as sent; true when that was all of it.
  bool advance(std::size_t bytes) {
    sent_ += static_cast<std::uint32_t>(bytes);
    CHECK(sent_ <= head_->size);
    return sent_ == head_->size;
  }

  /// Takes the first out, whole.
  Buffer pop() {
    sent_ = 0;
    BufferBlock* block = std::exchange(head_, head_->next);
    block->next = nullptr;
    return Buffer::adopt(block);
  }

 private:
  BufferBlock* head_ = nullptr;
  BufferBlock* tail_ = nullptr;
  std::uint32_t sent_ = 0;
};

}  // namespace madang::io
