// Store: what is kept: characters, worlds and a ledger of all things. The same on every kind of database.
//
// The tick is the transaction. A world gives a Batch of what happened in its ticks, in the order of its
// ticks. `commit` makes batches of several worlds durable at once, or none of them. When it has returned, all
// is flushed to the disk: only then may a client be told that something is its own.
//
// A batch may be committed again, because its sender does not know whether it was stored: it is done once.
// The same transfer with another content is a violation.
//
// A world belongs to one process, that with its last lease. A batch with an older lease changes nothing, so a
// process that was slow or cut off can harm nobody.
//
// Several servers may have one database open, if it is of a kind that allows this. `commit` tries again by
// itself when another server was faster, and when the connection broke in the commit. Then the next attempt
// finds what the earlier one has stored, and counts its transfers as repeated ones. The result is
// unknown_outcome only when the database stays away: commit the same batches again. After lost_lease the
// batches may be stored if an earlier attempt was: `is_done` knows.
//
// Only worlds and saves are fenced. A batch may move the things of any holder: the game makes sure that a
// world moves only what is in it.
//
// A character is in one world or in none. A save says whether it enters, stays or leaves.
//
// After io_failed or damaged the store answers every call with the same fault, because nobody knows what the
// disk has of the last commit. Open the store again: its content is then the truth.
//
// One thread at a time. No call is fast enough for a thread that ticks a world: give it a thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "madang/keeper/audit.h"
#include "madang/keeper/batch.h"
#include "madang/keeper/history.h"
#include "madang/keeper/ledger.h"
#include "madang/keeper/store_error.h"
#include "madang/keeper/tables.h"

namespace madang::keeper {

/// What a commit has done.
struct Committed {
  std::uint64_t transfers = 0;       ///< new ones
  std::uint64_t repeated = 0;        ///< transfers that were done before
  std::uint64_t characters = 0;      ///< saves that were written
  std::uint64_t saves_outdated = 0;  ///< saves that are older than what is stored
};

/// What a process knows of a world that it has taken. A database that knows less has gone back.
struct Held {
  std::uint64_t leased_tick = 0;  ///< the world's last one when it was taken
  std::uint64_t stored_tick = 0;  ///< the last one that the store has acknowledged
};

class Store {
 public:
  /// Opens a store for a game with these kinds of things. New kinds are added to those in the store; a kind
  /// that the game has no more stays. Checks the end of each journal.
  static StoreResult<Store> open(std::unique_ptr<Tables> tables, std::span<const Kind> kinds);

  static constexpr std::size_t world_name_bytes_max = 255;
  /// Takes a world for this process. From now on, batches with its older leases are refused.
  StoreResult<WorldRow> lease(std::string_view world_name);
  static constexpr std::uint64_t numbers_max = std::uint64_t{1} << 32;
  /// Returns the first of `count` numbers that were never returned before, for ids of characters.
  /// Precondition: `count` is 1 to numbers_max (CHECK).
  StoreResult<std::uint64_t> reserve_numbers(std::uint64_t count);

  StoreResult<Committed> commit(std::span<const Batch> batches);
  StoreResult<Committed> commit(const Batch& batch) { return commit(std::span(&batch, 1)); }

  /// Returns whether the transfer is in the journal.
  StoreResult<bool> is_done(TransferId id);
  StoreResult<std::optional<CharacterRow>> character(CharacterId id);
  StoreResult<std::vector<CharacterRow>> characters_in(WorldId world);
  StoreResult<std::vector<std::pair<HoldingKey, std::int64_t>>> holdings_of(const Holder& holder);
  StoreResult<std::vector<std::pair<ThingId, Thing>>> things_of(const Holder& holder);

  /// Reads everything and proves the sums: see audit.h.
  StoreResult<Audit> audit(const std::function<bool(std::uint64_t)>& progress = {});
  /// Tells what a holder gave and got, or where a thing came from and went: see history.h.
  StoreResult<void> history(const Subject& subject, const std::function<bool(const HistoryEntry&)>& function);
  /// Writes a copy of everything, as it is now, to a new file. Commits wait until it is done.
  StoreResult<void> back_up(const std::string& path);
  /// Returns all kinds of things that the store knows, in the order of their ids.
  const std::vector<Kind>& kinds() const { return kinds_; }

 private:
  friend class Accounts;  // it uses the same tables, and fails with them

  Store(std::unique_ptr<Tables> tables, std::vector<Kind> kinds);
  StoreResult<Committed> commit_once(const Query& query, std::span<const Batch> batches);
  /// Calls a member of the tables, unless the store has failed.
  template <class... Arguments, class T, class... Given>
  StoreResult<T> ask(StoreResult<T> (Tables::*member)(Arguments...), Given&&... given);
  /// Keeps a fault that ends the store. A disk that cannot be read gives SQLite wrong bytes: to it, the file
  /// is damaged.
  template <class T>
  StoreResult<T> noted(StoreResult<T> result) {
    if (!result &&
        (result.error().fault == StoreFault::io_failed || result.error().fault == StoreFault::damaged))
      failure_ = result.error();
    return result;
  }

  std::unique_ptr<Tables> tables_;
  std::vector<Kind> kinds_;  ///< in the order of their ids
  std::map<Lease, Held> leases_;
  std::optional<StoreError> failure_;
};

}  // namespace madang::keeper
