#include "madang/keeper/ledger.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "madang/base/text.h"

namespace madang::keeper {

namespace {

// Sums of a transfer's movements, each of at most 2^63: the order in which they come means nothing.
__extension__ using Wide = __int128;

bool is_known(const Holder& holder) {
  return std::to_underlying(holder.type) < wire::enumeration<HolderType>.values.size() &&
         (holder.type != HolderType::system || holder == Holder::system());
}
bool is_system(const Holder& holder) { return holder.type == HolderType::system; }

std::unexpected<Violation> broken(Law law, std::string text) {
  return std::unexpected(Violation{.law = law, .text = std::move(text)});
}

}  // namespace

void Touched::add(const Transfer& transfer) {
  for (const Movement& movement : transfer.movements) {
    if (movement.thing) things.insert(movement.thing);
    // Of single things, only the system has a count: how many of them exist.
    for (const Holder& holder : {movement.from, movement.to})
      if (!movement.thing || is_system(holder)) holdings.insert({holder, movement.kind});
  }
}

/// What a transfer has changed so far.
struct Ledger::Step {
  const Ledger& before;
  std::map<HoldingKey, Wide> counts{};
  std::map<ThingId, Thing> things{};

  std::expected<void, Violation> move(const Movement& movement);

 private:
  std::expected<void, Violation> move_thing(const Movement& movement);
  void add(const HoldingKey& key, std::int64_t count);
};

std::expected<void, Violation> Ledger::check_sizes(const Transfer& transfer) {
  if (transfer.reason.size() > Transfer::reason_bytes_max)
    return std::unexpected(
        Violation{Law::long_reason, transfer.id,
                  fmt::format("transfer {}: its reason has {} bytes; at most {}", text_of(transfer.id),
                              transfer.reason.size(), Transfer::reason_bytes_max)});
  if (transfer.movements.empty() || transfer.movements.size() > Transfer::movements_max)
    return std::unexpected(
        Violation{Law::nothing_to_move, transfer.id,
                  fmt::format("transfer {}: it has {} movements; 1 to {} are possible", text_of(transfer.id),
                              transfer.movements.size(), Transfer::movements_max)});
  return {};
}

std::expected<void, Violation> Ledger::apply(const Transfer& transfer) {
  if (auto checked = check_sizes(transfer); !checked) return checked;
  const auto refuse = [&](Violation violation) {
    violation.transfer = transfer.id;
    violation.text =
        fmt::format("transfer {} ({}): {}", text_of(transfer.id), shown(transfer.reason), violation.text);
    return std::unexpected(std::move(violation));
  };

  Step step{*this};
  for (const Movement& movement : transfer.movements)
    if (auto moved = step.move(movement); !moved) return refuse(std::move(moved.error()));
  for (const auto& [key, count] : step.counts) {
    if (count < INT64_MIN || count > INT64_MAX)
      return refuse({Law::overflow,
                     {},
                     fmt::format("{} would have more {} than a count can be", text_of(key.holder),
                                 kind_of(key.kind)->name)});
    if (count < 0 && !is_system(key.holder))
      return refuse({Law::not_enough,
                     {},
                     fmt::format("{} would have {} of kind {}", text_of(key.holder),
                                 static_cast<std::int64_t>(count), kind_of(key.kind)->name)});
  }

  for (const auto& [key, count] : step.counts) holdings_[key] = {static_cast<std::int64_t>(count), true};
  for (const auto& [id, thing] : step.things) things_[id] = {thing, true};
  return {};
}

std::expected<void, Violation> Ledger::Step::move(const Movement& movement) {
  const Kind* kind = before.kind_of(movement.kind);
  if (kind == nullptr) return broken(Law::unknown_kind, fmt::format("there is no kind {}", movement.kind));
  if (!is_known(movement.from) || !is_known(movement.to))
    return broken(Law::unknown_holder,
                  fmt::format("{} gives to {}", text_of(movement.from), text_of(movement.to)));
  if (movement.from == movement.to)
    return broken(Law::same_holder, fmt::format("{} gives to itself", text_of(movement.from)));
  if (movement.count < 1 || (kind->is_single && movement.count != 1))
    return broken(Law::wrong_count, fmt::format("a count of {} {}", movement.count, kind->name));
  if (kind->is_single != static_cast<bool>(movement.thing))
    return broken(Law::wrong_thing,
                  kind->is_single ? fmt::format("each {} has an id, and the movement has none", kind->name)
                                  : fmt::format("a {} has no id", kind->name));
  if (kind->is_single) return move_thing(movement);
  add({movement.from, movement.kind}, -movement.count);
  add({movement.to, movement.kind}, movement.count);
  return {};
}

std::expected<void, Violation> Ledger::Step::move_thing(const Movement& movement) {
  const auto changed = things.find(movement.thing);
  const std::optional<Thing> thing = changed != things.end() ? changed->second : before.thing(movement.thing);
  const auto named = [&] { return fmt::format("thing {}", text_of(movement.thing)); };
  if (is_system(movement.from)) {
    if (thing) return broken(Law::thing_exists, fmt::format("{} was issued before", named()));
    add({movement.from, movement.kind}, -1);
  } else {
    if (!thing) return broken(Law::thing_elsewhere, fmt::format("{} does not exist", named()));
    if (thing->kind != movement.kind)
      return broken(Law::wrong_thing,
                    fmt::format("{} is of kind {}, not {}", named(), thing->kind, movement.kind));
    if (thing->holder != movement.from)
      return broken(Law::thing_elsewhere, fmt::format("{} is not with {}, but with {}", named(),
                                                      text_of(movement.from), text_of(thing->holder)));
  }
  if (is_system(movement.to)) add({movement.to, movement.kind}, 1);
  things[movement.thing] = {movement.kind, movement.to};
  return {};
}

void Ledger::Step::add(const HoldingKey& key, std::int64_t count) {
  const auto [place, is_new] = counts.try_emplace(key, 0);
  if (is_new) place->second = before.held(key);
  place->second += count;
}

std::int64_t Ledger::held(const HoldingKey& key) const {
  const auto found = holdings_.find(key);
  return found == holdings_.end() ? 0 : found->second.value;
}

std::optional<Thing> Ledger::thing(const ThingId& id) const {
  const auto found = things_.find(id);
  return found == things_.end() ? std::nullopt : std::optional(found->second.value);
}

const Kind* Ledger::kind_of(KindId id) const {
  const auto found = std::ranges::lower_bound(kinds_, id, {}, &Kind::id);
  return found == kinds_.end() || found->id != id ? nullptr : &*found;
}

}  // namespace madang::keeper
