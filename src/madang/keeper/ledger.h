// Ledger: the law of transfers, for the holdings that a few transfers touch. Pure; one thread.
//
// A store collects what its transfers touch (`touched_by`), loads that into a ledger (`load`), applies the
// transfers in their order, and writes what changed. So the law stands here once, for every kind of store.
//
// The law:
//   1. Nobody but the system has less than nothing after a transfer. Within a transfer the order of counted
//      movements means nothing: who gives on what it gets may have nothing before.
//   2. A count is from 1 to 2^63 - 1, and no holding leaves the range of int64.
//   3. A single thing moves only from the holder that has it. It comes from the system once, and is gone for
//      ever when it goes back there.
//   4. A movement has two different holders, and a kind that the game has told the store.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "madang/keeper/transfer.h"

namespace madang::keeper {

/// A kind of thing, as the game's table names it.
struct Kind {
  static constexpr std::size_t name_bytes_max = 64;

  KindId id = 0;
  std::string name{};      ///< "coin"
  bool is_single = false;  ///< whether each one has an id of its own

  bool operator==(const Kind&) const = default;
};

/// Which law a transfer would break.
enum class Law : std::uint8_t {
  unknown_kind,     ///< the game has told the store no such kind
  wrong_count,      ///< a count below 1, or a single thing with another count than 1
  wrong_thing,      ///< a counted kind with an id of a thing, or a single one without
  unknown_holder,   ///< a type that does not exist, or a system with an id
  same_holder,      ///< from and to are one holder
  not_enough,       ///< a holder would have less than nothing
  overflow,         ///< a holding would leave the range of int64
  thing_elsewhere,  ///< the thing is with another holder, or gone, or does not exist
  thing_exists,     ///< the system issues a thing that was issued before
  nothing_to_move,  ///< no movement, or more than Transfer::movements_max
  long_reason,      ///< a reason of more than Transfer::reason_bytes_max bytes
  other_content,    ///< a transfer with this id and another content is done already
};

struct Violation {
  Law law{};
  TransferId transfer{};
  std::string text{};  ///< one sentence, for the log
};

/// How many things of one kind a holder has.
struct HoldingKey {
  Holder holder;
  KindId kind = 0;
  constexpr auto operator<=>(const HoldingKey&) const = default;
};

struct Thing {
  KindId kind = 0;
  Holder holder;  ///< the system: the thing is gone
  bool operator==(const Thing&) const = default;
};

/// What a few transfers touch.
struct Touched {
  std::set<HoldingKey> holdings;
  std::set<ThingId> things;

  /// Adds what the transfer touches.
  void add(const Transfer& transfer);
};

class Ledger {
 public:
  /// `kinds` must outlive the ledger. Precondition: they are in the order of their ids.
  explicit Ledger(std::span<const Kind> kinds) : kinds_(kinds) {}

  /// Sets a holding as the store has it. What is not loaded is zero.
  void load(const HoldingKey& key, std::int64_t count) { holdings_[key].value = count; }
  /// Sets a thing as the store has it. What is not loaded was never issued.
  void load(const ThingId& id, const Thing& thing) { things_[id].value = thing; }

  /// Returns the law that a transfer breaks by the size of its parts.
  static std::expected<void, Violation> check_sizes(const Transfer& transfer);
  /// Applies a transfer, or returns the law that it would break and changes nothing.
  std::expected<void, Violation> apply(const Transfer& transfer);

  std::int64_t held(const HoldingKey& key) const;
  /// Returns nothing if the thing was never issued.
  std::optional<Thing> thing(const ThingId& id) const;

  /// Calls the function with each holding that a transfer has changed, in the order of the keys.
  template <class Function>
  void for_each_changed_holding(Function function) const {
    for (const auto& [key, entry] : holdings_)
      if (entry.is_changed) function(key, entry.value);
  }
  /// Calls the function with each thing that a transfer has changed, in the order of the ids.
  template <class Function>
  void for_each_changed_thing(Function function) const {
    for (const auto& [id, entry] : things_)
      if (entry.is_changed) function(id, entry.value);
  }

 private:
  template <class Value>
  struct Entry {
    Value value{};
    bool is_changed = false;
  };
  struct Step;

  const Kind* kind_of(KindId id) const;

  std::span<const Kind> kinds_;
  std::map<HoldingKey, Entry<std::int64_t>> holdings_;
  std::map<ThingId, Entry<Thing>> things_;
};

}  // namespace madang::keeper
