// Answers: decides which bot of a swarm answers a player that speaks near it, when, and with which words.
//
// One bot answers a speaker after 1 to 2 s: the bot that is nearest to the speaker. Bots of the swarm get no
// answers, so bots do not talk to each other. Bots of other swarms are known by their words: an answer gets
// no answer. A speaker gets at most one answer in 3 s, and at most `talks_max` speakers get answers at the
// same time, so that strangers cannot make a swarm flood the server.
//
// No clock and no I/O; the random numbers follow from the seed. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "madang/base/random.h"
#include "madang/base/time.h"
#include "madang/wire/id.h"

namespace madang::board {

/// Words that a bot received.
struct Heard {
  std::uint32_t bot = 0;
  wire::Id speaker;
  std::uint32_t tiles = 0;  ///< distance from the bot to the speaker
  std::string_view text;
};

struct Answer {
  std::uint32_t bot = 0;
  std::string_view text;  ///< valid as long as the program runs
};

class Answers {
 public:
  static constexpr std::size_t talks_max = 16;
  static constexpr Duration delay_min = 1s;
  static constexpr Duration delay_max = 2s;
  static constexpr Duration rest = 2s;  ///< time after an answer in which the speaker gets no other answer

  explicit Answers(std::uint64_t seed) : random_(seed) {}

  /// Adds the entity id of a bot of the swarm.
  void add_bot(const wire::Id& entity) { bots_.insert(entity); }
  /// Removes the entity id of a bot that has left the world.
  void remove_bot(const wire::Id& entity) { bots_.erase(entity); }
  /// Notes words. Called for each bot that receives them.
  void hear(const Heard& heard, Time now);
  /// Removes and returns an answer that is due; nothing if none is due.
  std::optional<Answer> dequeue_due(Time now);
  /// Returns when the next answer is due; Time::max() if there is none.
  Time next_due() const;

 private:
  /// An id is a hash already.
  struct HashOfId {
    std::size_t operator()(const wire::Id& id) const { return static_cast<std::size_t>(id.low); }
  };
  struct Talk {
    wire::Id speaker;
    std::uint32_t bot = 0;
    std::uint32_t tiles = 0;
    bool is_korean = false;
    bool is_answered = false;
    Time due{};  ///< of the answer; after the answer, the end of `rest`
  };

  std::string_view words(bool is_korean);

  Random random_;
  std::unordered_set<wire::Id, HashOfId> bots_;  // entity ids; looked up, never iterated
  std::vector<Talk> talks_;
};

}  // namespace madang::board
