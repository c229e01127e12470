// BoundedQueue<T>: many threads push, one pops; a fixed number of places, no lock.
//
// A push into a full queue is refused and leaves the value with the caller, who slows down: nothing is
// dropped and nothing grows. Each place carries a turn number that says whose turn it is (D. Vyukov's bounded
// queue).
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
  /// `capacity` is rounded up to a power of two, and to 2: with one place alone, "full" and "empty" would be
  /// the same turn.
  explicit BoundedQueue(std::size_t capacity)
      : mask_(std::bit_ceil(capacity < 2 ? 2 : capacity) - 1), places_(std::make_unique<Place[]>(mask_ + 1)) {
    for (std::size_t i = 0; i <= mask_; ++i) places_[i].turn.store(i, std::memory_order_relaxed);
  }
  BoundedQueue(const BoundedQueue&) = delete;
  BoundedQueue& operator=(const BoundedQueue&) = delete;

  std::size_t capacity() const { return mask_ + 1; }

  /// Any thread. False when full; `value` is then untouched.
  [[nodiscard]] bool push(T&& value) {
    std::size_t position = tail_.load(std::memory_order_relaxed);
    for (;;) {
      Place& place = places_[position & mask_];
      const std::size_t turn = place.turn.load(std::memory_order_acquire);
      if (turn == position) {
        if (tail_.compare_exchange_weak(position, position + 1, std::memory_order_relaxed)) {
          place.value = std::move(value);
          place.turn.store(position + 1, std::memory_order_release);
          return true;
        }
      } else if (turn < position) {
        return false;
      } else {
        position = tail_.load(std::memory_order_relaxed);
      }
    }
  }

  /// The consuming thread only. False when empty.
  [[nodiscard]] bool pop(T& value) {
    Place& place = places_[head_ & mask_];
    if (place.turn.load(std::memory_order_acquire) != head_ + 1) return false;
    value = std::exchange(place.value, T{});
    place.turn.store(head_ + mask_ + 1, std::memory_order_release);
    ++head_;
    return true;
  }

  /// The consuming thread only; a push that is still under way may not be seen yet.
  bool empty() const { return places_[head_ & mask_].turn.load(std::memory_order_acquire) != head_ + 1; }

 private:
  struct Place {
    std::atomic<std::size_t> turn{0};
    T value{};
  };

  std::size_t mask_;
  std::unique_ptr<Place[]> places_;
  alignas(64) std::atomic<std::size_t> tail_{0};
  alignas(64) std::size_t head_ = 0;
};

}  // namespace madang
