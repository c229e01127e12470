// Room: plays the arena for a test, with the law checked. At the end of a test it plays the same inputs in
// other orders, and compares the hashes.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "arena/rules.h"
#include "unit/world/game_inputs.h"

namespace arena {

/// The arena, but a newcomer whose name is "3,5" comes to the tile 3, 5.
class PlacedArena : public Arena {
 public:
  void enter(WorldChange& world, CharacterId character, const Entry& entry) const {
    const std::string_view place_name = entry.name.view();
    const std::size_t comma = place_name.find(',');
    if (comma == std::string_view::npos) return Arena::enter(world, character, entry);
    const auto number = [](std::string_view text) {
      std::int32_t value = 0;
      std::from_chars(text.data(), text.data() + text.size(), value);
      return value;
    };
    place(world, character, entry,
          {number(place_name.substr(0, comma)), number(place_name.substr(comma + 1))});
  }
};

/// Returns a map of rows of text, in which '#' is an obstacle.
inline world::Map map_of(const std::vector<std::string>& rows) {
  return world::Map::of(static_cast<std::uint32_t>(rows[0].size()), static_cast<std::uint32_t>(rows.size()),
                        [&](std::uint32_t x, std::uint32_t y) { return rows[y][x] == '#'; });
}

/// Returns the inputs in another order. Those of one character keep their order.
inline std::vector<world::Input> permuted(std::vector<world::Input> inputs, madang::Random& random) {
  std::vector<world::Input> result;
  while (!inputs.empty()) {
    const auto any = random.below(static_cast<std::uint32_t>(inputs.size()));
    const auto first = std::ranges::find(inputs, inputs[any].character, &world::Input::character);
    result.push_back(*first);
    inputs.erase(first);
  }
  return result;
}

/// Returns how many tiles the grounds of a world have given.
template <class Game>
int tiles_taken(const world::World<Game>& world) {
  int count = 0;
  world.core().grounds.for_each(
      [&](world::CellIndex, const Floor& floor) { count += std::popcount(floor.taken); });
  return count;
}

/// Calls visit(id, position, attributes) for each entity of a kind.
template <class E, class Game, class Visit>
void for_each_of(const world::World<Game>& world, Visit visit) {
  world.core().registry.for_each([&](std::uint32_t slot) {
    const world::Row& row = world.core().registry.row(slot);
    if (const E* found = world.template find<E>(row.id)) visit(row.id, row.position, *found);
  });
}

/// Return the packets of one kind in an output: for a character, for those that watch, and for all.
template <class P>
void add_packet(std::vector<P>& packets, madang::Bytes frame_bytes) {
  const auto frame = wire::next_frame(frame_bytes);
  if (frame && frame->opcode == wire::opcode_of<P>) packets.push_back(*wire::decode<P>(frame->body));
}
template <class P>
std::vector<P> answers_of(const world::WorldOutput& output, std::uint64_t character) {
  std::vector<P> packets;
  for (const auto& answer : output.answers)
    if (answer.character == CharacterId{character}) add_packet(packets, output.bytes_of(answer.part));
  return packets;
}
template <class P>
std::vector<P> told_of(const world::WorldOutput& output) {
  std::vector<P> packets;
  for (const auto& told : output.told) {
    madang::Bytes frames = output.bytes_of(told.part);
    const auto frame = wire::next_frame(frames);
    if (const auto of_the_game = wire::decode<wire::CellTold>(frame->body))
      add_packet(packets, of_the_game->packet);
  }
  return packets;
}
template <class P>
std::vector<P> told_to_all_of(const world::WorldOutput& output) {
  std::vector<P> packets;
  for (const auto& part : output.told_to_all) add_packet(packets, output.bytes_of(part));
  return packets;
}

class Room {
 public:
  explicit Room(const std::vector<std::string>& rows, std::uint64_t seed = 1)
      : rows_(rows), seed_(seed), world_(config(seed), map_of(rows)) {}
  explicit Room(std::uint32_t width, std::uint32_t height)
      : Room(std::vector<std::string>(height, std::string(width, '.'))) {}

