// Measures a store: store_load CASE STORE SECONDS [N]. Prints one line of JSON.
//
//   journal   as many transfers as the store keeps, from a world's thread through the Writer to the disk
//   steady    N transfers a second, in 20 ticks a second: how long after it was due a tick is durable
//   saves     as journal, but saves of characters
//   group     transfers in commits of N, on one thread
//   student   moves of players, as a student keeps them
//   flush     4 KiB that are written to a file and flushed
//
// A transfer moves a coin between two of 20,000 characters. Flushed: every commit has reached the disk.
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "madang/base/random.h"
#include "madang/base/time.h"
#include "madang/keeper/postgres_tables.h"
#include "madang/keeper/sqlite_tables.h"
#include "madang/keeper/store.h"
#include "madang/keeper/writer.h"
#include "store/student.h"

namespace madang::keeper {
namespace {

constexpr std::uint32_t characters = 20'000;
constexpr KindId coin = 1;
constexpr Duration tick_interval = 50ms;

[[noreturn]] void fail(const std::string& text) {
  fmt::print(stderr, "store_load: {}\n", text);
  std::exit(1);
}

template <class T>
T must(StoreResult<T> result) {
  if (!result) fail(result.error().text);
  return std::move(*result);
}

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

/// A world that makes transfers.
class TradingWorld {
 public:
  TradingWorld(Store& store, std::string_view name) {
    const WorldRow row = must(store.lease(name));
    lease_ = {row.id, row.epoch};
    tick_ = row.tick;
    Batch gifts = batch();
    for (std::uint32_t i = 1; i <= characters; ++i)
      gifts.transfers.push_back(
          {id(), tick_, "given", {{Holder::system(), Holder::of(CharacterId{i}), coin, 1'000'000, {}}}});
    for (std::uint32_t i = 1; i <= characters; ++i)
      gifts.characters.push_back({CharacterId{i}, Stay::enters, tick_, 1, std::vector<std::byte>(64)});
    must(store.commit(gifts));
  }

  Batch trades(std::size_t count) {
    Batch made = batch();
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t giver = random_.below(characters);
      const std::uint32_t taker = (giver + 1 + random_.below(characters - 1)) % characters;
      made.transfers.push_back(
          {id(),
           tick_,
           "trade",
           {{Holder::of(CharacterId{giver + 1}), Holder::of(CharacterId{taker + 1}), coin, 1, {}}}});
    }
    return made;
  }
  Batch saves(std::size_t count) {
    Batch made = batch();
    for (std::size_t i = 0; i < count; ++i)
      made.characters.push_back(
          {CharacterId{1 + next_saved_++ % characters}, Stay::stays, tick_, 1, std::vector<std::byte>(64)});
    return made;
  }
  const Lease& lease() const { return lease_; }

 private:
  Batch batch() { return {lease_, ++tick_}; }
  TransferId id() { return {random_.next(), random_.next()}; }

  Lease lease_;
  std::uint64_t tick_ = 0;
  std::uint64_t next_saved_ = 0;
  Random random_{static_cast<std::uint64_t>(steady_now().count())};
};

/// The writer with its thread.
class WriterThread {
 public:
  explicit WriterThread(Store& store)
      : writer(store, {.waiting_max = 8'192, .commit_max = 2'048}, steady_now, [this] { wake(); }),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  Writer writer;

  /// Waits until the predicate is true; it is asked after each turn.
  template <class Predicate>
  void wait(Predicate is_true) {
    std::unique_lock lock(mutex_);
    turned_.wait(lock, is_true);
  }

