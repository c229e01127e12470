// Answers: which bot of a swarm answers a player that speaks near it, when, and with what words.
//
// One bot answers a speaker, after 1 to 2 s: the nearest of those that heard the words. The bots of the swarm
// are no speakers, so bots do not talk to each other. Bots of other swarms are known by their words: answers
// are never answered. One speaker gets an answer every 3 s at most, and `talks_max` speakers have one at a
// time, so that strangers cannot make a swarm flood the server.
//
// No clock and no I/O of its own; chance follows from the seed. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/random.h"
#include "base/time.h"

namespace madang::client {

/// Words that a bot heard.
struct Heard {
  std::uint32_t bot = 0;
  std::uint64_t speaker = 0;  ///< its entity id
  std::uint32_t tiles = 0;    ///< from the bot to the speaker
  std::string_view text;
};

struct Answer {
  std::uint32_t bot = 0;
  std::string_view text;  ///< lives as long as the program
};

class Answers {
 public:
  static constexpr std::size_t talks_max = 16;
  static constexpr Duration delay_min = 1s;
  static constexpr Duration delay_max = 2s;
  static constexpr Duration rest = 2s;  ///< from an answer until its speaker is listened to again

  explicit Answers(std::uint64_t seed) : random_(seed) {}

  /// A bot of the swarm has this entity id.
  void add_bot(std::uint64_t entity) { bots_.insert(entity); }
  /// Call for each bot that hears the words.
  void hear(const Heard& heard, Time now);
  /// Returns an answer whose time has come, if there is one.
  std::optional<Answer> take_due(Time now);
  /// When the next answer is due; Time::max() without one.
  Time next_due() const;

 private:
  struct Talk {
    std::uint64_t speaker = 0;
    std::uint32_t bot = 0;
    std::uint32_t tiles = 0;
    bool in_korean = false;
    bool is_answered = false;
    Time due{};  ///< of the answer; once answered, the end of the rest
  };

  std::string_view words(bool in_korean);

  Random random_;
  std::unordered_set<std::uint64_t> bots_;  // entity ids; looked up, never iterated
  std::vector<Talk> talks_;
};

}  // namespace madang::client
