#include "madang/keeper/store.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "madang/base/check.h"
#include "madang/base/text.h"

namespace madang::keeper {

namespace {

/// Turns batches into changes, by what the tables answered. It knows the law, and no database.
class Commit {
 public:
  /// `leases`: what this process knows of the worlds that it has taken.
  Commit(std::span<const Kind> kinds, Answer& answer, const std::map<Lease, Held>& leases)
      : ledger_(kinds), answer_(answer), leases_(leases) {
    for (const auto& [key, count] : answer.holdings) ledger_.load(key, count);
    for (const auto& [id, thing] : answer.things) ledger_.load(id, thing);
  }

  StoreResult<void> add(const Batch& batch) {
    const auto found = answer_.worlds.find(batch.lease.world);
    if (found == answer_.worlds.end() || found->second.epoch != batch.lease.epoch)
      return refused(StoreFault::lost_lease,
                     fmt::format("world {}: another server has taken it; the lease {} of this one is over",
                                 batch.lease.world.value, batch.lease.epoch));
    if (auto checked = check_sizes(batch); !checked) return checked;
    WorldRow& world = found->second;
    const auto found_lease = leases_.find(batch.lease);
    const Held held = found_lease == leases_.end() ? Held{} : found_lease->second;
    if (world.tick < held.stored_tick)
      return refused(
          StoreFault::damaged,
          fmt::format(
              "world {}: the database has gone back to tick {}, and tick {} was stored: is it an old copy?",
              world.id.value, world.tick, held.stored_tick));
    // Only a batch of this lease can come again.
    if (batch.tick <= held.leased_tick || batch.tick > Batch::tick_max)
      return refused(StoreFault::out_of_order,
                     fmt::format("world {}: a batch of tick {}, which is not behind tick {}", world.id.value,
                                 batch.tick, held.leased_tick));
    std::uint64_t tick = world.tick + 1;
    for (const Transfer& transfer : batch.transfers)
      if (auto added = add(transfer, batch, world, tick); !added) return added;
    if (batch.tick <= world.tick) {  // the batch comes again: it was stored with all its saves
      counts_.saves_outdated += batch.characters.size();
      return {};
    }
    for (const CharacterSave& save : batch.characters)
      if (auto added = add(save, batch); !added) return added;
    world.tick = batch.tick;
    if (batch.world_image) changes_.world_images[world.id] = *batch.world_image;
    return {};
  }

  const Changes& finish() {
    for (auto& [id, world] : answer_.worlds) changes_.worlds.push_back(world);
    ledger_.for_each_changed_holding(
        [&](const HoldingKey& key, std::int64_t count) { changes_.holdings.emplace_back(key, count); });
    ledger_.for_each_changed_thing(
        [&](const ThingId& id, const Thing& thing) { changes_.things.emplace_back(id, thing); });
    for (auto& [id, row] : saved_) changes_.characters.push_back(std::move(row));
    return changes_;
  }

  const Committed& counts() const { return counts_; }

 private:
  static StoreResult<void> check_sizes(const Batch& batch) {
    const auto too_large = [&](const std::string& what, std::size_t size, std::size_t size_max) {
      return refused(StoreFault::too_large,
                     fmt::format("world {}, tick {}: {} has {} bytes; at most {}", batch.lease.world.value,
                                 batch.tick, what, size, size_max));
    };
    std::size_t size = batch.world_image ? batch.world_image->size() : 0;
    if (size > Batch::image_bytes_max) return too_large("the world's image", size, Batch::image_bytes_max);
    for (const CharacterSave& save : batch.characters) {
      if (save.image.size() > CharacterSave::image_bytes_max)
        return too_large(fmt::format("the image of character {}", save.character.value), save.image.size(),
                         CharacterSave::image_bytes_max);
      size += save.image.size();
    }
    for (const Transfer& transfer : batch.transfers) size += transfer.movements.size() * sizeof(Movement);
    if (size > Batch::bytes_max) return too_large("a batch", size, Batch::bytes_max);
    return {};
  }

