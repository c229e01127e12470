// BoundedQueue<T>: a lock-free queue of fixed capacity. Many threads push, one thread pops.
//
// A push into a full queue is refused, and the caller keeps the value. So nothing is lost and nothing grows.
// The queue is D. Vyukov's bounded queue. The values stand in a ring of entries. A position counts pushes or
// pops from the beginning; its low bits are the index of its entry. The sequence number of an entry says for
// which position the entry waits: p for the push at p, p + 1 for the pop at p. Positions have 64 bits, so
// they never wrap around.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace madang {

template <class T>
class BoundedQueue {
 public:
  /// Makes an empty queue. `capacity` is rounded up to a power of two, at least 2: with one entry, "full" and
  /// "empty" would have the same sequence number.
  explicit BoundedQueue(std::size_t capacity)
      : mask_(std::bit_ceil(capacity < 2 ? 2 : capacity) - 1),
        entries_(std::make_unique<Entry[]>(mask_ + 1)) {
    for (std::size_t i = 0; i <= mask_; ++i) entries_[i].sequence.store(i, std::memory_order_relaxed);
  }
  BoundedQueue(const BoundedQueue&) = delete;
  BoundedQueue& operator=(const BoundedQueue&) = delete;

  std::size_t capacity() const { return mask_ + 1; }

  /// Adds a value. Returns false when the queue is full; `value` is unchanged then. Any thread.
  [[nodiscard]] bool push(T&& value) {
    std::uint64_t position = tail_.load(std::memory_order_relaxed);
    for (;;) {
      Entry& entry = entries_[position & mask_];
      const std::uint64_t sequence = entry.sequence.load(std::memory_order_acquire);
      if (sequence == position) {
        if (tail_.compare_exchange_weak(position, position + 1, std::memory_order_relaxed)) {
          entry.value = std::move(value);
          entry.sequence.store(position + 1, std::memory_order_release);
          return true;
        }
      } else if (sequence < position) {
        return false;
      } else {
        position = tail_.load(std::memory_order_relaxed);
      }
    }
  }

  /// Moves the first value into `value`. Returns false when the queue is empty. The popping thread only.
  [[nodiscard]] bool pop(T& value) {
    Entry& entry = entries_[head_ & mask_];
    if (entry.sequence.load(std::memory_order_acquire) != head_ + 1) return false;
    value = std::exchange(entry.value, T{});
    entry.sequence.store(head_ + mask_ + 1, std::memory_order_release);
    ++head_;
    return true;
  }

  /// Returns whether the queue is empty. It may miss a push that has not finished. The popping thread only.
  bool empty() const { return entries_[head_ & mask_].sequence.load(std::memory_order_acquire) != head_ + 1; }

 private:
  struct Entry {
    std::atomic<std::uint64_t> sequence{0};
    T value{};
  };

  std::size_t mask_;  // capacity - 1
  std::unique_ptr<Entry[]> entries_;
  alignas(64) std::atomic<std::uint64_t> tail_{0};  // position of the next push
  alignas(64) std::uint64_t head_ = 0;              // position of the next pop
};

}  // namespace madang
