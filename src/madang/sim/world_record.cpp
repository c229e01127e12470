#include "madang/sim/world_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "madang/base/bytes.h"
#include "madang/world/replay.h"

namespace madang::sim {

namespace {

constexpr std::size_t block_bytes = 64'000;

}  // namespace

void WorldRecord::on_tick(const world::AnyWorld& world, std::span<const world::Input> inputs,
                          std::uint32_t length) {
  world::RecordWriter writer(items_);
  writer.add_tick(inputs, length);
  if (world.broken().empty()) {
    writer.add_hash(world.hash());
  } else {
    writer.add_broken();
  }
  ++ticks_;
  if (length > 1) ++long_ticks_;
  take_overs_ +=
      static_cast<std::uint64_t>(std::ranges::count(inputs, world::Input::Kind::attach, &world::Input::kind));
  if (items_.size() > block_bytes) end_block();
}

std::string WorldRecord::find_difference(world::AnyWorld& fresh) {
  end_block();
  Buffer bytes;
  world::RecordBlocks::put_heading(bytes, {.program = "a simulation", .game = "any"});
  bytes.append(blocks_bytes_.bytes());
  world::RecordBlocks(blocks_).put_end(bytes);  // the record goes on
  std::istringstream stream{std::string(as_text(bytes.bytes()))};
  world::RecordFile file(stream);
  if (!file.begin()) return "the record cannot be read";
  world::RecordPlay play(file, fresh);
  const world::Replay result = world::replay(play);
  if (result.differs_at)
    return fmt::format("played again, the world has another state after tick {}: {}", *result.differs_at,
                       result.why);
  if (result.ending != world::RecordFile::Item::end) return std::string(file.problem());
  if (result.ticks != ticks_)
    return fmt::format("of {} ticks, {} could be played again", ticks_, result.ticks);
  return "";
}

void WorldRecord::end_block() {
  if (items_.empty()) return;
  blocks_.put_block(blocks_bytes_, items_.bytes());
  items_.clear();
}

}  // namespace madang::sim