  /// `tick` is the first one that the transfer may have.
  StoreResult<void> add(const Transfer& transfer, const Batch& batch, WorldRow& world, std::uint64_t& tick) {
    if (auto checked = Ledger::check_sizes(transfer); !checked) return violated(std::move(checked.error()));
    std::vector<std::byte> content = encode(transfer);
    if (const auto done = answer_.done.find(transfer.id); done != answer_.done.end()) {
      if (done->second == content) {
        ++counts_.repeated;
        return {};
      }
      return violated({Law::other_content, transfer.id,
                       fmt::format("transfer {} ({}): another one with this id is done already",
                                   text_of(transfer.id), shown(transfer.reason))});
    }
    if (transfer.tick < tick || transfer.tick > batch.tick)
      return refused(StoreFault::out_of_order,
                     fmt::format("transfer {} is of tick {}, where one of the ticks {} to {} must be",
                                 text_of(transfer.id), transfer.tick, tick, batch.tick));
    tick = transfer.tick;
    if (auto applied = ledger_.apply(transfer); !applied) return violated(std::move(applied.error()));
    JournalEntry entry{world.id, ++world.entries, world.epoch, transfer.id, std::move(content), {}};
    entry.hash = world.head = chained(world.head, entry);
    answer_.done[transfer.id] = entry.content;
    changes_.entries.push_back(std::move(entry));
    ++counts_.transfers;
    return {};
  }

  StoreResult<void> add(const CharacterSave& save, const Batch& batch) {
    if (save.tick > batch.tick)
      return refused(StoreFault::out_of_order,
                     fmt::format("character {} is saved at tick {}, in a batch up to tick {}",
                                 save.character.value, save.tick, batch.tick));
    const auto found = answer_.characters.find(save.character);
    CharacterRow row = found == answer_.characters.end() ? CharacterRow{save.character} : found->second;
    if (row.world == batch.lease.world && row.tick > save.tick) {
      ++counts_.saves_outdated;
      return {};
    }
    const bool is_nowhere = !row.world;
    if (row.world != batch.lease.world && !(is_nowhere && save.stay == Stay::enters))
      return refused(StoreFault::held_elsewhere,
                     fmt::format("character {} is in world {}, so world {} cannot save it",
                                 save.character.value, row.world.value, batch.lease.world.value));
    row.world = save.stay == Stay::leaves ? WorldId{} : batch.lease.world;
    row.tick = save.tick;
    row.version = save.version;
    answer_.characters[save.character] = row;
    row.image = save.image;
    saved_[save.character] = std::move(row);
    ++counts_.characters;
    return {};
  }

  static StoreResult<void> violated(Violation violation) {
    StoreError error{.fault = StoreFault::violation, .text = violation.text};
    error.violation = std::move(violation);
    return std::unexpected(std::move(error));
  }

