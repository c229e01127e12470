#include "madang/world/record.h"

#include "madang/base/check.h"
#include "madang/wire/codec.h"

namespace madang::world {
namespace {

constexpr std::string_view record_begin = "madang record";
constexpr std::uint8_t tick_follows = 1;
constexpr std::uint8_t hash_follows = 2;
constexpr std::size_t body_max = UINT16_MAX;

}  // namespace

RecordWriter::RecordWriter(Buffer& out, std::uint64_t schema) : out_(out) {
  wire::put(out_.extend(wire::size_of(record_begin)), record_begin);
  put(schema);
}

template <class T>
void RecordWriter::put(T value) {
  wire::put(out_.extend(sizeof value), value);
}

void RecordWriter::add_tick(std::span<const Input> inputs, std::uint32_t length) {
  put(tick_follows);
  put(length);
  put(static_cast<std::uint32_t>(inputs.size()));
  for (const Input& input : inputs) {
    MADANG_CHECK(input.body.size() <= body_max, "an input of {} bytes", input.body.size());
    put(static_cast<std::uint8_t>(input.kind));
    put(input.character.value);
    put(input.opcode);
    put(static_cast<std::uint16_t>(input.body.size()));
    out_.append(input.body);
  }
}

void RecordWriter::add_hash(std::uint64_t hash) {
  put(hash_follows);
  put(hash);
}

std::optional<std::string_view> RecordReader::begin(std::uint64_t schema) {
  std::string_view begin;
  std::uint64_t its_schema = 0;
  if (!wire::parse(rest_, begin) || begin != record_begin || !wire::parse(rest_, its_schema))
    return "it is not a record of a world";
  if (its_schema != schema)
    return "it was recorded by another version of the game: the attributes or the effects differ";
  return std::nullopt;
}

RecordReader::Item RecordReader::next() {
  if (rest_.empty()) return Item::end;
  const Bytes before = rest_;
  const auto what = static_cast<std::uint8_t>(rest_.front());
  rest_ = rest_.subspan(1);
  Item item = Item::damaged;
  if (what == tick_follows) {
    item = read_tick();
  } else if (what == hash_follows) {
    item = wire::parse(rest_, hash_) ? Item::hash : Item::torn;
  }
  if (item == Item::torn || item == Item::damaged) rest_ = before;
  return item;
}

RecordReader::Item RecordReader::read_tick() {
  inputs_.clear();
  std::uint32_t count = 0;
  if (!wire::parse(rest_, length_) || !wire::parse(rest_, count)) return Item::torn;
  if (length_ == 0) return Item::damaged;
  for (; count > 0; --count) {
    Input input;
    std::uint8_t kind = 0;
    std::uint16_t size = 0;
    const bool is_whole = wire::parse(rest_, kind) && wire::parse(rest_, input.character.value) &&
                          wire::parse(rest_, input.opcode) && wire::parse(rest_, size);
    if (!is_whole) return Item::torn;
    if (kind >= Input::kind_count) return Item::damaged;
    if (!wire::parse_bytes(rest_, size, input.body)) return Item::torn;
    input.kind = static_cast<Input::Kind>(kind);
    inputs_.push_back(input);
  }
  return Item::tick;
}

Replay replay(RecordReader& record, AnyWorld& world) {
  Replay result;
  std::uint64_t equal_at = world.tick_number();
  for (;;) {
    const RecordReader::Item item = record.next();
    if (item == RecordReader::Item::tick) {
      world.tick(record.inputs(), record.length());
      ++result.ticks;
    } else if (item == RecordReader::Item::hash) {
      if (record.hash() != world.hash()) {
        result.is_equal = false;
        result.differs_from = equal_at;
        return result;
      }
      ++result.hashes;
      equal_at = world.tick_number();
    } else {
      result.end = item;
      return result;
    }
    if (!world.broken().empty()) {
      result.is_equal = false;
      result.differs_from = equal_at;
      return result;
    }
  }
}

}  // namespace madang::world
