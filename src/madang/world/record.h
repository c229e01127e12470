// Record: the inputs of a world as bytes, tick by tick. A world that plays them again has the same states.
//
// A record consists of items:
//   a tick     u8 1, u32 length in ordinary ticks, u32 number of inputs,
//              then each input: u8 kind, u64 character, u16 opcode, u16 size, body
//   a hash     u8 2, u64 hash of the state after the last tick
//   an end     u8 3: in the last tick a rule has broken the law, so the world makes no more ticks
//
// Numbers are little-endian. The writer appends to a buffer, and never waits. record_file.h puts items into a
// file, and replay.h plays them again. One thread each.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "madang/base/buffer.h"
#include "madang/base/bytes.h"
#include "madang/world/input.h"

namespace madang::world {

inline constexpr std::size_t recorded_body_bytes_max = UINT16_MAX;

class RecordWriter {
 public:
  /// The buffer must outlive the writer; its owner may remove whole items at any time.
  explicit RecordWriter(Buffer& out) : out_(out) {}

  /// Appends the inputs of a tick. Precondition: a body has at most recorded_body_bytes_max bytes (CHECK).
  void add_tick(std::span<const Input> inputs, std::uint32_t length);
  /// Appends the hash of the state after the last tick.
  void add_hash(std::uint64_t hash);
  /// Appends that the world has broken in the last tick.
  void add_broken();

  /// Returns the number of bytes that add_tick() appends.
  static std::size_t size_of_tick(std::span<const Input> inputs);
  static constexpr std::size_t size_of_hash = 9;
  static constexpr std::size_t size_of_broken = 1;

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
    broken,   ///< the world has broken in the last tick
    end,      ///< the end of the bytes
    torn,     ///< the bytes end in the middle of an item
    damaged,  ///< what follows is no item
  };

  /// The bytes must outlive the reader.
  explicit RecordReader(Bytes items) : rest_(items) {}

  /// Reads the next item. After `end`, `torn` or `damaged` it returns the same again.
  Item next();

  /// Valid until the next call of next().
  std::span<const Input> inputs() const { return inputs_; }
  std::uint32_t length() const { return length_; }
  std::uint64_t hash() const { return hash_; }
  /// Returns the number of bytes that are not read yet.
  std::size_t bytes_left() const { return rest_.size(); }

 private:
  Item read_tick();

  Bytes rest_;
  std::vector<Input> inputs_;
  std::uint32_t length_ = 0;
  std::uint64_t hash_ = 0;
};

}  // namespace madang::world
