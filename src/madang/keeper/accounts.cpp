#include "madang/keeper/accounts.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <utility>

#include "madang/base/check.h"
#include "madang/base/text.h"
#include "madang/keeper/name_key.h"
#include "madang/keeper/password.h"
#include "madang/keeper/try.h"

namespace madang::keeper {

namespace {

StoreResult<void> check_name(std::string_view name) {
  const auto normal = presentable_name(name, Accounts::name_bytes_max);
  if (normal && *normal == name) return {};
  return refused(StoreFault::bad_name, fmt::format("\"{}\" cannot be the name of an account",
                                                   shown(name.substr(0, Accounts::name_bytes_max))));
}

/// The text of a sanction that may be empty.
StoreResult<void> check_words(std::string_view what, std::string_view text, std::size_t bytes_max) {
  if (text.empty() || is_presentable(text, bytes_max)) return {};
  return refused(StoreFault::bad_name, fmt::format("the {} of a sanction has at most {} bytes, "
                                                   "all of which can be shown",
                                                   what, bytes_max));
}

/// A password that stands in the place of a hash would be stored as it is.
void check_hash(std::string_view hash) {
  MADANG_CHECK(cost_of(hash).has_value(), "what should be the hash of a password is none");
}

void check_page(std::size_t at_most) {
  MADANG_CHECK(at_most > 0 && at_most <= Accounts::page_max, "a page of {} rows", at_most);
}

/// The use of several tokens, one after the other, by the rules of token.h. It knows no database.
class TokenUses {
 public:
  TokenUses(std::span<const TokenHash> shown, std::int64_t now_s, std::int64_t life_s)
      : shown_(shown), now_s_(now_s), life_s_(life_s) {}

  /// Returns the rows that have changed.
  std::vector<TokensRow> run(const std::vector<TokensRow>& found) {
    results_.clear();
    states_.clear();
    owners_.clear();
    for (const TokensRow& row : found) {
      states_.emplace(row.account, State{row.tokens});
      owners_.emplace(row.tokens.current.bytes, row.account);
      if (row.tokens.next) owners_.emplace(row.tokens.next->bytes, row.account);
    }
    for (const TokenHash& hash : shown_) results_.push_back(use(hash));
    std::vector<TokensRow> changed;
    for (const auto& [account, state] : states_)
      if (state.has_changed) changed.push_back({account, state.tokens});
    return changed;
  }

  std::vector<Accounts::Resumption> take_results() { return std::move(results_); }

 private:
  struct State {
    ResumeTokens tokens;
    bool has_changed = false;
  };

  Accounts::Resumption use(const TokenHash& hash) {
    const auto owner = owners_.find(hash.bytes);
    if (owner == owners_.end()) return std::unexpected(TokenFault::unknown);
    State& state = states_.at(owner->second);
    ResumeToken token = new_token();
    // A token of before was refused by use_token(), because the state has moved on.
    auto used = use_token(state.tokens, hash, *hash_of_token(token.bytes()), now_s_, life_s_);
    if (!used) return std::unexpected(used.error());
    state = {*used, true};
    return Accounts::Resumed{owner->second, std::move(token)};
  }

