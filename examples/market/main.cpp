// A market that keeps what its people own: the ledger of madang::keeper without a world and without a
// network.
//
//   market STORE                 trades until it is stopped; kill it at any moment, and start it again
//   market STORE audit           proves that nothing was lost or doubled
//   market STORE history PERSON  tells what a person (1 to 5) gave and got
//   market STORE backup FILE     copies the store
//   market FILE restore BACKUP   makes a store from a backup
//
// STORE is a file of SQLite, which is made if it is not there.
//
// The memory of this program is what is true now, and the store is its durable image. Each tick's trades are
// committed together. Only then the program says that they are done.
#include <fmt/core.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "madang/base/random.h"
#include "madang/keeper/history.h"
#include "madang/keeper/sqlite_backup.h"
#include "madang/keeper/sqlite_tables.h"
#include "madang/keeper/store.h"

using namespace madang;
using namespace madang::keeper;

namespace {

constexpr KindId coin = 1, sword = 2;
const std::vector<Kind> kinds{{coin, "coin", false}, {sword, "sword", true}};
constexpr std::uint64_t people = 5;

Holder person(std::uint64_t number) { return Holder::of(CharacterId{number}); }

template <class T>
T must(StoreResult<T> result) {
  if (result) {
    if constexpr (!std::is_void_v<T>)
      return std::move(*result);
    else
      return;
  }
  fmt::print(stderr, "market: {}\n", result.error().text);
  std::exit(1);
}

class Market {
 public:
  explicit Market(Store& store) : store_(store) {
    const WorldRow world = must(store.lease("market"));
    lease_ = {world.id, world.epoch};
    tick_ = world.tick;
    for (std::uint64_t i = 1; i <= people; ++i) {
      const auto counts = must(store.holdings_of(person(i)));
      for (const auto& [key, count] : counts) coins_[i] = count;
      for (const auto& [id, thing] : must(store.things_of(person(i)))) swords_.emplace_back(id, i);
    }
    say("opened at");
  }

  /// Makes the trades of the next tick, and keeps them.
  void tick() {
    ++tick_;
    number_ = 0;
    Batch batch{lease_, tick_};
    for (int i = 0; i < 20; ++i) batch.transfers.push_back(trade());
    say("given");
    must(store_.commit(batch));
    say("durable");
  }

 private:
  Transfer trade() {
    const std::uint64_t giver = 1 + random_.below(people);
    const std::uint64_t taker = 1 + (giver + random_.below(people - 1)) % people;
    const std::int64_t price = 1 + random_.below(5);
    Transfer transfer{{tick_, ++number_}, tick_, "trade"};
    if (coins_[giver] < price) {
      transfer.reason = "given to a poor person";
      add(transfer, Holder::system(), giver, 100);
    } else if (!swords_.empty() && random_.chance(1, 2)) {  // a sword for coins: both or neither
      auto& [id, owner] = swords_[random_.below(static_cast<std::uint32_t>(swords_.size()))];
      if (owner == giver) {
        transfer.reason = "given away";
        transfer.movements.push_back({person(owner), person(taker), sword, 1, id});
        owner = taker;
      } else {
        coins_[giver] -= price;
        add(transfer, person(giver), owner, price);
        transfer.movements.push_back({person(owner), person(giver), sword, 1, id});
        owner = giver;
      }
    } else if (swords_.size() < 50 && random_.chance(1, 4)) {
      transfer.reason = "forged";
      swords_.emplace_back(transfer.id, giver);
      transfer.movements.push_back({Holder::system(), person(giver), sword, 1, transfer.id});
    } else {
      coins_[giver] -= price;
      add(transfer, person(giver), taker, price);
    }
    return transfer;
  }
  void add(Transfer& transfer, const Holder& from, std::uint64_t to, std::int64_t coins) {
    coins_[to] += coins;
    transfer.movements.push_back({from, person(to), coin, coins, {}});
  }

  void say(std::string_view what) const {
    std::string line = fmt::format("{} tick {}:", what, tick_);
    for (std::uint64_t i = 1; i <= people; ++i) {
      int swords = 0;
      for (const auto& [id, owner] : swords_) swords += owner == i;
      line += fmt::format(" {} has {} coins and {} swords;", i, coins_[i], swords);
    }
    fmt::print("{}\n", line);
    std::fflush(stdout);
  }

  Store& store_;
  Lease lease_;
  std::uint64_t tick_ = 0;
  std::uint64_t number_ = 0;
  Random random_{static_cast<std::uint64_t>(time(nullptr))};
  std::array<std::int64_t, people + 1> coins_{};
  std::vector<std::pair<ThingId, std::uint64_t>> swords_;  // and their owners
};

/// Needs no store that can be opened: an edited journal is what it looks for.
int audit_of(Tables& tables) {
  const Audit audit = must(keeper::audit(tables, must(tables.kinds())));
  for (const Audit::Sum& sum : audit.sums)
    fmt::print("{}: {} issued, {} held\n", sum.kind.name, sum.issued, sum.held);
  for (const std::string& violation : audit.described) fmt::print("{}\n", violation);
  fmt::print("{} transfers, {} violations\n", audit.transfers, audit.violations);
  return audit.violations == 0 ? 0 : 1;
}

int usage() {
  fmt::print(
      stderr,
      "usage: market STORE | market STORE audit | market STORE history PERSON | market STORE backup FILE |\n"
      "       market FILE restore BACKUP\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::string command = arguments.size() > 1 ? arguments[1] : "";
  const bool needs_value = command == "history" || command == "backup" || command == "restore";
  const bool is_known = command.empty() || command == "audit" || needs_value;
  const std::size_t expected = command.empty() ? 1 : needs_value ? 3 : 2;
  if (!is_known || arguments.size() != expected) return usage();

  if (command == "restore") {
    must(restore_sqlite(arguments[2], arguments[0]));
    return 0;
  }
  auto tables = must(open_sqlite(arguments[0], {.must_exist = !command.empty()}));
  if (command == "audit") return audit_of(*tables);
  Store store = must(Store::open(std::move(tables), kinds));
  if (command == "backup") {
    must(store.back_up(arguments[2]));
    return 0;
  }
  if (command == "history") {
    const Holder holder = person(std::strtoull(arguments[2].c_str(), nullptr, 10));
    must(store.history(holder, [&](const HistoryEntry& entry) {
      fmt::print("{}\n", entry.told_by(holder, store.kinds()));
      return true;
    }));
    return 0;
  }
  for (Market market(store);;) market.tick();
}
