#include "madang/keeper/audit.h"

#include <fmt/core.h>

#include <utf8.h>

#include <map>
#include <set>

#include "madang/keeper/account_tables.h"
#include "madang/keeper/accounts.h"
#include "madang/keeper/name_key.h"
#include "madang/keeper/tables.h"
#include "madang/keeper/try.h"

namespace madang::keeper {

namespace {

// Adds without overflow: sums of an edited journal may have any size.
__extension__ using Wide = __int128;

std::int64_t narrow(Wide value) {
  if (value > INT64_MAX) return INT64_MAX;
  if (value < INT64_MIN) return INT64_MIN;
  return static_cast<std::int64_t>(value);
}

class Auditor {
 public:
  Auditor(Tables& tables, const std::vector<Kind>& kinds) : tables_(tables), kinds_(kinds) {
    for (const Kind& kind : kinds) kinds_by_id_[kind.id] = &kind;
  }

  StoreResult<Audit> run(const std::function<bool(std::uint64_t)>& progress) {
    auto worlds = tables_.worlds();
    if (!worlds) return std::unexpected(worlds.error());
    audit_.worlds = worlds->size();
    for (const WorldRow& world : *worlds) {
      auto read = read_journal(world, progress);
      if (!read) return std::unexpected(read.error());
      if (!*read) return std::move(audit_);
    }
    if (auto read = read_holdings(); !read) return std::unexpected(read.error());
    if (auto read = read_things(); !read) return std::unexpected(read.error());
    auto characters = tables_.count_characters();
    if (!characters) return std::unexpected(characters.error());
    audit_.characters = *characters;
    if (auto read = read_accounts(); !read) return std::unexpected(read.error());
    add_sums();
    audit_.is_whole = true;
    return std::move(audit_);
  }

 private:
  /// Where single things must be, by the journal: each movement adds one at its end and takes one at its
  /// start.
  using Places = std::map<Holder, Wide>;
  struct Expected {
    KindId kind = 0;
    std::uint64_t issued = 0;
    Places places{};
  };

  void report(std::string text) {
    ++audit_.violations;
    if (audit_.described.size() < Audit::described_max) audit_.described.push_back(std::move(text));
  }

  StoreResult<bool> read_journal(const WorldRow& world, const std::function<bool(std::uint64_t)>& progress) {
    Hash head;
    std::uint64_t number = 0;
    bool goes_on = true;
    auto read = tables_.for_each_entry(world.id, 1, [&](const JournalEntry& entry) {
      ++number;
      ++audit_.transfers;
      const auto named = [&] {
        return fmt::format("journal of world \"{}\", entry {}", world.name, entry.number);
      };
      if (entry.number != number) {
        report(fmt::format("{}: the entry before it has the number {}", named(), number - 1));
        number = entry.number;
      }
      if (entry.epoch > world.epoch)
        report(fmt::format("{}: its epoch {} was never leased", named(), entry.epoch));
      if (chained(head, entry) != entry.hash)
        report(fmt::format("{}: its hash is not that of its content", named()));
      head = entry.hash;
      const std::optional<Transfer> transfer = decode(entry.content);
      if (!transfer || transfer->id != entry.transfer) {
        report(fmt::format("{}: its content is no transfer with its id", named()));
      } else {
        for (const Movement& movement : transfer->movements) add(movement);
      }
      goes_on = !progress || audit_.transfers % 1024 != 0 || progress(audit_.transfers);
      return goes_on;
    });
    if (!read) return std::unexpected(read.error());
    if (goes_on && (number != world.entries || head != world.head))
      report(fmt::format(
          "journal of world \"{}\": it ends with entry {}, and must end with entry {} and its hash",
          world.name, number, world.entries));
    return goes_on;
  }

  void add(const Movement& movement) {
    const auto kind = kinds_by_id_.find(movement.kind);
    const bool is_single = kind != kinds_by_id_.end() && kind->second->is_single;
    const auto change = [&](const Holder& holder, Wide count) {
      if (!is_single || holder.type == HolderType::system)
        expected_holdings_[{holder, movement.kind}] += count;
      if (is_single) expected_things_[movement.thing].places[holder] += count;
    };
    change(movement.from, -Wide{movement.count});
    change(movement.to, movement.count);
    if (is_single) {
      expected_things_[movement.thing].kind = movement.kind;
      expected_things_[movement.thing].issued += movement.from.type == HolderType::system;
    }
  }

  StoreResult<void> read_holdings() {
    auto read = tables_.for_each_holding([&](const HoldingKey& key, std::int64_t count) {
      const std::string named = fmt::format("{}, kind {}", text_of(key.holder), key.kind);
      const bool is_system = key.holder.type == HolderType::system;
      if (count < 0 && !is_system) report(fmt::format("{}: holds {}, less than nothing", named, count));
      const auto expected = expected_holdings_.find(key);
      const Wide journal = expected == expected_holdings_.end() ? 0 : expected->second;
      if (journal != count)
        report(fmt::format("{}: holds {}, but {} by the journal", named, count, narrow(journal)));
      if (expected != expected_holdings_.end()) expected_holdings_.erase(expected);
      (is_system ? issued_ : held_)[key.kind] += is_system ? -Wide{count} : Wide{count};
      return true;
    });
    if (!read) return read;
    for (const auto& [key, count] : expected_holdings_)
      if (count != 0)
        report(fmt::format("{}, kind {}: holds nothing, but {} by the journal", text_of(key.holder), key.kind,
                           narrow(count)));
    return {};
  }

