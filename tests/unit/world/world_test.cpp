#include "madang/world/world.h"

#include <gtest/gtest.h>

#include "unit/world/tile_game.h"

namespace madang::world::tiles {
namespace {

WorldConfig checked_config() {
  WorldConfig config;
  config.checks_law = true;
  return config;
}

class WorldTest : public testing::Test {
 protected:
  WorldTest() : world_(checked_config(), Map(64, 64, 1, 0)) {}

  const WorldOutput& tick() {
    const WorldOutput& output = world_.tick(inputs_.list());
    inputs_.clear();
    EXPECT_EQ(world_.broken(), "");
    return output;
  }
  template <wire::Packet P>
  P answer_of(const WorldOutput& output, std::size_t index) {
    const Bytes frame = output.bytes_of(output.answers.at(index).part);
    return wire::decode<P>(frame.subspan(wire::frame_header_bytes)).value();
  }

  World<TileGame> world_;
  Inputs inputs_;
};

TEST_F(WorldTest, ACharacterEntersMovesAndLeaves) {
  inputs_.enter(7, {"Mina", 3});
  const WorldOutput& output = tick();
  ASSERT_EQ(output.entered.size(), 1u);
  const EntityId id = world_.entity_of(CharacterId{7});
  EXPECT_EQ(output.entered[0].id, id);
  EXPECT_TRUE(id.is_entity());
  EXPECT_EQ(world_.find<Piece>(id)->name.view(), "Mina");

  const Position before = world_.position_of(id);
  inputs_.send(7, Move{before.x == 0 ? std::int8_t{1} : std::int8_t{-1}, 0, 55});
  const auto moved = answer_of<Moved>(tick(), 0);
  EXPECT_TRUE(moved.has_moved);
  EXPECT_EQ(moved.client_time, 55u);
  EXPECT_EQ(world_.position_of(id), (Position{moved.x, moved.y}));
  EXPECT_NE(world_.position_of(id), before);

  inputs_.leave(7);
  EXPECT_EQ(tick().left.size(), 1u);
  EXPECT_FALSE(world_.entity_of(CharacterId{7}));
  EXPECT_EQ(world_.core().registry.size(), 0u);
}

}  // namespace
}  // namespace madang::world::tiles
