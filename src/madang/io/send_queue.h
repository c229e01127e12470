// SendQueue: the sends of one socket, in order. It owns each buffer until pop(). One thread.
//
// An empty queue costs two pointers and a number.
#pragma once

#include <cstdint>
#include <utility>

#include "madang/base/buffer.h"
#include "madang/base/check.h"

namespace madang::io {

/// State of our direction of a connection.
enum class Output : std::uint8_t {
  open,
  ending,  ///< shutdown_send() was called: our direction ends when the sends have left
  ended,
};

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
    MADANG_CHECK(!buffer.empty(), "a send has no bytes");
    BufferBlock* block = buffer.release();
    block->next = nullptr;
    if (head_) {
      tail_->next = block;
    } else {
      head_ = block;
    }
    tail_ = block;
  }

  /// Returns the bytes of the first send that have not left. Precondition: the queue is not empty.
  Bytes front() const { return Bytes(head_->data(), head_->size).subspan(sent_); }

  /// Counts `bytes` bytes of the first send as sent. Returns true when all of its bytes are sent.
  bool advance(std::size_t bytes) {
    MADANG_CHECK(bytes <= head_->size - sent_, "more bytes were sent than the buffer holds");
    sent_ += static_cast<std::uint32_t>(bytes);
    return sent_ == head_->size;
  }

  /// Removes the first send and returns its whole buffer. Precondition: the queue is not empty.
  Buffer pop() {
    sent_ = 0;
    BufferBlock* block = std::exchange(head_, head_->next);
    block->next = nullptr;
    return Buffer::adopt(block);
  }

 private:
  BufferBlock* head_ = nullptr;
  BufferBlock* tail_ = nullptr;
  std::uint32_t sent_ = 0;  ///< bytes of the first send that have left
};

}  // namespace madang::io
