// Tables: what a kind of database has to do for a Store. The law is not here, but in Store and Ledger.
//
// A commit takes two calls: `begin` starts a transaction and reads all that it needs; `commit` writes all
// changes and makes them durable. Between them nobody else changes what was read. Every call either does
// everything or changes nothing, except that `commit` may return unknown_outcome. When other servers use the
// database at the same time, `begin` and `commit` may return try_again: the transaction has ended without a
// change, and the caller begins anew.
//
// After io_failed, only the destructor is called. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "madang/keeper/batch.h"
#include "madang/keeper/journal.h"
#include "madang/keeper/ledger.h"
#include "madang/keeper/store_error.h"

namespace madang::keeper {

struct WorldRow {
  WorldId id;
  std::string name{};
  std::uint64_t epoch = 0;    ///< of its last lease
  std::uint64_t tick = 0;     ///< the last one that is stored
  std::uint64_t entries = 0;  ///< of the journal
  Hash head{};                ///< of the last entry
  std::vector<std::byte> image{};
};

struct CharacterRow {
  CharacterId id;
  WorldId world{};  ///< zero: it is in no world
  std::uint64_t tick = 0;
  std::uint32_t version = 0;
  std::vector<std::byte> image{};

  bool operator==(const CharacterRow&) const = default;
};

/// What a commit reads.
struct Query {
  std::set<WorldId> worlds;
  Touched touched;
  std::set<TransferId> transfers;
  std::set<CharacterId> characters;
};

struct Answer {
  std::map<WorldId, WorldRow> worlds;  ///< without their images
  std::vector<std::pair<HoldingKey, std::int64_t>> holdings;
  std::vector<std::pair<ThingId, Thing>> things;
  std::map<TransferId, std::vector<std::byte>> done;  ///< the contents of those that are in the journal
  std::map<CharacterId, CharacterRow> characters;     ///< without their images
};

/// What a commit writes. All rows but the entries are in the order of their keys.
struct Changes {
  std::vector<WorldRow> worlds;  ///< without their names and images
  std::map<WorldId, std::vector<std::byte>> world_images;
  std::vector<std::pair<HoldingKey, std::int64_t>> holdings;  ///< a count of zero: no row
  std::vector<std::pair<ThingId, Thing>> things;
  std::vector<JournalEntry> entries;
  std::vector<CharacterRow> characters;
};

class AccountTables;

class Tables {
 public:
  virtual ~Tables() = default;

  virtual StoreResult<std::vector<Kind>> kinds() = 0;
  virtual StoreResult<void> add_kinds(std::span<const Kind> kinds) = 0;

  /// Returns the world with a new epoch. A name that the store does not know gets a new world.
  virtual StoreResult<WorldRow> lease(std::string_view world_name) = 0;
  /// Numbers end here, far beyond what a server can give.
  static constexpr std::int64_t numbers_end = std::int64_t{1} << 62;
  /// Returns the first of `count` numbers that no call has returned before, from 1 on. Precondition: `count`
  /// is 1 to Store::numbers_max.
  virtual StoreResult<std::uint64_t> reserve_numbers(std::uint64_t count) = 0;

  virtual StoreResult<Answer> begin(const Query& query) = 0;
  /// Ends the transaction of `begin`.
  virtual StoreResult<void> commit(const Changes& changes) = 0;
  /// Ends the transaction of `begin` without a change.
  virtual void roll_back() = 0;

  /// Calls a function that only reads. What it reads is of one moment, also while other servers write. So it
  /// is not connected again when the line breaks: then it returns unreachable.
  virtual StoreResult<void> at_one_moment(const std::function<StoreResult<void>()>& function) {
    return function();  // of a database that nobody else uses
  }

  virtual StoreResult<std::vector<WorldRow>> worlds() = 0;
  virtual StoreResult<bool> is_done(TransferId id) = 0;
  virtual StoreResult<std::optional<CharacterRow>> character(CharacterId id) = 0;
  virtual StoreResult<std::vector<CharacterRow>> characters_in(WorldId world) = 0;
  virtual StoreResult<std::vector<std::pair<HoldingKey, std::int64_t>>> holdings_of(const Holder& holder) = 0;
  virtual StoreResult<std::vector<std::pair<ThingId, Thing>>> things_of(const Holder& holder) = 0;

  /// Calls a function with each row, and stops when it returns false. The order is that of the keys.
  virtual StoreResult<void> for_each_holding(
      const std::function<bool(const HoldingKey&, std::int64_t)>& function) = 0;
  virtual StoreResult<void> for_each_thing(
      const std::function<bool(const ThingId&, const Thing&)>& function) = 0;
  /// Entries of a world from `first` on.
  virtual StoreResult<void> for_each_entry(WorldId world, std::uint64_t first,
                                           const std::function<bool(const JournalEntry&)>& function) = 0;
  virtual StoreResult<std::uint64_t> count_characters() = 0;

  /// Returns the tables of accounts in the same database.
  virtual AccountTables& accounts() = 0;

  /// Writes a copy of everything, as it is now, to a new file, and flushes it.
  virtual StoreResult<void> back_up(const std::string& path) = 0;
};

}  // namespace madang::keeper