  StoreResult<void> read_things() {
    auto read = tables_.for_each_thing([&](const ThingId& id, const Thing& thing) {
      const auto expected = expected_things_.find(id);
      if (expected == expected_things_.end()) {
        report(fmt::format("thing {}: is not in the journal", text_of(id)));
      } else {
        check(id, thing, expected->second);
        expected_things_.erase(expected);
      }
      if (thing.holder.type != HolderType::system) {
        ++audit_.things;
        ++held_[thing.kind];
      }
      return true;
    });
    if (!read) return read;
    for (const auto& [id, expected] : expected_things_)
      report(fmt::format("thing {}: is in the journal, and nowhere else", text_of(id)));
    return {};
  }

  void check(const ThingId& id, const Thing& thing, const Expected& expected) {
    if (expected.issued != 1)
      report(fmt::format("thing {}: was issued {} times", text_of(id), expected.issued));
    if (thing.kind != expected.kind)
      report(fmt::format("thing {}: is of kind {}, but {} by the journal", text_of(id), thing.kind,
                         expected.kind));
    const bool is_gone = thing.holder.type == HolderType::system;
    for (const auto& [holder, count] : expected.places) {
      const std::int64_t is_there = holder == thing.holder ? 1 : 0;
      const std::int64_t expected_there = holder.type == HolderType::system ? (is_gone ? 0 : -1) : is_there;
      if (count != expected_there)
        report(fmt::format("thing {}: is with {}, which the journal does not say", text_of(id),
                           text_of(thing.holder)));
    }
    if (!is_gone && !expected.places.contains(thing.holder))
      report(fmt::format("thing {}: is with {}, where it never went by the journal", text_of(id),
                         text_of(thing.holder)));
  }

  StoreResult<void> read_accounts() {
    AccountTables& tables = tables_.accounts();
    auto next = tables.next_number();
    if (!next) return std::unexpected(std::move(next.error()));
    auto version = tables.look_version();
    if (!version) return std::unexpected(std::move(version.error()));
    std::map<std::string, CharacterId, std::less<>> owners;
    MADANG_TRY(tables.for_each_key([&](std::string_view key, CharacterId owner) {
      owners.emplace(key, owner);
      return true;
    }));
    std::set<CharacterId> accounts;
    MADANG_TRY(tables.for_each_account([&](const AccountRow& account) {
      accounts.insert(account.id);
      if (account.id.value >= *next)
        report(fmt::format("account {}: its number was never given", account.id.value));
      // Keys of another version are computed again when the accounts are opened.
      if (*version == look_version) check_keys(account, owners);
      return true;
    }));
    audit_.accounts = accounts.size();
    for (const auto& [key, owner] : owners)
      if (!accounts.contains(owner))
        report(fmt::format("account {}: is not there, but owns a name", owner.value));
    auto lost = tables.count_tokens_without_account();
    if (!lost) return std::unexpected(std::move(lost.error()));
    if (*lost > 0) report(fmt::format("{} resume tokens have no account", *lost));
    return {};
  }

  void check_keys(const AccountRow& account, const std::map<std::string, CharacterId, std::less<>>& owners) {
    if (!utf8::is_valid(account.name.begin(), account.name.end())) {
      report(fmt::format("account {}: its name is not UTF-8", account.id.value));
      return;
    }
    const NameKeys keys = keys_of_name(account.name);
    for (const std::string& key : {keys.first, keys.second}) {
      const auto owner = owners.find(key);
      if (owner == owners.end() || owner->second > account.id) {
        report(fmt::format("account {}: its name is free for another account", account.id.value));
        return;
      }
    }
  }

  void add_sums() {
    for (const Kind& kind : kinds_) {
      const Wide issued = issued_[kind.id], held = held_[kind.id];
      audit_.sums.push_back({kind, narrow(issued), narrow(held)});
      if (issued != held)
        report(fmt::format("{} (kind {}): the system has issued {}, and all others hold {}", kind.name,
                           kind.id, narrow(issued), narrow(held)));
    }
    for (const auto* sums : {&issued_, &held_})
      for (const auto& [kind, sum] : *sums)
        if (!kinds_by_id_.contains(kind))
          report(fmt::format("kind {}: {} are there, but no such kind is known", kind, narrow(sum)));
  }

  Tables& tables_;
  const std::vector<Kind>& kinds_;
  Audit audit_;
  std::map<KindId, const Kind*> kinds_by_id_;
  std::map<HoldingKey, Wide> expected_holdings_;
  std::map<ThingId, Expected> expected_things_;
  std::map<KindId, Wide> issued_;
  std::map<KindId, Wide> held_;
};

}  // namespace

StoreResult<Audit> audit(Tables& tables, const std::vector<Kind>& kinds,
                         const std::function<bool(std::uint64_t)>& progress) {
  return Auditor(tables, kinds).run(progress);
}

}  // namespace madang::keeper
