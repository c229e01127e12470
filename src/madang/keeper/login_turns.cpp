#include "madang/keeper/login_turns.h"

#include <algorithm>
#include <tuple>

#include "madang/base/check.h"

namespace madang::keeper {

LoginTurns::LoginTurns(const Limits& limits) : limits_(limits) {
  MADANG_CHECK(limits.waiting_for_known < limits.waiting_max && limits.waiting_per_address_max > 0,
               "{} of {} places for known addresses, {} for an address", limits.waiting_for_known,
               limits.waiting_max, limits.waiting_per_address_max);
}

bool LoginTurns::has_place(const LoginKeys& login) const {
  const Part& part = part_of(login);
  if (login.counts_address && part.count_of(login.address) >= limits_.waiting_per_address_max) return false;
  if (waiting() >= limits_.waiting_max) return false;
  return login.is_known || others_.waiting.size() < limits_.waiting_max - limits_.waiting_for_known;
}

std::uint64_t LoginTurns::add(const LoginKeys& login) {
  MADANG_CHECK(has_place(login), "{} logins wait", waiting());
  Part& part = login.is_known ? known_ : others_;
  part.waiting.push_back(
      {.round = part.next_round_of(login.address), .id = ++last_id_, .address = login.address});
  return last_id_;
}

std::optional<std::uint64_t> LoginTurns::take() {
  if (waiting() == 0) return std::nullopt;
  const bool takes_known = others_.waiting.empty() || (is_turn_of_known_ && !known_.waiting.empty());
  is_turn_of_known_ = !takes_known;
  return takes_known ? known_.take() : others_.take();
}

bool LoginTurns::remove(std::uint64_t id) { return known_.remove(id) || others_.remove(id); }

std::uint64_t LoginTurns::Part::next_round_of(const Hash128& address) const {
  std::uint64_t round = served_round;
  for (const Waiting& one : waiting)
    if (one.address == address) round = std::max(round, one.round);
  return round + 1;
}

std::size_t LoginTurns::Part::count_of(const Hash128& address) const {
  return static_cast<std::size_t>(std::ranges::count(waiting, address, &Waiting::address));
}

std::uint64_t LoginTurns::Part::take() {
  const auto turn = [](const Waiting& one) { return std::tuple(one.round, one.id); };
  const auto next = std::ranges::min_element(waiting, {}, turn);
  const std::uint64_t id = next->id;
  served_round = next->round;
  waiting.erase(next);
  return id;
}

bool LoginTurns::Part::remove(std::uint64_t id) {
  return std::erase_if(waiting, [&](const Waiting& one) { return one.id == id; }) > 0;
}

}  // namespace madang::keeper
