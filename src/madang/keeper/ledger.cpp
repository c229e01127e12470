#include "madang/keeper/ledger.h"

#include <fmt/core.h>

#include <algorithm>

namespace madang::keeper {

namespace {

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
  std::map<HoldingKey, std::int64_t> counts{};
  std::map<ThingId, Thing> things{};

  std::expected<void, Violation> move(const Movement& movement);

 private:
  std::expected<void, Violation> move_thing(const Movement& movement);
  std::expected<void, Violation> add(const HoldingKey& key, std::int64_t count);
};

std::expected<void, Violation> Ledger::apply(const Transfer& transfer) {
  const auto refuse = [&](Violation violation) {
    violation.transfer = transfer.id;
    violation.text =
        fmt::format("transfer {} ({}): {}", text_of(transfer.id), transfer.reason, violation.text);
    return std::unexpected(std::move(violation));
  };
  if (transfer.reason.size() > Transfer::reason_bytes_max)
    return std::unexpected(
        Violation{Law::long_reason, transfer.id,
                  fmt::format("transfer {}: its reason has {} bytes; at most {}", text_of(transfer.id),
                              transfer.reason.size(), Transfer::reason_bytes_max)});
  if (transfer.movements.empty() || transfer.movements.size() > Transfer::movements_max)
    return refuse({Law::nothing_to_move,
                   {},
                   fmt::format("it has {} movements; 1 to {} are possible", transfer.movements.size(),
                               Transfer::movements_max)});

  Step step{*this};
  for (const Movement& movement : transfer.movements)
    if (auto moved = step.move(movement); !moved) return refuse(std::move(moved.error()));
  for (const auto& [key, count] : step.counts)
    if (count < 0 && !is_system(key.holder))
      return refuse(
          {Law::not_enough,
           {},
           fmt::format("{} would have {} of kind {}", text_of(key.holder), count, kind_of(key.kind)->name)});

  for (const auto& [key, count] : step.counts) holdings_[key] = {count, true};
  for (const auto& [id, thing] : step.things) things_[id] = {thing, true};
  return {};
}

std::expected<void, Violation> Ledger::Step::move(const Movement& movement) {
  const Kind* kind = before.kind_of(movement.kind);
  if (kind == nullptr) return broken(Law::unknown_kind, fmt::format("there is no kind {}", movement.kind));
  if (movement.from == movement.to)
    return broken(Law::same_holder, fmt::format("{} gives to itself", text_of(movement.from)));
  if (movement.count < 1 || (kind->is_single && movement.count != 1))
    return broken(Law::wrong_count, fmt::format("a count of {} {}", movement.count, kind->name));
  if (kind->is_single != static_cast<bool>(movement.thing))
    return broken(Law::wrong_thing,
                  kind->is_single ? fmt::format("each {} has an id, and the movement has none", kind->name)
                                  : fmt::format("a {} has no id", kind->name));
  if (kind->is_single) return move_thing(movement);
  if (auto taken = add({movement.from, movement.kind}, -movement.count); !taken) return taken;
  return add({movement.to, movement.kind}, movement.count);
}

std::expected<void, Violation> Ledger::Step::move_thing(const Movement& movement) {
  const auto changed = things.find(movement.thing);
  const std::optional<Thing> thing = changed != things.end() ? changed->second : before.thing(movement.thing);
  const auto named = [&] { return fmt::format("thing {}", text_of(movement.thing)); };
  if (is_system(movement.from)) {
    if (thing) return broken(Law::thing_exists, fmt::format("{} was issued before", named()));
    if (auto issued = add({movement.from, movement.kind}, -1); !issued) return issued;
  } else {
    if (!thing) return broken(Law::thing_elsewhere, fmt::format("{} does not exist", named()));
    if (thing->kind != movement.kind)
      return broken(Law::wrong_thing,
                    fmt::format("{} is of kind {}, not {}", named(), thing->kind, movement.kind));
    if (thing->holder != movement.from)
      return broken(Law::thing_elsewhere, fmt::format("{} is not with {}, but with {}", named(),
                                                      text_of(movement.from), text_of(thing->holder)));
  }
  if (is_system(movement.to))
    if (auto returned = add({movement.to, movement.kind}, 1); !returned) return returned;
  things[movement.thing] = {movement.kind, movement.to};
  return {};
}

std::expected<void, Violation> Ledger::Step::add(const HoldingKey& key, std::int64_t count) {
  const auto [place, is_new] = counts.try_emplace(key, 0);
  if (is_new) place->second = before.held(key);
  if (__builtin_add_overflow(place->second, count, &place->second))
    return broken(Law::overflow, fmt::format("{} would have more of kind {} than a count can be",
                                             text_of(key.holder), key.kind));
  return {};
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