  // ---- Inputs of the next tick
  void enter(std::uint64_t character, Tile tile) {
    const std::string name = std::to_string(tile.x) + "," + std::to_string(tile.y);
    next_.enter(character, Entry{Name(std::string_view(name)), 1});
  }
  void enter_anywhere(std::uint64_t character) { next_.enter(character, Entry{"anywhere", 1}); }
  void leave(std::uint64_t character) { next_.leave(character); }
  void steer(std::uint64_t character, Heading heading) { next_.send(character, Steer{heading, 7}); }
  void fire(std::uint64_t character) { next_.send(character, Fire{7}); }

  const world::WorldOutput& tick(std::uint32_t length = 1) {
    const world::WorldOutput& output = world_.tick(next_.list(), length);
    EXPECT_EQ(world_.broken(), "");
    script_.push_back({std::move(next_), length, world_.hash()});
    next_ = {};
    expect_tiles_for_one();
    return output;
  }
  void ticks(int count) {
    for (int i = 0; i < count; ++i) tick();
  }
  /// Enters, and waits until the fighter is up.
  void enter_up(std::uint64_t character, Tile tile) {
    enter(character, tile);
    ticks(4);
    EXPECT_TRUE(fighter(character).is_up());
  }
  /// Fires in a direction, from where the fighter stands.
  void fire_to(std::uint64_t character, Heading heading) {
    steer(character, heading);
    steer(character, Heading::stop);
    fire(character);
    tick();
  }

  // ---- What there is
  EntityId id(std::uint64_t character) const { return world_.entity_of(CharacterId{character}); }
  bool is_here(std::uint64_t character) const { return bool{id(character)}; }
  const Fighter& fighter(std::uint64_t character) const {
    static constexpr Fighter nothing{};
    const Fighter* found = world_.find<Fighter>(id(character));
    EXPECT_TRUE(found) << "no fighter of the character " << character;
    return found ? *found : nothing;
  }
  Position where(std::uint64_t character) const { return world_.position_of(id(character)); }
  std::vector<Position> shots() const {
    std::vector<Position> positions;
    for_each_of<Shot>(world_, [&](EntityId, Position at, const Shot&) { positions.push_back(at); });
    return positions;
  }
  int tiles() const { return tiles_taken(world_); }
  const Match& match() const { return world_.core().world; }
  const world::World<PlacedArena>& world() const { return world_; }

  /// Plays all ticks again, in other orders.
  void expect_same_in_every_order() const {
    for (std::uint64_t order = 1; order <= 3; ++order) {
      madang::Random random(order);
      world::World<PlacedArena> world(config(seed_), map_of(rows_));
      for (std::size_t i = 0; i < script_.size(); ++i) {
        world.tick(permuted(script_[i].inputs.list(), random), script_[i].length);
        ASSERT_EQ(world.hash(), script_[i].hash) << "order " << order << ", tick " << i + 1;
      }
    }
  }

 private:
  struct PlayedTick {
    world::GameInputs inputs;
    std::uint32_t length;
    std::uint64_t hash;
  };
  static world::WorldConfig config(std::uint64_t seed) {
    world::WorldConfig config = Arena::config({seed, 0}, 1000);
    config.checks_law = true;
    return config;
  }
  void expect_tiles_for_one() const {
    std::set<Tile> tiles;
    for_each_of<Fighter>(world_, [&](EntityId, Position at, const Fighter& fighter) {
      if (!fighter.is_up()) return;
      EXPECT_TRUE(tiles.insert(tile_of(at)).second) << "two fighters on a tile";
      EXPECT_TRUE(world_.core().is_free(at)) << "a fighter on an obstacle";
      const Floor& floor = world_.core().ground(world_.core().grid.cell_of(at));
      const Position origin = world_.core().grid.origin(world_.core().grid.cell_of(at));
      EXPECT_TRUE(floor.taken & Floor::bit_of(origin, tile_of(at))) << "a fighter on a tile of nobody";
    });
  }

  std::vector<std::string> rows_;
  std::uint64_t seed_;
  world::World<PlacedArena> world_;
  world::GameInputs next_;
  mutable std::vector<PlayedTick> script_;
};

/// A test that plays in a room. At its end it plays the same inputs in other orders.
class RoomTest : public testing::Test {
 protected:
  void TearDown() override { room_.expect_same_in_every_order(); }

  Room room_{24, 16};
};

}  // namespace arena
