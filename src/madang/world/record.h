// Record: the inputs of a world as bytes. A world that plays a record back has the same states, tick by tick.
//
//   text   "madang record"
//   u64    hash of the columns and effects of the game: another version of a game is refused
//   then for each tick:
//   u8     1
//   u32    length in ordinary ticks
//   u32    number of inputs, then each one: u8 kind, u64 character, u16 opcode, u16 size, body
//   and after some ticks:
//   u8     2
//   u64    hash of the state after the tick
//
// Numbers are little-endian. A record may end in the middle of a tick, because the process ended there: the
// reader stops at the last whole tick. The writer appends to a buffer, and never waits; its owner moves the
// bytes to a file. One thread each.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "madang/base/buffer.h"
#include "madang/base/bytes.h"
#include "madang/world/any_world.h"

namespace madang::world {

class RecordWriter {
 public:
  /// `schema` is AnyWorld::state_schema(). The buffer must outlive the writer; its owner may remove bytes
  /// from its front at any time.
  RecordWriter(Buffer& out, std::uint64_t schema);

  /// Appends the inputs of a tick. Precondition: a body has at most 65,535 bytes (CHECK).
  void add_tick(std::span<const Input> inputs, std::uint32_t length);
  /// Appends the hash of the state after the last tick.
  void add_hash(std::uint64_t hash);

 private:
  template <class T>
  void put(T value);

  Buffer& out_;
};

class RecordReader {
 public:
  enum class Item : std::uint8_t {
    tick,     ///< inputs() and length() are those of the tick
    hash,     ///< hash() is the hash of the state after the last tick
    end,      ///< the end of the record
    torn,     ///< the record ends in the middle of a tick, or of a hash
    damaged,  ///< what follows is no tick and no hash
  };

  /// The bytes must outlive the reader.
  explicit RecordReader(Bytes record) : rest_(record) {}

  /// Reads the beginning. Returns what is wrong with it, or nothing.
  std::optional<std::string_view> begin(std::uint64_t schema);
  /// Reads the next item. After `end`, `torn` or `damaged` it returns the same again.
  Item next();

  /// Valid until the next call of next().
  std::span<const Input> inputs() const { return inputs_; }
  std::uint32_t length() const { return length_; }
  std::uint64_t hash() const { return hash_; }

 private:
  Item read_tick();

  Bytes rest_;
  std::vector<Input> inputs_;
  std::uint32_t length_ = 0;
  std::uint64_t hash_ = 0;
};

/// The result of a replay.
struct Replay {
  std::uint64_t ticks = 0;         ///< that were played
  std::uint64_t hashes = 0;        ///< that were compared and equal
  std::uint64_t differs_from = 0;  ///< the last tick with an equal hash, if the next hash differs
  bool is_equal = true;
  RecordReader::Item end = RecordReader::Item::end;
};

/// Plays a record in a world, until its end or until a hash differs. Preconditions: begin() has found nothing
/// wrong; the world is in the state in which the recorded world began.
Replay replay(RecordReader& record, AnyWorld& world);

}  // namespace madang::world
