// Views of clients follow the world of a game by its packets alone: they find no fault, and after each tick
// each of them agrees with the world.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>

#include "madang/client/view.h"
#include "unit/client/small_game.h"
#include "unit/world/follower.h"
#include "unit/world/tile_game.h"

namespace madang::client {
namespace {

using world::EntityId;
namespace tiles = world::tiles;

/// The game has no list of answers, and its Moved has an opcode of a session. So the views do not get Moved.
struct TileViewParts : tiles::TileParts {
  using Answers = wire::Types<tiles::Said>;
};
using TileView = View<TileViewParts>;

class ViewFollowTest : public testing::Test {
 protected:
  static constexpr std::uint64_t characters = 60;

  ViewFollowTest() : world_(config(), world::Map(128, 128, 3, 10)) {}
  static world::WorldConfig config() {
    world::WorldConfig config;
    config.key.seed = 5;
    return config;
  }

  void tick() {
    const world::WorldOutput& output = world_.tick(inputs_.list());
    inputs_.clear();
    ASSERT_EQ(world_.broken(), "");
    for (const auto& one : output.entered) welcome(one.character);
    auto bytes = streams_.next(world_.core().grid, output);
    for (const auto& one : output.left) views_.erase(one.character.value);
    for (auto& [character, view] : views_) {
      follow(*view, bytes[character]);
      is_unsettled_ = std::ranges::binary_search(output.unsettled, CharacterId{character});
      compare(character, *view);
    }
    truth_before_ = truth_now();
    EXPECT_EQ(findings_.total(), 0u) << findings_.texts().front();
  }
  void welcome(CharacterId character) {
    const EntityId id = world_.entity_of(character);
    auto& view = views_[character.value] = std::make_unique<TileView>(findings_, motion_);
    const world::Position position = world_.position_of(id);
    const wire::Welcome packet{.entity = id.wire(),
                               .map_width = 128,
                               .map_height = 128,
                               .cell_size = world_.core().config.cell_size,
                               .units_per_tile = 1,
                               .x = static_cast<std::uint32_t>(position.x),
                               .y = static_cast<std::uint32_t>(position.y)};
    ASSERT_EQ(small::apply_all(*view, small::frame_of(packet).bytes()), CloseReason::none);
  }
  static void follow(TileView& view, Bytes bytes) {
    for (auto frame = wire::next_frame(bytes); frame; frame = wire::next_frame(bytes))
      if (frame->opcode != wire::opcode_of<tiles::Moved>) {
        ASSERT_EQ(view.apply(*frame), CloseReason::none) << frame->opcode;
      }
  }
  std::map<EntityId, world::CellIndex> truth_now() const {
    std::map<EntityId, world::CellIndex> truth;
    const auto& registry = world_.core().registry;
    registry.for_each([&](std::uint32_t slot) { truth[registry.row(slot).id] = registry.cell_of(slot); });
    return truth;
  }
  void compare(std::uint64_t character, const TileView& view) {
    const world::Grid& grid = world_.core().grid;
    const world::CellRect& watch = streams_.watches().at(character);
    std::size_t count = 0;
    for (const auto& [id, cell] : truth_now()) {
      if (!grid.contains(watch, cell)) continue;
      ++count;
      const auto seen = view.find(id.wire());
      ASSERT_TRUE(seen.has_value());
      EXPECT_EQ(seen->position, world_.position_of(id));
      const tiles::Piece& truth = *world_.find<tiles::Piece>(id);
      const tiles::Piece& shown = *view.attributes<tiles::Piece>(*seen);
      EXPECT_EQ(shown.looks, truth.looks);
      EXPECT_EQ(shown.name.view(), truth.name.view());
      EXPECT_EQ(shown.moves, 0u) << "for the owner alone";
      EXPECT_EQ(view.find(seen->cell, seen->alias)->id, id.wire());
    }
    // Besides these, a view that is about to watch other cells knows for one tick what has left its cells.
    view.for_each_entity([&](const Seen& seen) {
      const EntityId id{seen.id.high, seen.id.low};
      const std::uint32_t slot = world_.core().registry.find(id);
      if (slot != world::SlotIndex::none && grid.contains(watch, world_.core().registry.cell_of(slot)))
        return;
      ++count;
      ++late_leaves_;
      ASSERT_TRUE(is_unsettled_) << "the client must know that this entity has left";
      ASSERT_TRUE(truth_before_.contains(id)) << "has left the world two ticks ago";
      EXPECT_EQ(grid.column(truth_before_.at(id)), seen.cell.x) << "has left the cell two ticks ago";
      EXPECT_EQ(grid.row(truth_before_.at(id)), seen.cell.y);
    });
    EXPECT_EQ(view.entity_count(), count);
    const EntityId own = world_.entity_of(CharacterId{character});
    EXPECT_EQ(view.own<tiles::Piece>().moves, world_.find<tiles::Piece>(own)->moves);
    EXPECT_EQ(view.cells().size(), (watch.x1 - watch.x0 + 1u) * (watch.y1 - watch.y0 + 1u));
  }
  /// All characters enter, leave, walk and speak at random. `turns`: some also jump.
  void play(int ticks, bool turns) {
    Random random(17);
    for (int i = 0; i < ticks && !HasFailure(); ++i) {
      for (std::uint64_t character = 1; character <= characters; ++character) {
        if (!world_.entity_of(CharacterId{character})) {
          if (random.chance(1, 10)) inputs_.enter(character, {"Mina", 1});
        } else if (random.chance(1, 200)) {
          inputs_.leave(character);
        } else if (turns && random.chance(1, 50)) {
          const EntityId other = world_.entity_of(CharacterId{1 + random.below(characters)});
          const world::Position close_by =
              world_.position_of(other ? other : world_.entity_of(CharacterId{character}));
          inputs_.send(character,
                       tiles::Turn{static_cast<std::uint8_t>(random.below(6)), close_by.x, close_by.y});
        } else {
          const auto one = [&] { return static_cast<std::int8_t>(static_cast<int>(random.below(3)) - 1); };
          const std::int8_t x = one();
          inputs_.send(character, tiles::Move{x, one(), 0});
          if (random.chance(1, 20)) inputs_.send(character, tiles::Say{"hello"});
        }
      }
      tick();
    }
    EXPECT_GT(views_.size(), characters / 2);
    EXPECT_GT(late_leaves_, 0u);
  }

  world::World<tiles::TileGame> world_;
  tiles::Inputs inputs_;
  tiles::CellStreams streams_;
  Findings findings_;
  Motion motion_{.may_stand_on_obstacles = true};  // newcomers appear anywhere
  std::map<std::uint64_t, std::unique_ptr<TileView>> views_;
  std::map<EntityId, world::CellIndex> truth_before_;
  std::size_t late_leaves_ = 0;
  bool is_unsettled_ = false;  // the client that is compared watches other cells in the next tick
};

TEST_F(ViewFollowTest, EachViewAgreesWithTheWorldAfterEachTick) { play(400, true); }

TEST_F(ViewFollowTest, EachViewFindsThatNoStepIsTooLong) {
  motion_.step_max = 2;  // one tile along each axis
  play(200, false);
}

}  // namespace
}  // namespace madang::client
