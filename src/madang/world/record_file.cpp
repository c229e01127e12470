#include "madang/world/record_file.h"

#include <fmt/core.h>

#include <array>

#include "madang/base/check.h"
#include "madang/wire/codec.h"
#include "madang/world/map.h"
#include "madang/world/state_hash.h"

namespace madang::world {
namespace {

constexpr std::string_view file_begin = "madang record";
constexpr std::uint8_t format_version = 1;
constexpr std::uint8_t items_follow = 1;
constexpr std::uint8_t record_ends = 2;

constexpr std::size_t begin_bytes = wire::size_of(file_begin) + 1 + sizeof(std::uint32_t);
constexpr std::size_t block_head_bytes = 1 + 2 * sizeof(std::uint32_t);
constexpr std::size_t heading_bytes_max = 1024 + RecordBlocks::settings_bytes_max;

template <class T>
void append(Buffer& out, const T& value) {
  wire::put(out.extend(wire::size_of(value)), value);
}

std::uint64_t hash_of_bytes(Bytes bytes) {
  StateHash hash;
  hash.add(bytes);
  return hash.value();
}

std::uint32_t hash_of_head(std::uint64_t number, std::uint8_t kind, std::uint32_t size) {
  StateHash hash;
  hash.add(number);
  hash.add(std::uint64_t{kind});
  hash.add(std::uint64_t{size});
  return static_cast<std::uint32_t>(hash.value());
}

std::optional<RecordHeading> parse_heading(Bytes bytes) {
  std::string_view program;
  std::string_view game;
  RecordHeading heading;
  std::uint32_t size = 0;
  Bytes settings;
  const bool is_whole = wire::parse(bytes, program) && wire::parse(bytes, game) &&
                        wire::parse(bytes, heading.state_schema) &&
                        wire::parse(bytes, heading.input_schema) && wire::parse(bytes, heading.map_hash) &&
                        wire::parse(bytes, size) && wire::parse_bytes(bytes, size, settings);
  if (!is_whole || !bytes.empty()) return std::nullopt;
  heading.program = program;
  heading.game = game;
  heading.settings = as_text(settings);
  return heading;
}

}  // namespace

std::uint64_t hash_of(const Map& map) {
  StateHash hash;
  hash.add(std::uint64_t{map.width()});
  hash.add(std::uint64_t{map.height()});
  for (const std::uint64_t word : map.words()) hash.add(word);
  return hash.value();
}

// --- Write ---

void RecordBlocks::put_heading(Buffer& out, const RecordHeading& heading) {
  MADANG_CHECK(heading.settings.size() <= settings_bytes_max, "settings of {} bytes",
               heading.settings.size());
  Buffer body;
  append(body, std::string_view(heading.program));
  append(body, std::string_view(heading.game));
  append(body, heading.state_schema);
  append(body, heading.input_schema);
  append(body, heading.map_hash);
  append(body, static_cast<std::uint32_t>(heading.settings.size()));
  body.append(as_bytes(heading.settings));

  const std::size_t begin = out.size();
  append(out, file_begin);
  append(out, format_version);
  append(out, static_cast<std::uint32_t>(body.size()));
  out.append(body.bytes());
  append(out, hash_of_bytes(out.bytes().subspan(begin)));
}

void RecordBlocks::put_block(Buffer& out, Bytes items) { put(out, items_follow, items); }
void RecordBlocks::put_end(Buffer& out) { put(out, record_ends, {}); }

void RecordBlocks::put(Buffer& out, std::uint8_t kind, Bytes items) {
  MADANG_CHECK(items.size() <= items_bytes_max, "a block of {} bytes", items.size());
  const auto size = static_cast<std::uint32_t>(items.size());
  append(out, kind);
  append(out, size);
  append(out, hash_of_head(number_, kind, size));
  out.append(items);
  append(out, hash_of_bytes(items));
  ++number_;
}

// --- Read ---

bool RecordFile::read(std::span<std::byte> into) {
  in_.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
  const auto count = static_cast<std::uint64_t>(in_.gcount());
  bytes_read_ += count;
  return count == into.size();
}

std::expected<RecordHeading, std::string> RecordFile::begin() {
  std::vector<std::byte> bytes(begin_bytes);
  const bool is_whole = read(bytes);
  Bytes rest(bytes);
  std::string_view name;
  std::uint8_t version = 0;
  std::uint32_t size = 0;
  if (!is_whole || !wire::parse(rest, name) || name != file_begin || !wire::parse(rest, version) ||
      !wire::parse(rest, size))
    return std::unexpected("it is not a record of Madang");
  if (version != format_version)
    return std::unexpected(
        fmt::format("its format has version {}; this program reads version {}", version, format_version));
  if (size > heading_bytes_max) return std::unexpected("it is damaged: its heading has an impossible size");
  bytes.resize(begin_bytes + size + sizeof(std::uint64_t));
  if (!read(std::span(bytes).subspan(begin_bytes))) return std::unexpected("it ends in its heading");
  const Bytes hashed = Bytes(bytes).first(begin_bytes + size);
  const std::optional<RecordHeading> heading = parse_heading(hashed.subspan(begin_bytes));
  if (load<std::uint64_t>(bytes.data() + hashed.size()) != hash_of_bytes(hashed) || !heading)
    return std::unexpected("it is damaged: the bytes of its heading do not have their hash");
  return *heading;
}

RecordFile::Item RecordFile::next() {
  while (!ending_) {
    const Item item = items_.next();
    if (item == Item::torn || item == Item::damaged) {
      ending_ = damaged(number_, "has the right hash, but contains what is no item");
    } else if (item != Item::end) {
      return item;
    } else {
      ending_ = read_block();
    }
  }
  return *ending_;
}

std::optional<RecordFile::Item> RecordFile::read_block() {
  begins_at_ = bytes_read_;
  std::array<std::byte, block_head_bytes> head;
  if (!read(head)) return torn();
  const auto kind = load<std::uint8_t>(head.data());
  const auto size = load<std::uint32_t>(head.data() + 1);
  if (load<std::uint32_t>(head.data() + 1 + sizeof size) != hash_of_head(number_, kind, size))
    return damaged(number_ + 1, "does not begin with its number and size");
  if ((kind != items_follow && kind != record_ends) || size > RecordBlocks::items_bytes_max ||
      (kind == record_ends && size > 0))
    return damaged(number_ + 1, "has an unknown kind or an impossible size");
  block_.resize(size + sizeof(std::uint64_t));
  if (!read(block_)) return torn();
  const Bytes items = Bytes(block_).first(size);
  if (load<std::uint64_t>(block_.data() + size) != hash_of_bytes(items))
    return damaged(number_ + 1, "does not have its hash");
  ++number_;
  if (kind == record_ends) {
    if (in_.peek() == std::istream::traits_type::eof()) return Item::end;
    return damaged(number_, "is the end of the record, but more bytes follow");
  }
  items_ = RecordReader(items);
  return std::nullopt;
}

RecordFile::Item RecordFile::torn() {
  const bool is_between = bytes_read_ == begins_at_;
  problem_ = is_between ? fmt::format("the file ends after block {}, without the end of the record", number_)
                        : fmt::format("the file ends in the middle of block {}, which begins at byte {}",
                                      number_ + 1, begins_at_);
  return Item::torn;
}

RecordFile::Item RecordFile::damaged(std::uint64_t block, std::string_view why) {
  problem_ = fmt::format("block {}, which begins at byte {}, {}", block, begins_at_, why);
  return Item::damaged;
}

}  // namespace madang::world
