// SentWords: the words that a client sent last, by the numbers by which NotSaid names them. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>

namespace madang::client {

class SentWords {
 public:
  static constexpr std::size_t kept = 16;

  /// Each Say and each Shout of a session, in their order.
  void add(std::string words) {
    ++count_;
    last_.push_back(std::move(words));
    if (last_.size() > kept) last_.pop_front();
  }

  /// Gives the words of that number back, once. Empty: they are not kept any more, or never were.
  std::string take(std::uint32_t number) {
    const std::uint32_t age = count_ - number;
    return number <= count_ && age < last_.size() ? std::exchange(last_[last_.size() - 1 - age], {})
                                                  : std::string();
  }

 private:
  std::uint32_t count_ = 0;
  std::deque<std::string> last_;  ///< the last one has the number `count_`
};

}  // namespace madang::client
