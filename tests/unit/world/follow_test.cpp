// Clients follow the world by its cell packets alone: after each tick each client knows exactly what stands
// in its cells, and nothing flickers.
#include <gtest/gtest.h>

#include "unit/world/follower.h"
#include "unit/world/tile_game.h"

namespace madang::world::tiles {
namespace {

class WorldFollowTest : public testing::Test {
 protected:
  WorldFollowTest() : world_(config(), Map(128, 128, 3, 10)) {}
  static WorldConfig config() {
    WorldConfig config;
    config.key.seed = 5;
    return config;
  }

  void tick() {
    const WorldOutput& output = world_.tick(inputs_.list());
    inputs_.clear();
    ASSERT_EQ(world_.broken(), "");
    for (const auto& one : output.entered)
      followers_.emplace(one.character.value, world_.core().config.cell_size);
    const auto before = streams_.watches();
    auto bytes = streams_.next(world_.core().grid, output);
    for (const auto& one : output.left) {
      followers_.erase(one.character.value);
      history_.erase(one.character.value);
      bytes.erase(one.character.value);
    }
    for (auto& [character, follower] : followers_) {
      const std::map<EntityId, Piece> truth = truth_of(streams_.watches().at(character));
      std::set<EntityId> keeps;
      for (const auto& [id, known] : follower.all())
        if (truth.contains(id)) keeps.insert(id);
      follower.follow(bytes[character], keeps);
      compare(character, truth);
      const EntityId id = world_.entity_of(CharacterId{character});
      EXPECT_EQ(follower.own_moves(), world_.find<Piece>(id)->moves);
    }
    cells_before_.clear();
    const Registry& registry = world_.core().registry;
    registry.for_each(
        [&](std::uint32_t slot) { cells_before_[registry.row(slot).id] = registry.cell_of(slot); });
  }
  std::map<EntityId, CellIndex> cells_of(const std::map<EntityId, Piece>& truth) const {
    std::map<EntityId, CellIndex> cells;
    for (const auto& [id, one] : truth) cells[id] = world_.core().grid.cell_of(world_.position_of(id));
    return cells;
  }
  static std::set<EntityId> ids_of(const auto& map) {
    std::set<EntityId> ids;
    for (const auto& [id, one] : map) ids.insert(id);
    return ids;
  }
  std::map<EntityId, Piece> truth_of(const CellRect& watch) {
    std::map<EntityId, Piece> truth;
    const Core<TileParts>& core = world_.core();
    core.registry.for_each([&](std::uint32_t slot) {
      const Row& row = core.registry.row(slot);
      if (core.grid.contains(watch, core.registry.cell_of(slot))) truth[row.id] = *world_.find<Piece>(row.id);
    });
    return truth;
  }
  void compare(std::uint64_t character, const std::map<EntityId, Piece>& truth) {
    const auto known = followers_.at(character).all();
    const auto& [before, known_before, truth_before, watch_before] = history_[character];
    for (const auto& [id, one] : known)
      EXPECT_TRUE(truth.contains(id) || before.contains(id)) << "knows what has left two ticks ago";
    // Known two ticks ago, in a cell that the client still watched in the tick before, and known again now.
    // In between, it did not go to a cell that the client has never watched.
    const Grid& grid = world_.core().grid;
    for (const auto& [id, one] : truth) {
      const auto found = truth_before.find(id);
      const bool was_watched = found != truth_before.end() && grid.contains(watch_before, found->second);
      if (!was_watched) continue;
      const CellIndex between = cells_before_.at(id);
      if (!grid.contains(watch_before, between) && !grid.contains(streams_.watches().at(character), between))
        continue;
      EXPECT_TRUE(known_before.contains(id)) << "was away for a tick";
      ++stays_;
    }
    for (const auto& [id, piece] : truth) {
      ASSERT_TRUE(known.contains(id));
      EXPECT_EQ(known.at(id).position, world_.position_of(id));
      EXPECT_EQ(known.at(id).shown.looks, piece.looks);
      EXPECT_EQ(known.at(id).shown.name.view(), piece.name.view());
      EXPECT_EQ(known.at(id).shown.next_move, 0u) << "hidden";
      EXPECT_EQ(known.at(id).shown.moves, 0u) << "for the owner alone";
    }
    history_[character] = {cells_of(truth), ids_of(known), before, streams_.watches().at(character)};
  }

  World<TileGame> world_;
  Inputs inputs_;
  CellStreams streams_;
  std::map<std::uint64_t, Follower> followers_;
  /// What a client should have known, and knew, in the tick before; and what it should have known before
  /// that.
  struct History {
    std::map<EntityId, CellIndex> truth;
    std::set<EntityId> known;
    std::map<EntityId, CellIndex> truth_before;
    CellRect watch;
  };
  std::map<std::uint64_t, History> history_;
  std::map<EntityId, CellIndex> cells_before_;  // of all entities, in the tick before
  std::size_t stays_ = 0;
};

TEST_F(WorldFollowTest, EachClientKnowsExactlyWhatStandsInItsCells) {
  constexpr std::uint64_t characters = 60;
  Random random(17);
  for (int i = 0; i < 400; ++i) {
    for (std::uint64_t character = 1; character <= characters; ++character) {
      const bool is_here = bool{world_.entity_of(CharacterId{character})};
      if (!is_here) {
        if (random.chance(1, 10)) inputs_.enter(character, {"Mina", 1});
      } else if (random.chance(1, 200)) {
        inputs_.leave(character);
      } else if (random.chance(1, 50)) {
        const EntityId other = world_.entity_of(CharacterId{1 + random.below(characters)});
        const Position close_by =
            world_.position_of(other ? other : world_.entity_of(CharacterId{character}));
        inputs_.send(character, Turn{static_cast<std::uint8_t>(random.below(6)), close_by.x, close_by.y});
      } else {
        inputs_.send(character, Move{static_cast<std::int8_t>(static_cast<int>(random.below(3)) - 1),
                                     static_cast<std::int8_t>(static_cast<int>(random.below(3)) - 1), 0});
        if (random.chance(1, 20)) inputs_.send(character, Say{"hello"});
      }
    }
    tick();
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(followers_.size(), characters / 2);
  std::size_t heard = 0;
  for (const auto& [character, follower] : followers_) heard += follower.heard().size();
  EXPECT_GT(heard, 100u);
  EXPECT_GT(stays_, 10'000u);
}

/// The client of a player who has come back knows nothing, so it gets what only it may know, once.
TEST_F(WorldFollowTest, WhoHasComeBackGetsItsOwnAttributesInThatTickAndNotAgain) {
  const auto told_own = [&] {
    std::size_t count = 0;
    const WorldOutput& output = world_.tick(inputs_.list());
    for (const WorldOutput::Answer& answer : output.answers) {
      Bytes bytes = output.bytes_of(answer.part);
      const bool is_own = wire::next_frame(bytes)->opcode == KindOpcodes<Piece, TileParts::Entities>::own;
      count += is_own && answer.character == CharacterId{1};
    }
    inputs_.clear();
    return count;
  };
  inputs_.enter(1, {"Mina", 1});
  inputs_.enter(2, {"Jun", 1});
  tick();
  inputs_.attach(1);
  EXPECT_EQ(told_own(), 1u);
  for (std::uint8_t i = 0; i < 3; ++i) {
    inputs_.send(2, Turn{i, 64, 64});  // a world without news rests
    EXPECT_EQ(told_own(), 0u);
  }
}

}  // namespace
}  // namespace madang::world::tiles
