// Replay: plays records of a world (world/record_file.h), and compares the states with the recorded hashes.
// Compares two records, too. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "madang/world/any_world.h"
#include "madang/world/record_file.h"

namespace madang::world {

/// The result of a replay, so far.
struct Replay {
  std::uint64_t ticks = 0;           ///< that were played
  std::uint64_t ordinary_ticks = 0;  ///< the sum of their lengths
  std::uint64_t inputs = 0;
  std::uint64_t hashes = 0;    ///< that were compared and equal
  std::uint64_t equal_at = 0;  ///< number of the last tick with an equal hash; 0: none
  /// Number of the tick whose state is not the recorded one; none: there is no such tick.
  std::optional<std::uint64_t> differs_at;
  std::string why;  ///< in what it differs: "the hash of the state differs"
  /// How the record ended: end, torn or damaged. None: it has not ended yet.
  std::optional<RecordFile::Item> ending;
};

/// One record and its world, played tick by tick.
class RecordPlay {
 public:
  /// Both must outlive this object. Preconditions: begin() of the file has succeeded; the world is in the
  /// state in which the recorded world began.
  RecordPlay(RecordFile& file, AnyWorld& world) : file_(file), world_(world) {}

  /// Reads up to the next tick, and compares the hashes before it. Returns false if the record has ended, or
  /// if the state differs from the recorded one.
  bool read();
  /// Takes the tick that was read. Precondition: read() has returned true (CHECK).
  void play();

  /// The tick that was read.
  std::span<const Input> inputs() const { return file_.inputs(); }
  std::uint32_t length() const { return file_.length(); }
  std::uint64_t tick_number() const { return world_.tick_number() + file_.length(); }

  const Replay& result() const { return result_; }
  const AnyWorld& world() const { return world_; }

 private:
  bool differs(std::string why);

  RecordFile& file_;
  AnyWorld& world_;
  Replay result_;
  bool has_tick_ = false;
  bool has_broken_ = false;  // the recorded world
};

/// Is called after each tick.
using ReplayProgress = std::function<void(const RecordPlay&)>;

/// Plays a record until its end, or until its state differs from the recorded one.
Replay replay(RecordPlay& play, const ReplayProgress& progress = {});

/// How two records of a game differ.
struct RecordDifference {
  /// The first tick that has other inputs, or another length.
  struct Inputs {
    std::uint64_t tick = 0;
    std::string one;    ///< "character 7: Move (direction left)"
    std::string other;  ///< "the record has ended"
  };
  std::optional<Inputs> inputs;
  std::optional<Difference> state;  ///< the first state that differs
  std::uint64_t ticks_equal = 0;    ///< ticks that had equal inputs and led to equal states

  bool is_equal() const { return !inputs && !state; }
};

/// Plays two records in step. Stops at the first state that differs, at the end of a record, at damage, or if
/// a state differs from its recorded hash: result() of each play says so. The order of inputs of different
/// characters does not count, because it does not matter to a world.
RecordDifference compare(RecordPlay& one, RecordPlay& other, const ReplayProgress& progress = {});

}  // namespace madang::world
