#include "madang/keeper/budget_table.h"

#include <algorithm>

#include "madang/base/check.h"

namespace madang::keeper {

BudgetTable::BudgetTable(const Budget& budget, std::size_t entries_max)
    : budget_(budget), entries_max_(entries_max) {
  MADANG_CHECK(entries_max > 0);
}

bool BudgetTable::has(const Hash128& key, Time now) const {
  const auto found = full_at_.find(key);
  const Time full_at = found == full_at_.end() ? now : std::max(found->second, now);
  return full_at + interval() - now <= interval() * budget_.burst;
}

void BudgetTable::charge(const Hash128& key, Time now) {
  while (!by_fullness_.empty() && std::get<Time>(*by_fullness_.begin()) <= now) remove_fullest();
  const auto found = full_at_.find(key);
  if (found == full_at_.end() && full_at_.size() == entries_max_) remove_fullest();
  set(key, (found == full_at_.end() ? now : found->second) + interval());
}

void BudgetTable::refund(const Hash128& key) {
  const auto found = full_at_.find(key);
  if (found != full_at_.end()) set(key, found->second - interval());
}

void BudgetTable::set(const Hash128& key, Time full_at) {
  const auto [entry, is_new] = full_at_.try_emplace(key, full_at);
  if (!is_new) by_fullness_.erase(place_of(key, entry->second));
  entry->second = full_at;
  by_fullness_.insert(place_of(key, full_at));
}

void BudgetTable::remove_fullest() {
  const auto fullest = by_fullness_.begin();
  full_at_.erase(Hash128{std::get<1>(*fullest), std::get<2>(*fullest)});
  by_fullness_.erase(fullest);
}

}  // namespace madang::keeper
