// Recording: records the ticks of a running world into a file (madang/world/record_file.h).
//
// The runner's thread appends to a bounded buffer in memory, and never waits. The recording's own thread
// moves the bytes to the file, several times a second. If the disk is full, or so slow that the buffer
// becomes full, the recording stops: the log says so, has_stopped() is true, and the game goes on. The file
// is good up to its last whole block then.
//
// A hash of the state is recorded once in a while, because it visits all entities.
#pragma once

#include <atomic>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <thread>

#include "madang/base/buffer.h"
#include "madang/base/time.h"
#include "madang/net/tick_recorder.h"
#include "madang/server/output_file.h"
#include "madang/world/record_file.h"

namespace madang::server {

class Recording final : public net::TickRecorder {
 public:
  /// Ticks between two hashes, at least. A hash costs less than 0.2 microseconds an entity.
  static constexpr std::uint64_t hash_interval_ticks = 100;
  /// A larger world has one tick more between two hashes for each of this number of entities.
  static constexpr std::uint64_t entities_a_tick = 1'000;
  /// How long the end of the program waits for the disk.
  static constexpr Duration end_wait = 5s;

  /// Writes the heading, and starts the thread. `name` is that of the file, for the log. `queue_bytes_max`
  /// limits the bytes that wait for the file. The error is one line for a user.
  static std::expected<std::unique_ptr<Recording>, std::string> start(std::string name,
                                                                      std::unique_ptr<OutputFile> file,
                                                                      const world::RecordHeading& heading,
                                                                      std::size_t queue_bytes_max);
  /// Ends the recording, without the end of the record if finish() was not called.
  ~Recording() override;

  void on_tick(const world::AnyWorld& world, std::span<const world::Input> inputs,
               std::uint32_t length) override;
  /// Completes the file: with the hash of the last state, and the end of the record. Waits at most `max_wait`
  /// for the disk. Logs the result. Precondition: there is no further tick.
  void finish(const world::AnyWorld& world, Duration max_wait = end_wait);

  /// Ticks that were recorded. Any thread.
  std::uint64_t ticks() const;
  /// Bytes that were written to the file. Any thread.
  std::uint64_t bytes() const;
  /// Returns true if the recording has stopped because of the disk. Any thread.
  bool has_stopped() const;

 private:
  struct Shared;

  explicit Recording(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  bool end_thread(Duration max_wait);

  std::shared_ptr<Shared> shared_;  // with the thread
  std::thread thread_;
  std::uint64_t ticks_since_hash_ = 0;
};

/// Returns the name of the file to record to: in the setting, "{time}" stands for the time of the start.
std::string record_file_name(const std::string& setting);

}  // namespace madang::server
