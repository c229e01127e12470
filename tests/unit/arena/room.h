// Room: plays the arena for a test, with the law checked. At the end of a test it plays the same inputs in
// other orders, and compares the hashes.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "arena/arena.h"
#include "unit/world/game_inputs.h"

namespace arena {

/// The middle of a tile.
constexpr Position centre_of(std::int32_t x, std::int32_t y) {
  return {x * Arena::tile + Arena::tile / 2, y * Arena::tile + Arena::tile / 2};
}

/// The arena, but a newcomer whose name is "3,5" comes to the middle of the tile 3, 5.
class PlacedArena : public Arena {
 public:
  void enter(WorldChange& world, CharacterId character, const Entry& entry) const {
    const std::string_view place = entry.name.view();
    const std::size_t comma = place.find(',');
    if (comma == std::string_view::npos) return Arena::enter(world, character, entry);
    const auto number = [](std::string_view text) {
      std::int32_t value = 0;
      std::from_chars(text.data(), text.data() + text.size(), value);
      return value;
    };
    world.place(character, Fighter{.name = entry.name},
                centre_of(number(place.substr(0, comma)), number(place.substr(comma + 1))));
  }
};

/// Returns a map of rows of text, in which '#' is an obstacle.
inline world::Map map_of(const std::vector<std::string>& rows) {
  return world::Map::of(static_cast<std::uint32_t>(rows[0].size()), static_cast<std::uint32_t>(rows.size()),
                        [&](std::uint32_t x, std::uint32_t y) { return rows[y][x] == '#'; });
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
constexpr Heading east{1, 0}, west{-1, 0}, south{0, 1}, north{0, -1};

class PlayedRoom {
 public:
  explicit PlayedRoom(const std::vector<std::string>& rows, std::uint64_t seed = 1)
      : rows_(rows), seed_(seed), world_(config(seed), map_of(rows)) {}
  explicit PlayedRoom(std::uint32_t width, std::uint32_t height)
      : PlayedRoom(std::vector<std::string>(height, std::string(width, '.'))) {}

  // ---- Inputs of the next tick
  void enter(std::uint64_t character, std::int32_t x, std::int32_t y) {
    const std::string place = std::to_string(x) + "," + std::to_string(y);
    next_.enter(character, Entry{Name(std::string_view(place))});
  }
  void enter_anywhere(std::uint64_t character) { next_.enter(character, Entry{"anywhere"}); }
  void leave(std::uint64_t character) { next_.leave(character); }
  void steer(std::uint64_t character, Heading heading) { next_.send(character, Steer{heading}); }
  void look(std::uint64_t character, Heading heading) {
    steer(character, heading);
    steer(character, {});
  }
  void fire(std::uint64_t character) { next_.send(character, Fire{7}); }

  const world::WorldOutput& tick() {
    const world::WorldOutput& output = world_.tick(next_.list());
    EXPECT_EQ(world_.broken(), "");
    script_.push_back({std::move(next_), world_.hash()});
    next_ = {};
    for_each_of<Fighter>(world_, [&](EntityId, Position at, const Fighter&) {
      EXPECT_TRUE(world_.core().is_free(at)) << "a fighter on an obstacle";
    });
    return output;
  }
  void ticks(int count) {
    for (int i = 0; i < count; ++i) tick();
  }

  // ---- What there is
  EntityId id(std::uint64_t character) const { return world_.entity_of(CharacterId{character}); }
  const Fighter& fighter(std::uint64_t character) const {
    static constexpr Fighter nothing{};
    const Fighter* found = world_.find<Fighter>(id(character));
    EXPECT_TRUE(found) << "no fighter of the character " << character;
    return found ? *found : nothing;
  }
  int hit_points(std::uint64_t character) const { return fighter(character).hit_points; }
  Position where(std::uint64_t character) const { return world_.position_of(id(character)); }
  std::vector<Position> shots() const {
    std::vector<Position> positions;
    for_each_of<Shot>(world_, [&](EntityId, Position at, const Shot&) { positions.push_back(at); });
    return positions;
  }
  const world::World<PlacedArena>& world() const { return world_; }

  /// Plays all ticks again, in other orders.
  void expect_same_in_every_order() const {
    for (std::uint64_t order = 1; order <= 3; ++order) {
      madang::Random random(order);
      world::World<PlacedArena> world(config(seed_), map_of(rows_));
      for (std::size_t i = 0; i < script_.size(); ++i) {
        world.tick(world::permuted(script_[i].inputs.list(), random));
        ASSERT_EQ(world.hash(), script_[i].hash) << "order " << order << ", tick " << i + 1;
      }
    }
  }

 private:
  struct PlayedTick {
    world::GameInputs inputs;
    std::uint64_t hash;
  };
  static world::WorldConfig config(std::uint64_t seed) {
    world::WorldConfig config = Arena::config({.seed = seed}, 20);
    config.checks_law = true;
    return config;
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

  PlayedRoom room_{24, 16};
};

}  // namespace arena
