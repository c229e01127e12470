// A random history of what a world gives to a store, and what the store must have after each of its batches.
// The model shares no code with the ledger.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "madang/base/random.h"
#include "madang/keeper/store.h"

namespace madang::keeper {

inline constexpr KindId coin = 1, arrow = 2, sword = 3;
inline const std::vector<Kind> kinds_of_game{
    {coin, "coin", false}, {arrow, "arrow", false}, {sword, "sword", true}};

/// All that a store has of a world.
struct Kept {
  std::map<HoldingKey, std::int64_t> holdings{};
  std::map<ThingId, Thing> things{};
  std::map<CharacterId, CharacterRow> characters{};
  std::vector<std::byte> image{};
  std::uint64_t transfers = 0;

  bool operator==(const Kept&) const = default;
};

/// Reads all that the store has of a world.
inline Kept kept_in(Tables& tables, WorldId world) {
  Kept kept;
  const auto must = [](auto result) { MADANG_CHECK(result, "{}", result.error().text); };
  must(tables.for_each_holding([&](const HoldingKey& key, std::int64_t count) {
    kept.holdings[key] = count;
    return true;
  }));
  must(tables.for_each_thing([&](const ThingId& id, const Thing& thing) {
    kept.things[id] = thing;
    return true;
  }));
  must(tables.for_each_entry(world, 1, [&](const JournalEntry&) { return ++kept.transfers > 0; }));
  for (const CharacterId id :
       {CharacterId{1}, CharacterId{2}, CharacterId{3}, CharacterId{4}, CharacterId{5}})
    if (auto row = tables.character(id); row && *row) kept.characters[id] = **row;
  const auto worlds = tables.worlds();
  for (const WorldRow& row : *worlds)
    if (row.id == world) kept.image = row.image;
  return kept;
}

class History {
 public:
  static constexpr std::uint64_t characters = 5;

  explicit History(std::uint64_t seed) : random_(seed) {}

  /// Adds a batch: the next one or two ticks. Batch number n is of the ticks up to `tick_of(n)`.
  const Batch& add(std::size_t transfers_max = 6) {
    Batch batch;
    const std::uint64_t ticks = 1 + random_.below(2);
    for (std::uint64_t i = 0; i < ticks; ++i) {
      ++tick_;
      for (std::uint32_t n = random_.below(static_cast<std::uint32_t>(transfers_max)); n > 0; --n)
        if (auto transfer = random_transfer()) batch.transfers.push_back(*transfer);
      walk(batch);
    }
    batch.tick = tick_;
    if (random_.chance(1, 4)) batch.world_image = now_.image = random_bytes();
    batches_.push_back(std::move(batch));
    states_.push_back(now_);
    return batches_.back();
  }

  const std::vector<Batch>& batches() const { return batches_; }
  /// Returns batch number n under a lease.
  Batch batch(std::size_t n, Lease lease) const {
    Batch batch = batches_.at(n);
    batch.lease = lease;
    return batch;
  }
  std::uint64_t tick_of(std::size_t n) const { return batches_.at(n).tick; }
  /// Returns what the store must have after the first `count` batches.
  Kept after(std::size_t count, WorldId world) const {
    Kept kept = count == 0 ? Kept{} : states_.at(count - 1);
    for (auto& [id, row] : kept.characters)
      if (row.world) row.world = world;
    return kept;
  }

 private:
  Holder random_holder() {
    const CharacterId character{1 + random_.below(characters)};
    switch (random_.below(6)) {
      case 0: return Holder::ground_of({1});
      case 1: return Holder::mailbox_of(character);
      case 2: return {HolderType::trade, {7, 7}};
      default: return Holder::of(character);
    }
  }

  std::optional<Transfer> random_transfer() {
    Transfer transfer{{tick_, ++number_}, tick_, "test", {}};
    for (std::uint32_t n = 1 + random_.below(3); n > 0; --n) {
      const Holder to = random_holder();
      const KindId kind = random_.chance(1, 2) ? coin : arrow;
      switch (random_.below(5)) {
        case 0: move(transfer, {Holder::system(), to, kind, 1 + random_.below(100), {}}); break;
        case 1: {
          const ThingId id{next_thing_ % 3, ++next_thing_};
          move_thing(transfer, {Holder::system(), to, sword, 1, id});
          break;
        }
        case 2:
          if (!now_.things.empty()) {
            auto thing = now_.things.begin();
            std::advance(thing, random_.below(static_cast<std::uint32_t>(now_.things.size())));
            if (thing->second.holder.type != HolderType::system)
              move_thing(transfer, {thing->second.holder, random_.chance(1, 6) ? Holder::system() : to, sword,
                                    1, thing->first});
          }
          break;
        default:
          if (const Holder from = random_holder(); now_.holdings.contains({from, kind})) {
            const auto all = static_cast<std::uint32_t>(now_.holdings[{from, kind}]);
            move(transfer,
                 {from, random_.chance(1, 8) ? Holder::system() : to, kind, 1 + random_.below(all), {}});
          }
      }
    }
    if (transfer.movements.empty()) return std::nullopt;
    ++now_.transfers;
    return transfer;
  }

  void change(const Holder& holder, KindId kind, std::int64_t count) {
    auto& held = now_.holdings[{holder, kind}];
    held += count;
    if (held == 0) now_.holdings.erase({holder, kind});
  }
  void move(Transfer& transfer, const Movement& movement) {
    if (movement.from == movement.to) return;
    change(movement.from, movement.kind, -movement.count);
    change(movement.to, movement.kind, movement.count);
    transfer.movements.push_back(movement);
  }
  void move_thing(Transfer& transfer, const Movement& movement) {
    if (movement.from == movement.to) return;
    if (movement.from == Holder::system()) change(Holder::system(), movement.kind, -1);
    if (movement.to == Holder::system()) change(Holder::system(), movement.kind, 1);
    now_.things[movement.thing] = {movement.kind, movement.to};
    transfer.movements.push_back(movement);
  }

  /// Lets characters enter, walk and leave.
  void walk(Batch& batch) {
    for (std::uint64_t i = 1; i <= characters; ++i) {
      if (!random_.chance(1, 3)) continue;
      const CharacterId id{i};
      CharacterRow& row = now_.characters[id];
      const bool is_here = static_cast<bool>(row.world);
      const Stay stay = !is_here ? Stay::enters : random_.chance(1, 4) ? Stay::leaves : Stay::stays;
      row = {id, stay == Stay::leaves ? WorldId{} : WorldId{1}, tick_, 1 + random_.below(3), random_bytes()};
      batch.characters.push_back({id, stay, tick_, row.version, row.image});
    }
  }

  std::vector<std::byte> random_bytes() {
    std::vector<std::byte> bytes(random_.chance(1, 8) ? 5'000 : random_.below(60));
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random_.next());
    return bytes;
  }

  Random random_;
  std::uint64_t tick_ = 0;
  std::uint64_t number_ = 0;
  std::uint64_t next_thing_ = 1;
  Kept now_;
  std::vector<Batch> batches_;
  std::vector<Kept> states_;
};

}  // namespace madang::keeper
