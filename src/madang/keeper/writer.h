// Writer: stands between worlds that tick and a store that flushes. So no world ever waits for a disk.
//
// A world gives a batch after a tick in which something must be kept. The writer's thread commits all batches
// that wait at once: the slower the disk, the more of them in one commit (group commit). The world asks how
// far the store is: what confirms ownership to a client waits until `durable_tick` has reached its tick.
//
// If the store falls behind, is_busy() says so. Then the world begins nothing new that must be kept, refuses
// it with a clear answer, and leaves out saves, which come again later. It still gives what it cannot refuse,
// such as what is on the way. So what waits has a bound, and nothing is lost.
//
// A character that goes through a door enters the next world when its leaving is durable: a batch in which it
// enters earlier would fail, and its world with it.
//
// Faults:
//   - The disk is full, or the database is away. After a pause, the same batches are tried again.
//   - A batch breaks a law, is too large, or its lease is lost. Then its world has failed under this
//     lease, and what it gives later is dropped. Other worlds go on. Its owner must close the world; the
//     store has its last good tick.
//   - The disk has failed: all worlds have failed. What was durable stays durable, and nothing more will
//     be.
//
// give(), state() and is_busy() on any thread, also several at once; turn() on the writer's thread alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "madang/base/time.h"
#include "madang/keeper/batch.h"
#include "madang/keeper/store.h"

namespace madang::keeper {

struct WriterLimits {
  /// What waits of all worlds together, from which on the writer is busy. A batch, a transfer and a save
  /// count one, and so does each KiB of an image.
  std::size_t waiting_max = 20'000;
  /// What is in one commit, counted likewise. A batch is never split.
  std::size_t commit_max = 2'048;
  /// Pause before a commit is tried again.
  Duration retry_pause = 1s;
};

class Writer {
 public:
  /// What a world knows of its own batches.
  struct State {
    std::uint64_t durable_tick = 0;     ///< of the last batch that is on the disk
    std::optional<StoreError> fault{};  ///< the world has failed
  };

  struct Stats {
    std::uint64_t commits = 0;
    std::uint64_t transfers = 0;
    std::uint64_t saves = 0;
    std::uint64_t retries = 0;  ///< commits that were tried again
    std::uint64_t dropped = 0;  ///< batches of worlds that have failed
    std::size_t waiting = 0;    ///< transfers and saves, those in the present commit too
    Duration last_commit{};     ///< how long the last one took
  };

  /// `now` is the clock. `wake` is called after a batch was given, on the giver's thread: it lets the
  /// writer's thread take a turn. The references must outlive the writer.
  Writer(Store& store, const WriterLimits& limits, std::function<Time()> now,
         std::function<void()> wake = {});

  /// Adds a batch. Batches of one world are given in the order of their ticks.
  void give(Batch batch);
  State state(const Lease& lease) const;
  /// Returns whether nothing new should begin: `waiting_max` is reached, or the store has failed.
  bool is_busy() const;
  /// Forgets a lease under which nothing more is given. What was given is still written.
  void forget(const Lease& lease);
  Stats stats() const;

  /// Commits what waits, in one commit or in several. Returns when the next turn is due: Time::max() if
  /// nothing waits.
  Time turn();

 private:
  struct World {
    std::uint64_t given_tick = 0;  ///< of its last batch
    State state{};
    std::size_t waiting = 0;  ///< batches
    bool is_forgotten = false;
  };

  /// Removes the first batches of those that wait.
  std::vector<Batch> take();
  /// Commits the batches. Returns how many of the first ones are done; the others must be tried again.
  std::size_t commit(std::span<const Batch> batches);
  std::size_t commit_one(const Batch& batch);
  void finish(std::span<const Batch> batches, const std::optional<StoreError>& fault);
  void finish_one(const Batch& batch, const std::optional<StoreError>& fault);
  void fail(const StoreError& error);

  Store& store_;
  const WriterLimits limits_;
  const std::function<Time()> now_;
  const std::function<void()> wake_;

  mutable std::mutex mutex_;
  std::deque<Batch> waiting_;
  std::map<Lease, World> worlds_;      ///< a world that was leased again is another one
  std::optional<StoreError> failure_;  ///< of the whole store
  Time due_ = Time::min();             ///< of the next try; the writer's thread only
  Stats stats_;
};

}  // namespace madang::keeper
