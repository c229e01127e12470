// SentWords: the last words that a client sent, found by the number that NotSaid carries. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>

namespace madang::board {

class SentWords {
 public:
  static constexpr std::size_t kept = 16;

  /// Adds the words of a Say or a Shout. Called for each one of a session, in their order.
  void add(std::string words) {
    ++count_;
    last_.push_back(std::move(words));
    if (last_.size() > kept) last_.pop_front();
  }

  /// Removes and returns the words with this number. Returns an empty text if they are not kept any more.
  std::string remove(std::uint32_t number) {
    if (number > count_) return {};
    const std::uint32_t age = count_ - number;
    if (age >= last_.size()) return {};
    return std::exchange(last_[last_.size() - 1 - age], {});
  }

 private:
  std::uint32_t count_ = 0;
  std::deque<std::string> last_;  ///< the last one has the number `count_`
};

}  // namespace madang::board
