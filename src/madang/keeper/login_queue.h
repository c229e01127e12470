// LoginQueue<Work>: what stands between the gateways and the password threads. A plain object without threads
// of its own; one thread, or a mutex of the caller.
//
// A check of a password costs tens of milliseconds, so a stranger must not be able to ask for any number of
// them. A gateway submits a login. A password thread takes the next one, checks it, and finishes it:
//
//   submit ──> waiting ──take──> being checked ──finish──> done
//                 └─────cancel (the client has gone)─────> done
//
// A login is refused at once, and costs no check, if
//   - its budgets have no token (GuessBudgets): too_many_guesses;
//   - its address has `waiting_per_address_max` logins in the queue, or the queue is full: busy.
// A refused login pays nothing, so a client may try again.
//
// The order is fair. Addresses take turns: the second login of an address comes after the first of every
// other one. A part of the queue is kept for logins from addresses that their accounts know, and every second
// turn is theirs. So an attacker with 10,000 addresses can fill the other part, but a player at its usual
// address waits for few checks. The share of an address is counted in each part by itself, so an attacker
// beside the owner, at the same address, does not take the owner's place.
//
// Owns the work that waits: at most `waiting_max` times. Time is passed in. Two queues with the same calls
// and secret give the same results.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "madang/keeper/guess_budgets.h"
#include "madang/keeper/login_turns.h"

namespace madang::keeper {

struct LoginQueueLimits {
  /// Logins that wait.
  std::uint32_t waiting_max = 256;
  /// The part of them that is kept for logins from known addresses.
  std::uint32_t waiting_for_known = 64;
  /// Logins from one address in each part. Programs on this machine have no maximum of their own.
  std::uint32_t waiting_per_address_max = 8;
  GuessLimits guesses{};
};

/// Why a login is not checked.
enum class LoginRefusal : std::uint8_t {
  busy,              ///< too many logins wait; it may be sent again in a second
  too_many_guesses,  ///< too many wrong passwords, for this account or from this address
};

/// `Work` is what a password thread needs: the password, and where the answer goes. It can be moved.
template <class Work>
class LoginQueue {
 public:
  struct Check {
    std::uint64_t id = 0;
    LoginKeys login;
    Time since{};  ///< when it was submitted
    Work work;
  };

  LoginQueue(const LoginQueueLimits& limits, SipKey secret)
      : turns_({limits.waiting_max, limits.waiting_for_known, limits.waiting_per_address_max}),
        budgets_(limits.guesses, secret) {}

  /// Adds a login and pays for it. Returns its id. If the login is refused, `work` is unchanged.
  [[nodiscard]] std::expected<std::uint64_t, LoginRefusal> submit(std::string_view account,
                                                                  const LoginPlace& place, Work&& work,
                                                                  Time now) {
    const LoginKeys login = budgets_.keys_of(account, place);
    if (!budgets_.has(login, now)) return std::unexpected(LoginRefusal::too_many_guesses);
    if (!turns_.has_place(login)) return std::unexpected(LoginRefusal::busy);
    budgets_.charge(login, now);
    const std::uint64_t id = turns_.add(login);
    waiting_.push_back({.id = id, .login = login, .since = now, .work = std::move(work)});
    return id;
  }

  /// Returns the next login that should be checked, or nothing if none waits.
  [[nodiscard]] std::optional<Check> take() {
    const std::optional<std::uint64_t> id = turns_.take();
    return id ? remove(*id) : std::nullopt;
  }

  /// Tells the result of a check that was taken. A right password gets its tokens back.
  void finish(const LoginKeys& login, bool is_right) {
    if (is_right) budgets_.succeed(login);
  }

  /// Removes a login that waits, because its client has gone. It gets its tokens back. Returns its work, or
  /// nothing if it does not wait any more.
  std::optional<Work> cancel(std::uint64_t id) {
    if (!turns_.remove(id)) return std::nullopt;
    std::optional<Check> check = remove(id);
    budgets_.refund(check->login);
    return std::move(check->work);
  }

  /// Returns the number of logins that wait, at most `waiting_max`.
  std::size_t waiting() const { return waiting_.size(); }
  GuessBudgets& budgets() { return budgets_; }

 private:
  std::optional<Check> remove(std::uint64_t id) {
    for (Check& one : waiting_) {
      if (one.id != id) continue;
      std::optional<Check> check(std::move(one));
      if (&one != &waiting_.back()) one = std::move(waiting_.back());
      waiting_.pop_back();
      return check;
    }
    return std::nullopt;
  }

  LoginTurns turns_;
  GuessBudgets budgets_;
  std::vector<Check> waiting_;  ///< in no order: LoginTurns has the order
};

}  // namespace madang::keeper