  Ledger ledger_;
  Answer& answer_;
  const std::map<Lease, Held>& leases_;
  Changes changes_;
  std::map<CharacterId, CharacterRow> saved_;
  Committed counts_;
};

Query query_of(std::span<const Batch> batches) {
  Query query;
  for (const Batch& batch : batches) {
    query.worlds.insert(batch.lease.world);
    for (const CharacterSave& save : batch.characters) query.characters.insert(save.character);
    for (const Transfer& transfer : batch.transfers) {
      query.transfers.insert(transfer.id);
      query.touched.add(transfer);
    }
  }
  return query;
}

/// How often a commit is tried when another server was faster, or when its outcome is unknown.
constexpr int attempts_max = 5;

/// Returns whether a commit that ended with this fault has the same answer after an unknown outcome. The law
/// and the fence do: they have read what the earlier attempt has left.
bool says_the_truth(StoreFault fault) {
  switch (fault) {
    case StoreFault::lost_lease:
    case StoreFault::out_of_order:
    case StoreFault::held_elsewhere:
    case StoreFault::too_large:
    case StoreFault::violation:
    case StoreFault::damaged:
    case StoreFault::io_failed: return true;
    default: return false;
  }
}

/// Checks the last entries of each journal. All of them would take too long at a start: that is the audit.
StoreResult<void> check_ends(Tables& tables) {
  constexpr std::uint64_t checked_max = 1'000;
  auto worlds = tables.worlds();
  if (!worlds) return std::unexpected(std::move(worlds.error()));
  for (const WorldRow& world : *worlds) {
    const std::uint64_t first = world.entries > checked_max ? world.entries - checked_max : 1;
    std::optional<Hash> head;  // of the entry before
    if (first == 1) head.emplace();
    std::uint64_t next = first;
    bool is_chain = true;
    auto read = tables.for_each_entry(world.id, first, [&](const JournalEntry& entry) {
      is_chain = entry.number == next && (!head || chained(*head, entry) == entry.hash);
      head = entry.hash;
      next += is_chain;
      return is_chain;
    });
    if (!read) return read;
    if (!is_chain || next != world.entries + 1 || head != world.head)
      return refused(StoreFault::damaged,
                     fmt::format("the journal of world \"{}\" was changed near entry {}: run the audit",
                                 world.name, next));
  }
  return {};
}

/// Returns the kinds of the store and of the game together, in the order of their ids.
StoreResult<std::vector<Kind>> united(std::vector<Kind> kinds, std::span<const Kind> of_game,
                                      std::vector<Kind>& added) {
  for (const Kind& kind : of_game) {
    if (kind.id == 0 || !is_presentable(kind.name, Kind::name_bytes_max))
      return refused(StoreFault::other_kinds, fmt::format("kind {} (\"{}\"): a kind has a number from 1 on, "
                                                          "and a name of 1 to {} bytes that can be shown",
                                                          kind.id, shown(kind.name), Kind::name_bytes_max));
    const auto stored = std::ranges::find(kinds, kind.id, &Kind::id);
    if (stored == kinds.end()) {
      added.push_back(kind);
      kinds.push_back(kind);
    } else if (*stored != kind) {
      const auto described = [](const Kind& one) {
        return fmt::format("\"{}\" ({})", one.name, one.is_single ? "single things" : "counted");
      };
      return refused(
          StoreFault::other_kinds,
          fmt::format("kind {} is {} in the store, and {} in the game; give the new kind another number",
                      kind.id, described(*stored), described(kind)));
    }
  }
  std::ranges::sort(kinds, {}, &Kind::id);
  std::ranges::sort(added, {}, &Kind::id);  // two servers that add kinds at once lock them in one order
  return kinds;
}

}  // namespace

Store::Store(std::unique_ptr<Tables> tables, std::vector<Kind> kinds)
    : tables_(std::move(tables)), kinds_(std::move(kinds)) {}

StoreResult<Store> Store::open(std::unique_ptr<Tables> tables, std::span<const Kind> kinds) {
  auto stored = tables->kinds();
  if (!stored) return std::unexpected(std::move(stored.error()));
  std::vector<Kind> added;
  auto all = united(std::move(*stored), kinds, added);
  if (!all) return std::unexpected(std::move(all.error()));
  if (!added.empty())
    if (auto done = tables->add_kinds(added); !done) return std::unexpected(std::move(done.error()));
  if (auto checked = tables->at_one_moment([&] { return check_ends(*tables); }); !checked)
    return std::unexpected(std::move(checked.error()));
  return Store(std::move(tables), std::move(*all));
}

StoreResult<Committed> Store::commit(std::span<const Batch> batches) {
  const Query query = query_of(batches);
  std::optional<StoreError> unknown;
  for (int attempt = 1;; ++attempt) {
    auto committed = commit_once(query, batches);
    // What another server has made while this one waited for its rows is seen by the next attempt only.
    if (!committed && committed.error().fault == StoreFault::violation && attempt == 1) continue;
    if (committed || says_the_truth(committed.error().fault)) return committed;
    // An unknown outcome is asked for: what was stored is found as done, and what was not is done now.
    const StoreFault fault = committed.error().fault;
    if (fault == StoreFault::unknown_outcome) unknown = committed.error();
    const bool goes_on = fault == StoreFault::unknown_outcome || fault == StoreFault::try_again;
    if (goes_on && attempt < attempts_max) continue;
    // "Nothing was done" is true of the last attempt only.
    return unknown ? std::unexpected(std::move(*unknown)) : std::move(committed);
  }
}

StoreResult<Committed> Store::commit_once(const Query& query, std::span<const Batch> batches) {
  auto answer = ask(&Tables::begin, query);
  if (!answer) return std::unexpected(answer.error());
  Commit commit(kinds_, *answer, leases_);
  for (const Batch& batch : batches) {
    if (auto added = commit.add(batch); !added) {
      tables_->roll_back();
      return noted(StoreResult<Committed>(std::unexpected(std::move(added.error()))));
    }
  }
  if (auto done = ask(&Tables::commit, commit.finish()); !done) return std::unexpected(done.error());
  for (const Batch& batch : batches)
    if (const auto held = leases_.find(batch.lease); held != leases_.end())
      held->second.stored_tick = std::max(held->second.stored_tick, batch.tick);
  return commit.counts();
}

template <class... Arguments, class T, class... Given>
StoreResult<T> Store::ask(StoreResult<T> (Tables::*member)(Arguments...), Given&&... given) {
  if (failure_) return std::unexpected(*failure_);
  return noted((*tables_.*member)(std::forward<Given>(given)...));
}

StoreResult<WorldRow> Store::lease(std::string_view world_name) {
  if (world_name.size() > world_name_bytes_max)
    return refused(StoreFault::too_large, fmt::format("the name of a world has {} bytes; at most {}",
                                                      world_name.size(), world_name_bytes_max));
  // Each database takes other names, so a store takes those that all of them take.
  if (!world_name.empty() && !is_presentable(world_name, world_name_bytes_max))
    return refused(StoreFault::bad_name,
                   fmt::format("\"{}\" cannot be the name of a world", shown(world_name)));
  auto row = ask(&Tables::lease, world_name);
  if (row) {
    std::erase_if(leases_, [&](const auto& entry) { return entry.first.world == row->id; });
    leases_[{row->id, row->epoch}] = {row->tick, row->tick};
  }
  return row;
}
StoreResult<std::uint64_t> Store::reserve_numbers(std::uint64_t count) {
  MADANG_CHECK(count > 0 && count <= numbers_max, "{} numbers at once", count);
  return ask(&Tables::reserve_numbers, count);
}
StoreResult<bool> Store::is_done(TransferId id) { return ask(&Tables::is_done, id); }
StoreResult<std::optional<CharacterRow>> Store::character(CharacterId id) {
  return ask(&Tables::character, id);
}
StoreResult<std::vector<CharacterRow>> Store::characters_in(WorldId world) {
  return ask(&Tables::characters_in, world);
}
StoreResult<std::vector<std::pair<HoldingKey, std::int64_t>>> Store::holdings_of(const Holder& holder) {
  return ask(&Tables::holdings_of, holder);
}
StoreResult<std::vector<std::pair<ThingId, Thing>>> Store::things_of(const Holder& holder) {
  return ask(&Tables::things_of, holder);
}
StoreResult<void> Store::history(const Subject& subject,
                                 const std::function<bool(const HistoryEntry&)>& function) {
  if (failure_) return std::unexpected(*failure_);
  return noted(tables_->at_one_moment([&] { return history_of(*tables_, subject, function); }));
}
StoreResult<void> Store::back_up(const std::string& path) { return ask(&Tables::back_up, path); }
StoreResult<Audit> Store::audit(const std::function<bool(std::uint64_t)>& progress) {
  if (failure_) return std::unexpected(*failure_);
  Audit audit;
  auto read = noted(tables_->at_one_moment([&]() -> StoreResult<void> {
    auto kinds = tables_->kinds();  // another server may have added some
    if (!kinds) return std::unexpected(std::move(kinds.error()));
    auto done = keeper::audit(*tables_, *kinds, progress);
    if (!done) return std::unexpected(std::move(done.error()));
    audit = std::move(*done);
    return {};
  }));
  if (!read) return std::unexpected(std::move(read.error()));
  return audit;
}

}  // namespace madang::keeper
