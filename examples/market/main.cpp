// A market that keeps what its people own: the ledger of madang::keeper without a world and without a
// network.
//
//   market STORE     trades until it is stopped; kill it at any moment, and start it again
//
// STORE is a file of SQLite, or the address of a database, postgres://user@host/database. The store is made
// if it is not there. The commands of every game's program work on it: `madang audit --store sqlite:FILE`
// proves that nothing was lost or doubled, and `history`, `backup` and `restore` do the rest.
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
#include "madang/keeper/postgres_tables.h"
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

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || std::string_view(argv[1]).starts_with('-')) {
    fmt::print(stderr, "usage: market STORE\n");
    return 2;
  }
  const std::string place = argv[1];
  auto tables = must(place.starts_with("postgres://") ? open_postgres(place) : open_sqlite(place));
  Store store = must(Store::open(std::move(tables), kinds));
  for (Market market(store);;) market.tick();
}
