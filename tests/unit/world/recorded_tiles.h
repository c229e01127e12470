// A recorded game of tiles (unit/world/tile_game.h). For tests of records.
#pragma once

#include <functional>
#include <sstream>
#include <string>
#include <utility>

#include "madang/base/random.h"
#include "madang/world/record_file.h"
#include "unit/world/tile_game.h"

namespace madang::world::tiles {

inline constexpr std::uint64_t recorded_characters = 20;

/// Returns the world of all records here, at its beginning.
inline World<TileGame> recorded_world() { return World<TileGame>(WorldConfig{}, Map(48, 48, 2, 8)); }

/// Changes the inputs of a tick; the first tick has number 1.
using ChangeInputs = std::function<void(int tick, Inputs&)>;

/// Plays `ticks` ticks. Returns their items, with a hash after every `hash_interval` ticks.
inline Buffer recorded_items(int ticks, int hash_interval, const ChangeInputs& change = {}) {
  Random random(8);
  World<TileGame> world = recorded_world();
  Buffer items;
  RecordWriter writer(items);
  for (int tick = 1; tick <= ticks; ++tick) {
    Inputs inputs;
    for (std::uint64_t character = 1; character <= recorded_characters; ++character) {
      if (!world.entity_of(CharacterId{character})) {
        if (random.chance(1, 3)) inputs.enter(character, {"Mina", 1});
      } else if (random.chance(1, 30)) {
        inputs.leave(character);
      } else {
        inputs.send(character, Move{1, static_cast<std::int8_t>(random.below(2)), 0});
      }
    }
    if (change) change(tick, inputs);
    const std::uint32_t length = tick % 7 == 0 ? 2 : 1;
    writer.add_tick(inputs.list(), length);
    world.tick(inputs.list(), length);
    if (tick % hash_interval == 0) writer.add_hash(world.hash());
  }
  return items;
}

inline RecordHeading recorded_heading() {
  return {.program = "tiles 1",
          .game = "tiles",
          .state_schema = schema_of_state<TileParts>(),
          .input_schema = 5,
          .map_hash = hash_of(Map(48, 48, 2, 8)),
          .settings = "[world]\nmap = \"48x48\"\n"};
}

/// Returns the bytes of a file, with a block for each one of `blocks`.
inline std::string file_of(const std::vector<const Buffer*>& blocks, bool has_end = true) {
  Buffer out;
  RecordBlocks::put_heading(out, recorded_heading());
  RecordBlocks writer;
  for (const Buffer* items : blocks) writer.put_block(out, items->bytes());
  if (has_end) writer.put_end(out);
  return std::string(as_text(out.bytes()));
}

/// A file in memory, and its reader.
struct OpenFile {
  explicit OpenFile(const std::string& bytes) : stream(bytes), file(stream) {}

  std::istringstream stream;
  RecordFile file;
};

}  // namespace madang::world::tiles
