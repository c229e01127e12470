#include "madang/server/recording.h"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "madang/base/check.h"
#include "madang/base/log.h"
#include "madang/server/system.h"

namespace madang::server {

namespace {

/// Time between two blocks. If the process is killed, the ticks of this time are lost.
constexpr Duration write_interval = 200ms;

}  // namespace

/// What the runner's thread and the recording's thread share. If the disk never answers, the thread outlives
/// the Recording, and this object with it.
struct Recording::Shared {
  Shared(std::string its_name, std::unique_ptr<OutputFile> its_file, std::size_t its_queue_bytes_max)
      : name(std::move(its_name)), file(std::move(its_file)), queue_bytes_max(its_queue_bytes_max) {}

  void run();
  Result<void> write(Buffer& bytes);
  void stop(std::string_view why);

  const std::string name;
  const std::unique_ptr<OutputFile> file;
  const std::size_t queue_bytes_max;
  world::RecordBlocks blocks;  // the thread only

  std::mutex mutex;
  std::condition_variable changed;
  Buffer items;  // whole items that wait for the thread
  bool is_ending = false;
  bool is_complete = false;  // nothing is missing at the end
  bool is_done = false;      // the thread has written its last byte

  std::atomic<std::uint64_t> ticks{0};
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<bool> has_stopped{false};
};

// --- The recording's thread ---

void Recording::Shared::run() {
  Buffer chunk;
  Buffer block;
  Result<void> written;
  for (bool is_last = false; !is_last && written;) {
    bool has_end = false;
    {
      std::unique_lock lock(mutex);
      changed.wait_for(lock, write_interval, [&] { return is_ending; });
      is_last = is_ending;
      has_end = is_ending && is_complete && !has_stopped;
      std::swap(items, chunk);
    }
    if (!chunk.empty()) blocks.put_block(block, chunk.bytes());
    chunk.clear();
    if (has_end) blocks.put_end(block);
    written = write(block);
  }
  if (!written) stop(fmt::format("cannot write: {}", describe(written.error(), system_language())));
  const std::lock_guard lock(mutex);
  is_done = true;
  changed.notify_all();
}

Result<void> Recording::Shared::write(Buffer& block) {
  if (block.empty()) return {};
  if (const Result<void> written = file->write(block.bytes()); !written) return written;
  bytes.fetch_add(block.size(), std::memory_order_relaxed);
  block.clear();
  return {};
}

/// The first reason counts. Any thread.
void Recording::Shared::stop(std::string_view why) {
  if (has_stopped.exchange(true)) return;
  log_error(
      "the recording into {} has stopped: {}. The game goes on; `madang replay` plays the file up to here",
      name, why);
}

// --- The owner, and the runner's thread ---

std::expected<std::unique_ptr<Recording>, std::string> Recording::start(std::string name,
                                                                        std::unique_ptr<OutputFile> file,
                                                                        const world::RecordHeading& heading,
                                                                        std::size_t queue_bytes_max) {
  MADANG_CHECK(queue_bytes_max < world::RecordBlocks::items_bytes_max);
  const auto shared = std::make_shared<Shared>(std::move(name), std::move(file), queue_bytes_max);
  Buffer begin;
  world::RecordBlocks::put_heading(begin, heading);
  if (const Result<void> written = shared->write(begin); !written)
    return std::unexpected(
        fmt::format("cannot record into {}: {}", shared->name, describe(written.error(), system_language())));
  std::unique_ptr<Recording> recording(new Recording(shared));
  Result<std::thread> thread = make_thread([shared] { shared->run(); });
  if (!thread) return std::unexpected(fmt::format("cannot {}", describe(thread.error(), system_language())));
  recording->thread_ = std::move(*thread);
  return recording;
}

Recording::~Recording() { end_thread(end_wait); }

void Recording::on_tick(const world::AnyWorld& world, std::span<const world::Input> inputs,
                        std::uint32_t length) {
  if (has_stopped()) return;
  const bool is_broken = !world.broken().empty();
  const std::uint64_t interval = std::max(hash_interval_ticks, world.entity_count() / entities_a_tick);
  const bool has_hash = !is_broken && ++ticks_since_hash_ >= interval;
  const std::uint64_t hash = has_hash ? world.hash() : 0;
  if (has_hash) ticks_since_hash_ = 0;
  const std::size_t size = world::RecordWriter::size_of_tick(inputs) + world::RecordWriter::size_of_hash;
  {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->items.size() + size <= shared_->queue_bytes_max) {
      world::RecordWriter writer(shared_->items);
      writer.add_tick(inputs, length);
      if (has_hash) writer.add_hash(hash);
      if (is_broken) writer.add_broken();
      shared_->ticks.fetch_add(1, std::memory_order_relaxed);
      return;
    }
  }
  shared_->stop(fmt::format("the disk is too slow, and {} bytes wait for it (record_queue_bytes_max)",
                            shared_->queue_bytes_max));
}

void Recording::finish(const world::AnyWorld& world, Duration max_wait) {
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->is_complete = true;
    if (world.broken().empty() && !has_stopped()) world::RecordWriter(shared_->items).add_hash(world.hash());
  }
  const bool is_done = end_thread(max_wait);
  if (!is_done)
    return log_error("the record in {} has no end, because the disk does not answer", shared_->name);
  if (!has_stopped()) log_info("recorded {} ticks into {} ({} bytes)", ticks(), shared_->name, bytes());
}

/// Returns false if the disk does not answer.
bool Recording::end_thread(Duration max_wait) {
  if (!thread_.joinable()) return true;
  bool is_done = false;
  {
    std::unique_lock lock(shared_->mutex);
    shared_->is_ending = true;
    shared_->changed.notify_all();
    is_done = shared_->changed.wait_for(lock, max_wait, [&] { return shared_->is_done; });
  }
  if (is_done) {
    thread_.join();
  } else {
    thread_.detach();
  }
  return is_done;
}

std::uint64_t Recording::ticks() const { return shared_->ticks.load(std::memory_order_relaxed); }
std::uint64_t Recording::bytes() const { return shared_->bytes.load(std::memory_order_relaxed); }
bool Recording::has_stopped() const { return shared_->has_stopped.load(std::memory_order_relaxed); }

std::string record_file_name(const std::string& setting) {
  constexpr std::string_view time = "{time}";
  std::string name = setting;
  if (const std::size_t at = name.find(time); at != std::string::npos)
    name.replace(
        at, time.size(),
        fmt::format("{:%Y%m%d-%H%M%S}",
                    fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()))));
  return name;
}

}  // namespace madang::server