 private:
  void wake() {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
    woken_.notify_one();
  }
  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (woken_.wait(lock, stop, [&] { return std::exchange(is_woken_, false); })) {
      lock.unlock();
      if (writer.turn() != Time::max()) fail("the store could not write");
      lock.lock();
      turned_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any woken_;
  std::condition_variable_any turned_;
  bool is_woken_ = false;
  std::jthread thread_;
};

void print(double count, double took, double cpu) {
  fmt::print("{{\"a_second\": {:.0f}, \"cpu\": {:.3f}, \"us_of_cpu_each\": {:.2f}}}\n", count / took,
             cpu / took, 1e6 * cpu / count);
}

/// Gives a tick of 512 whenever the writer is not busy.
void measure_throughput(Store& store, double length, bool are_saves) {
  TradingWorld world(store, "bench");
  WriterThread thread(store);
  const double cpu = cpu_seconds();
  const Time began = steady_now();
  double count = 0;
  while (seconds(steady_now() - began) < length) {
    thread.wait([&] { return !thread.writer.is_busy(); });
    thread.writer.give(are_saves ? world.saves(512) : world.trades(512));
    count += 512;
  }
  thread.wait([&] { return thread.writer.stats().waiting == 0; });
  if (const auto fault = thread.writer.state(world.lease()).fault) fail(fault->text);
  print(count, seconds(steady_now() - began), cpu_seconds() - cpu);
}

void measure_steady(Store& store, double length, std::size_t rate) {
  TradingWorld world(store, "bench");
  WriterThread thread(store);
  std::vector<double> delays;  // of each tick, in ms
  const Time began = steady_now();
  const std::size_t each = std::max<std::size_t>(rate / 20, 1);
  Time next = began;
  while (seconds(steady_now() - began) < length) {
    std::this_thread::sleep_until(std::chrono::steady_clock::time_point(next += tick_interval));
    Batch batch = world.trades(each);
    const std::uint64_t tick = batch.tick;
    thread.writer.give(std::move(batch));
    thread.wait([&] { return thread.writer.state(world.lease()).durable_tick >= tick; });
    delays.push_back(1e3 * seconds(steady_now() - next));  // from when the tick was due
  }
  std::ranges::sort(delays);
  const auto at = [&](double share) {
    return delays[static_cast<std::size_t>(share * static_cast<double>(delays.size() - 1))];
  };
  fmt::print(
      "{{\"a_second\": {}, \"ticks\": {}, \"p50_ms\": {:.2f}, \"p99_ms\": {:.2f}, \"max_ms\": {:.2f}}}\n",
      20 * each, delays.size(), at(0.5), at(0.99), delays.back());
}

void measure_group(Store& store, double length, std::size_t group) {
  TradingWorld world(store, "bench");
  const double cpu = cpu_seconds();
  const Time began = steady_now();
  double count = 0;
  while (seconds(steady_now() - began) < length) {
    must(store.commit(world.trades(group)));
    count += static_cast<double>(group);
  }
  print(count, seconds(steady_now() - began), cpu_seconds() - cpu);
}

void measure_student(const std::string& where, double length) {
  const auto student = bench::make_student(where, characters);
  Random random(1);
  const double cpu = cpu_seconds();
  const Time began = steady_now();
  double count = 0;
  for (; seconds(steady_now() - began) < length; ++count)
    student->move(random.below(characters), static_cast<std::int32_t>(random.below(512)),
                  static_cast<std::int32_t>(random.below(512)));
  print(count, seconds(steady_now() - began), cpu_seconds() - cpu);
}

void measure_flush(const std::string& path, double length) {
  const int file = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) fail(path + ": cannot be made");
  const std::vector<char> page(4'096, 'x');
  std::vector<double> took;
  const Time began = steady_now();
  while (seconds(steady_now() - began) < length) {
    const Time before = steady_now();
    if (::write(file, page.data(), page.size()) != static_cast<ssize_t>(page.size()) ||
        ::fdatasync(file) != 0)
      fail(path + ": cannot be written");
    took.push_back(1e6 * seconds(steady_now() - before));
  }
  ::close(file);
  std::ranges::sort(took);
  fmt::print("{{\"flushes\": {}, \"p50_us\": {:.1f}, \"p99_us\": {:.1f}}}\n", took.size(),
             took[took.size() / 2], took[took.size() * 99 / 100]);
}

StoreResult<std::unique_ptr<Tables>> open_tables(const std::string& where) {
  return where.starts_with("postgres://") ? open_postgres(where) : open_sqlite(where);
}

int run(int argc, char** argv) {
  if (argc < 4) fail("it needs CASE STORE SECONDS [NUMBER]");
  const std::string name = argv[1], where = argv[2];
  const double length = std::atof(argv[3]);
  const auto number = static_cast<std::size_t>(argc > 4 ? std::atoll(argv[4]) : 0);
  if (name == "student") return measure_student(where, length), 0;
  if (name == "flush") return measure_flush(where, length), 0;
  const std::vector<Kind> kinds{{coin, "coin", false}};
  Store store = must(Store::open(must(open_tables(where)), kinds));
  if (name == "journal")
    measure_throughput(store, length, false);
  else if (name == "saves")
    measure_throughput(store, length, true);
  else if (name == "steady" && number > 0)
    measure_steady(store, length, number);
  else if (name == "group" && number > 0)
    measure_group(store, length, number);
  else
    fail("there is no case " + name);
  const Audit audit = must(store.audit());
  if (audit.violations > 0) fail(audit.described.front());
  return 0;
}

}  // namespace
}  // namespace madang::keeper

int main(int argc, char** argv) { return madang::keeper::run(argc, argv); }
