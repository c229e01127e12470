#include "madang/net/sanctions.h"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "madang/net/origin.h"

namespace madang::net {

namespace {

std::optional<Origin> origin_of(const std::optional<io::Address>& address) {
  return address ? std::optional(Origin(*address)) : std::nullopt;
}

}  // namespace

bool Sanction::is_about(std::string_view player, const io::Address& from) const {
  return name == player || (address && Origin(*address) == Origin(from));
}

std::string Sanction::until_text() const {
  return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(static_cast<std::time_t>(until_ms / 1000)));
}

std::string Sanction::words() const {
  const std::string_view what = kind == Kind::ban ? "you are banned" : "you cannot speak";
  return fmt::format("{} until {}{}{}", what, until_text(), reason.empty() ? "" : ": ", reason);
}

std::optional<std::uint64_t> Sanctions::add(Sanction sanction, Time now) {
  const std::lock_guard lock(mutex_);
  forget_ended(now);
  std::erase_if(all_, [&](const Sanction& other) {
    return other.kind == sanction.kind && other.name == sanction.name &&
           origin_of(other.address) == origin_of(sanction.address);
  });
  const bool has_capacity = all_.size() < max_;
  if (has_capacity) {
    sanction.id = ++last_id_;
    all_.push_back(std::move(sanction));
  }
  recount();
  return has_capacity ? std::optional(last_id_) : std::nullopt;
}

std::optional<Sanction> Sanctions::lift(std::uint64_t id, Time now) {
  const std::lock_guard lock(mutex_);
  forget_ended(now);
  const auto found = std::ranges::find(all_, id, &Sanction::id);
  if (found == all_.end()) return std::nullopt;
  Sanction lifted = std::move(*found);
  all_.erase(found);
  recount();
  return lifted;
}

std::optional<Sanction> Sanctions::find(Sanction::Kind kind, std::string_view name, const io::Address& from,
                                        Time now) const {
  if (counts_[static_cast<std::size_t>(kind)].load(std::memory_order_relaxed) == 0) return std::nullopt;
  const std::lock_guard lock(mutex_);
  for (const Sanction& one : all_)
    if (one.kind == kind && one.until > now && one.is_about(name, from)) return one;
  return std::nullopt;
}

std::vector<Sanction> Sanctions::list(Time now) const {
  const std::lock_guard lock(mutex_);
  std::vector<Sanction> found;
  std::ranges::copy_if(all_, std::back_inserter(found), [&](const Sanction& one) { return one.until > now; });
  return found;
}

std::size_t Sanctions::count(Sanction::Kind kind, Time now) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::ranges::count_if(all_, [&](const Sanction& one) { return one.kind == kind && one.until > now; }));
}

void Sanctions::forget_ended(Time now) {
  std::erase_if(all_, [&](const Sanction& one) { return one.until <= now; });
}

void Sanctions::recount() {
  for (const Sanction::Kind kind : {Sanction::Kind::mute, Sanction::Kind::ban})
    counts_[static_cast<std::size_t>(kind)] =
        static_cast<std::size_t>(std::ranges::count(all_, kind, &Sanction::kind));
  version_.fetch_add(1);
}

}  // namespace madang::net
