// LoginTurns: in which order logins are checked, and how many may wait. A part of LoginQueue, which explains
// the rules. A plain object; one thread, or a mutex of the caller.
//
// Each login gets a round: the round that is served now, or the last round of its address, plus one. The
// lowest round is served first, and within a round the login that came first. All functions look at all
// logins that wait; 256 of them cost about a microsecond, and a check costs tens of milliseconds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "madang/keeper/guess_budgets.h"

namespace madang::keeper {

class LoginTurns {
 public:
  struct Limits {
    std::size_t waiting_max;
    std::size_t waiting_for_known;        ///< a part of waiting_max
    std::size_t waiting_per_address_max;  ///< in each part
  };

  /// Precondition: waiting_for_known < waiting_max, and waiting_per_address_max > 0 (CHECK).
  explicit LoginTurns(const Limits& limits);

  /// Returns whether a login may wait.
  bool has_place(const LoginKeys& login) const;
  /// Adds a login. Returns its id, which no other login gets. Precondition: has_place() (CHECK).
  std::uint64_t add(const LoginKeys& login);
  /// Removes the login whose turn it is. Returns its id, or nothing if none waits.
  std::optional<std::uint64_t> take();
  /// Removes a login. Returns false if it does not wait.
  bool remove(std::uint64_t id);

  std::size_t waiting() const { return known_.waiting.size() + others_.waiting.size(); }

 private:
  struct Waiting {
    std::uint64_t round;
    std::uint64_t id;
    Hash128 address;
  };
  /// The logins from known addresses, or the others.
  struct Part {
    std::vector<Waiting> waiting;
    std::uint64_t served_round = 0;

    std::uint64_t next_round_of(const Hash128& address) const;
    std::size_t count_of(const Hash128& address) const;
    std::uint64_t take();
    bool remove(std::uint64_t id);
  };

  const Part& part_of(const LoginKeys& login) const { return login.is_known ? known_ : others_; }

  const Limits limits_;
  Part known_;
  Part others_;
  bool is_turn_of_known_ = true;
  std::uint64_t last_id_ = 0;
};

}  // namespace madang::keeper
