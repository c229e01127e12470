#include "madang/keeper/writer.h"

#include <utility>

#include "madang/base/check.h"

namespace madang::keeper {

namespace {

std::size_t size_of(const Batch& batch) {
  std::size_t image_bytes = batch.world_image ? batch.world_image->size() : 0;
  for (const CharacterSave& save : batch.characters) image_bytes += save.image.size();
  return 1 + batch.transfers.size() + batch.characters.size() + image_bytes / 1'024;
}

/// Returns whether the same batches may succeed later.
bool may_succeed_later(StoreFault fault) {
  using enum StoreFault;
  return fault == disk_full || fault == unreachable || fault == try_again || fault == unknown_outcome;
}

/// Returns whether one batch is to blame, and not the store.
bool is_of_a_batch(StoreFault fault) {
  using enum StoreFault;
  return fault == lost_lease || fault == out_of_order || fault == held_elsewhere || fault == too_large ||
         fault == violation;
}

}  // namespace

Writer::Writer(Store& store, const WriterLimits& limits, std::function<Time()> now,
               std::function<void()> wake)
    : store_(store), limits_(limits), now_(std::move(now)), wake_(std::move(wake)) {}

void Writer::give(Batch batch) {
  {
    const std::lock_guard lock(mutex_);
    World& world = worlds_[batch.lease];
    MADANG_CHECK(batch.tick > world.given_tick, "world {} gives tick {} after tick {}",
                 batch.lease.world.value, batch.tick, world.given_tick);
    world.given_tick = batch.tick;
    world.is_forgotten = false;
    if (failure_ && !world.state.fault) world.state.fault = failure_;
    if (world.state.fault) {
      ++stats_.dropped;
      return;
    }
    ++world.waiting;
    stats_.waiting += size_of(batch);
    waiting_.push_back(std::move(batch));
  }
  if (wake_) wake_();
}

Writer::State Writer::state(const Lease& lease) const {
  const std::lock_guard lock(mutex_);
  const auto found = worlds_.find(lease);
  if (found != worlds_.end()) return found->second.state;
  return {.fault = failure_};
}

bool Writer::is_busy() const {
  const std::lock_guard lock(mutex_);
  return failure_ || stats_.waiting >= limits_.waiting_max;
}

void Writer::forget(const Lease& lease) {
  const std::lock_guard lock(mutex_);
  const auto found = worlds_.find(lease);
  if (found == worlds_.end()) return;
  found->second.is_forgotten = true;
  if (found->second.waiting == 0) worlds_.erase(found);
}

Writer::Stats Writer::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

Time Writer::turn() {
  if (now_() < due_) return due_;  // woken by a new batch
  while (true) {
    std::vector<Batch> batches = take();
    if (batches.empty()) return Time::max();
    const std::size_t done = commit(batches);
    if (done == batches.size()) continue;
    const std::lock_guard lock(mutex_);
    ++stats_.retries;
    waiting_.insert(waiting_.begin(), std::move_iterator(batches.begin() + static_cast<std::ptrdiff_t>(done)),
                    std::move_iterator(batches.end()));
    return due_ = now_() + limits_.retry_pause;
  }
}

std::vector<Batch> Writer::take() {
  const std::lock_guard lock(mutex_);
  std::vector<Batch> batches;
  std::size_t size = 0;
  while (!waiting_.empty() && (batches.empty() || size + size_of(waiting_.front()) <= limits_.commit_max)) {
    Batch batch = std::move(waiting_.front());
    waiting_.pop_front();
    if (worlds_.at(batch.lease).state.fault) {
      finish_one(batch, std::nullopt);
    } else {
      size += size_of(batch);
      batches.push_back(std::move(batch));
    }
  }
  return batches;
}

std::size_t Writer::commit(std::span<const Batch> batches) {
  const Time began = now_();
  const auto committed = store_.commit(batches);
  {
    const std::lock_guard lock(mutex_);
    stats_.last_commit = now_() - began;
    if (committed) {
      ++stats_.commits;
      stats_.transfers += committed->transfers;
      stats_.saves += committed->characters;
    }
  }
  if (committed) {
    finish(batches, std::nullopt);
    return batches.size();
  }
  const StoreError& error = committed.error();
  if (may_succeed_later(error.fault)) return 0;
  if (!is_of_a_batch(error.fault)) {
    fail(error);
    finish(batches, error);
    return batches.size();
  }
  if (batches.size() == 1) {
    finish(batches, error);
    return 1;
  }
  // One of them is to blame. Each one alone, in their order, because later ones may build on earlier ones.
  for (std::size_t i = 0; i < batches.size(); ++i)
    if (commit_one(batches[i]) == 0) return i;
  return batches.size();
}

/// A batch behind a bad one of the same world is dropped.
std::size_t Writer::commit_one(const Batch& batch) {
  if (const auto fault = state(batch.lease).fault) {
    finish(std::span(&batch, 1), fault);
    return 1;
  }
  return commit(std::span(&batch, 1));
}

void Writer::finish(std::span<const Batch> batches, const std::optional<StoreError>& fault) {
  const std::lock_guard lock(mutex_);
  for (const Batch& batch : batches) finish_one(batch, fault);
}

/// Precondition: the lock is held.
void Writer::finish_one(const Batch& batch, const std::optional<StoreError>& fault) {
  stats_.waiting -= size_of(batch);
  const auto found = worlds_.find(batch.lease);
  World& world = found->second;
  --world.waiting;
  if (fault && !world.state.fault) world.state.fault = fault;
  if (world.state.fault) {
    ++stats_.dropped;
  } else {
    world.state.durable_tick = batch.tick;
  }
  if (world.is_forgotten && world.waiting == 0) worlds_.erase(found);
}

void Writer::fail(const StoreError& error) {
  const std::lock_guard lock(mutex_);
  failure_ = error;
  for (auto& [id, world] : worlds_)
    if (!world.state.fault) world.state.fault = error;
}

}  // namespace madang::keeper
