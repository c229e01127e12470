// RecordFile: a record of a world (world/record.h) in a file, with all that a replay needs to know.
//
//   text   "madang record"
//   u8     version of the format: 1
//   u32    size of the heading
//          the heading: text program, text game, u64 state schema, u64 input schema, u64 hash of the map,
//          u32 size of the settings, settings
//   u64    hash of all bytes before it
//   then blocks:
//   u8     1: items; 2: the end of the record, without items
//   u32    size of the items
//   u32    hash of the number of the block, and of the five bytes before it
//          whole items
//   u64    hash of the items
//
// Numbers are little-endian. If the process ends without warning, the file ends in the middle of a block, or
// without the end block: it is torn. All whole blocks of a torn file are good. A file in which a byte has
// changed is damaged, and so is one from which a block was cut out. The hashes find accidents. An
// attacker can make a file with right hashes; then the world ignores inputs that are not valid.
//
// One thread each. The reader holds one block in memory.
#pragma once

#include <cstdint>
#include <expected>
#include <istream>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "madang/base/buffer.h"
#include "madang/world/record.h"

namespace madang::world {

class Map;

/// What a replay needs to know of the world. A plain value.
struct RecordHeading {
  std::string program;             ///< that recorded, with its version; at most 255 bytes
  std::string game;                ///< at most 255 bytes
  std::uint64_t state_schema = 0;  ///< AnyWorld::state_schema()
  std::uint64_t input_schema = 0;  ///< of the commands of the game, and of its Entry
  std::uint64_t map_hash = 0;      ///< hash_of(map)
  std::string settings;            ///< as the program writes them; for its own eyes

  bool operator==(const RecordHeading&) const = default;
};

/// Returns the hash of a map: of its size and its obstacles.
std::uint64_t hash_of(const Map& map);

/// Makes the bytes of a file.
class RecordBlocks {
 public:
  static constexpr std::size_t items_bytes_max = 64u << 20;  ///< of one block
  static constexpr std::size_t settings_bytes_max = 64u << 10;

  /// Appends the beginning of a file. Precondition: the texts are not too long (CHECK).
  static void put_heading(Buffer& out, const RecordHeading& heading);
  /// Appends a block. Precondition: there are at most items_bytes_max bytes of whole items (CHECK).
  void put_block(Buffer& out, Bytes items);
  /// Appends the end of the record.
  void put_end(Buffer& out);

 private:
  void put(Buffer& out, std::uint8_t kind, Bytes items);

  std::uint64_t number_ = 0;  // of the next block
};

/// Reads a file.
class RecordFile {
 public:
  using Item = RecordReader::Item;

  /// The stream must outlive this object, and be open as binary.
  explicit RecordFile(std::istream& in) : in_(in) {}

  /// Reads the beginning. Returns what is wrong with it: "it is not a record of Madang".
  std::expected<RecordHeading, std::string> begin();
  /// Reads the next item. After `end`, `torn` or `damaged` it returns the same again. Precondition: begin()
  /// has succeeded.
  Item next();

  /// Valid until the next call of next().
  std::span<const Input> inputs() const { return items_.inputs(); }
  std::uint32_t length() const { return items_.length(); }
  std::uint64_t hash() const { return items_.hash(); }

  /// Returns what is wrong, and where, after `torn` and `damaged`: "the file ends in the middle of block 7,
  /// which begins at byte 12345".
  const std::string& problem() const { return problem_; }
  std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  bool read(std::span<std::byte> into);
  /// Reads a block. Returns how the record ends; nothing if a block was read.
  std::optional<Item> read_block();
  Item torn();
  Item damaged(std::uint64_t block, std::string_view why);

  std::istream& in_;
  std::vector<std::byte> block_;
  RecordReader items_{Bytes()};
  std::uint64_t number_ = 0;     // of blocks that were read
  std::uint64_t begins_at_ = 0;  // the last block
  std::uint64_t bytes_read_ = 0;
  std::optional<Item> ending_;
  std::string problem_;
};

}  // namespace madang::world