  const std::span<const TokenHash> shown_;
  const std::int64_t now_s_, life_s_;
  std::vector<Accounts::Resumption> results_;
  std::map<CharacterId, State> states_;
  std::map<std::array<std::byte, 32>, CharacterId> owners_;  ///< of the hashes when the call began
};

}  // namespace

NameKeys keys_of_name(std::string_view name) { return {look_of(name), second_look_of(name)}; }

template <class... Arguments, class T, class... Given>
StoreResult<T> Accounts::ask(StoreResult<T> (AccountTables::*member)(Arguments...), Given&&... given) {
  if (store_->failure_) return std::unexpected(*store_->failure_);
  return store_->noted((store_->tables_->accounts().*member)(std::forward<Given>(given)...));
}

StoreResult<Accounts> Accounts::open(Store& store) {
  Accounts accounts(store);
  auto version = accounts.ask(&AccountTables::look_version);
  if (!version) return std::unexpected(std::move(version.error()));
  if (*version > look_version)
    return refused(StoreFault::newer_version,
                   fmt::format("a later Madang has computed the keys of names (their version is {}; this "
                               "Madang knows {})",
                               *version, look_version));
  if (*version < look_version) {
    auto renewed = accounts.ask(&AccountTables::renew_keys, look_version, keys_of_name);
    if (!renewed) return std::unexpected(std::move(renewed.error()));
    accounts.collisions_ = std::move(*renewed);
  }
  return accounts;
}

StoreResult<std::optional<CharacterId>> Accounts::create(std::string_view name,
                                                         std::string_view password_hash, std::int64_t now_s) {
  check_hash(password_hash);
  // A name that is taken uses no number, and flushes nothing.
  auto owned = is_owned(name);
  if (!owned) return std::unexpected(std::move(owned.error()));
  if (*owned) return std::nullopt;
  auto id = store_->reserve_numbers(1);
  if (!id) return std::unexpected(std::move(id.error()));
  const AccountRow row{{*id}, std::string(name), std::string(password_hash), now_s, 0};
  auto added = ask(&AccountTables::add, row, keys_of_name(name), look_version);
  if (!added) return std::unexpected(std::move(added.error()));
  switch (*added) {
    case AccountTables::Added::added: return row.id;
    case AccountTables::Added::taken: return std::nullopt;
    case AccountTables::Added::other_look_version: break;
  }
  return refused(StoreFault::newer_version, "another version of Madang has computed the keys of names");
}

StoreResult<std::optional<AccountRow>> Accounts::find(std::string_view name) {
  MADANG_TRY(check_name(name));
  auto exact = ask(&AccountTables::account_named, name);
  if (!exact || *exact) return exact;
  return ask(&AccountTables::owner_of, look_of(name));
}

StoreResult<std::optional<AccountRow>> Accounts::find(CharacterId id) {
  return ask(&AccountTables::account, id);
}

StoreResult<bool> Accounts::is_owned(std::string_view name) {
  MADANG_TRY(check_name(name));
  const NameKeys keys = keys_of_name(name);
  auto first = ask(&AccountTables::owner_of, keys.first);
  if (!first) return std::unexpected(std::move(first.error()));
  if (*first) return true;
  if (keys.second == keys.first) return false;
  auto second = ask(&AccountTables::owner_of, keys.second);
  if (!second) return std::unexpected(std::move(second.error()));
  return second->has_value();
}

StoreResult<std::vector<AccountRow>> Accounts::list(std::string_view after, std::size_t at_most,
                                                    std::string_view prefix) {
  check_page(at_most);
  for (const std::string_view text : {after, prefix})
    if (!text.empty() && !is_presentable(text, name_bytes_max))
      return refused(StoreFault::bad_name, fmt::format("no name of an account begins with \"{}\"",
                                                       shown(text.substr(0, name_bytes_max))));
  auto rows = ask(&AccountTables::accounts_after, after, prefix, at_most);
  if (!rows) return rows;
  // Names with one prefix stand beside each other.
  std::erase_if(*rows, [&](const AccountRow& row) { return !row.name.starts_with(prefix); });
  return rows;
}

StoreResult<std::uint64_t> Accounts::count() { return ask(&AccountTables::count_accounts); }

StoreResult<bool> Accounts::set_password(CharacterId id, std::string_view password_hash) {
  check_hash(password_hash);
  return ask(&AccountTables::set_hash, id, password_hash);
}

StoreResult<bool> Accounts::replace_hash(CharacterId id, std::string_view before, std::string_view after) {
  check_hash(after);
  return ask(&AccountTables::replace_hash, id, before, after);
}

StoreResult<bool> Accounts::begin_tokens(CharacterId id, std::string_view verified_hash,
                                         const ResumeTokens& tokens, std::int64_t now_s) {
  return ask(&AccountTables::set_tokens, id, verified_hash, tokens, now_s);
}

StoreResult<std::vector<Accounts::Resumption>> Accounts::use_tokens(std::span<const TokenHash> shown,
                                                                    std::int64_t now_s, std::int64_t life_s) {
  MADANG_CHECK(shown.size() <= tokens_max && life_s > 0, "{} tokens with a life of {} s", shown.size(),
               life_s);
  if (shown.empty()) return std::vector<Resumption>();
  TokenUses uses(shown, now_s, life_s);
  auto done = ask(&AccountTables::change_tokens, shown, now_s,
                  [&](const std::vector<TokensRow>& found) { return uses.run(found); });
  if (!done) return std::unexpected(std::move(done.error()));
  return uses.take_results();
}

StoreResult<void> Accounts::end_tokens(CharacterId id) { return ask(&AccountTables::end_tokens, id); }

StoreResult<std::uint64_t> Accounts::sweep(std::int64_t now_s, std::size_t at_most) {
  check_page(at_most);
  return ask(&AccountTables::remove_expired, now_s, at_most);
}

StoreResult<Erased> Accounts::erase(CharacterId id) { return ask(&AccountTables::erase, id); }

StoreResult<std::optional<PersonalData>> Accounts::personal_data(CharacterId id) {
  if (store_->failure_) return std::unexpected(*store_->failure_);
  Tables& tables = *store_->tables_;
  std::optional<PersonalData> data;
  const auto read = [&]() -> StoreResult<void> {
    auto account = tables.accounts().account(id);
    if (!account) return std::unexpected(std::move(account.error()));
    if (!*account) return {};
    data.emplace().account = std::move(**account);
    data->account.password_hash.clear();
    auto character = tables.character(id);
    if (!character) return std::unexpected(std::move(character.error()));
    data->character = std::move(*character);
    // One row more than fits says that there are more.
    constexpr std::size_t rows_max = PersonalData::rows_max;
    for (const Holder& holder : {Holder::of(id), Holder::mailbox_of(id)}) {
      auto holdings = tables.holdings_of(holder);  // at most one row for each kind
      if (!holdings) return std::unexpected(std::move(holdings.error()));
      data->holdings.insert(data->holdings.end(), holdings->begin(), holdings->end());
      auto things = tables.accounts().first_things_of(holder, rows_max + 1 - data->things.size());
      if (!things) return std::unexpected(std::move(things.error()));
      data->things.insert(data->things.end(), things->begin(), things->end());
    }
    constexpr std::int64_t always = std::numeric_limits<std::int64_t>::min();  // the ended ones, too
    auto sanctions =
        tables.accounts().sanctions_about(keys_of_name(data->account.name), {}, always, rows_max + 1);
    if (!sanctions) return std::unexpected(std::move(sanctions.error()));
    data->sanctions = std::move(*sanctions);
    data->is_whole = data->things.size() <= rows_max && data->sanctions.size() <= rows_max;
    data->things.resize(std::min(data->things.size(), rows_max));
    data->sanctions.resize(std::min(data->sanctions.size(), rows_max));
    return {};
  };
  if (auto done = store_->noted(tables.at_one_moment(read)); !done)
    return std::unexpected(std::move(done.error()));
  return data;
}

StoreResult<std::uint64_t> Accounts::add_sanction(SanctionRow sanction) {
  if (sanction.name.empty() && sanction.address.empty())
    return refused(StoreFault::bad_name, "a sanction needs a name or an address");
  if (!sanction.name.empty()) MADANG_TRY(check_name(sanction.name));
  MADANG_TRY(check_words("address", sanction.address, SanctionRow::address_bytes_max));
  MADANG_TRY(check_words("reason", sanction.reason, SanctionRow::reason_bytes_max));
  MADANG_TRY(check_words("operator", sanction.by, SanctionRow::by_bytes_max));
  auto id = store_->reserve_numbers(1);
  if (!id) return std::unexpected(std::move(id.error()));
  sanction.id = *id;
  MADANG_TRY(ask(&AccountTables::add_sanction, sanction, keys_of_name(sanction.name)));
  return sanction.id;
}

StoreResult<std::optional<SanctionRow>> Accounts::remove_sanction(std::uint64_t id) {
  return ask(&AccountTables::remove_sanction, id);
}

StoreResult<std::vector<SanctionRow>> Accounts::sanctions(std::uint64_t after, std::size_t at_most) {
  check_page(at_most);
  return ask(&AccountTables::sanctions_after, after, at_most);
}

StoreResult<std::vector<SanctionRow>> Accounts::sanctions_of(std::string_view name, std::string_view address,
                                                             std::int64_t now_ms) {
  if (!name.empty()) MADANG_TRY(check_name(name));
  MADANG_TRY(check_words("address", address, SanctionRow::address_bytes_max));
  return ask(&AccountTables::sanctions_about, keys_of_name(name), address, now_ms, page_max);
}

}  // namespace madang::keeper
