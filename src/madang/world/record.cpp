#include "madang/world/record.h"

#include "madang/base/check.h"
#include "madang/wire/codec.h"

namespace madang::world {
namespace {

constexpr std::uint8_t tick_follows = 1;
constexpr std::uint8_t hash_follows = 2;
constexpr std::uint8_t world_has_broken = 3;
constexpr std::size_t tick_head_bytes = 9;
constexpr std::size_t input_head_bytes = 13;

}  // namespace

template <class T>
void RecordWriter::put(T value) {
  wire::put(out_.extend(sizeof value), value);
}

void RecordWriter::add_tick(std::span<const Input> inputs, std::uint32_t length) {
  put(tick_follows);
  put(length);
  put(static_cast<std::uint32_t>(inputs.size()));
  for (const Input& input : inputs) {
    MADANG_CHECK(input.body.size() <= recorded_body_bytes_max, "an input of {} bytes", input.body.size());
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

void RecordWriter::add_broken() { put(world_has_broken); }

std::size_t RecordWriter::size_of_tick(std::span<const Input> inputs) {
  std::size_t size = tick_head_bytes + inputs.size() * input_head_bytes;
  for (const Input& input : inputs) size += input.body.size();
  return size;
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
  } else if (what == world_has_broken) {
    item = Item::broken;
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
    // No character has this number: tables use it for what they do not have.
    if (kind >= Input::kind_count || input.character.value == UINT64_MAX) return Item::damaged;
    if (!wire::parse_bytes(rest_, size, input.body)) return Item::torn;
    input.kind = static_cast<Input::Kind>(kind);
    inputs_.push_back(input);
  }
  return Item::tick;
}

}  // namespace madang::world
