// The operator's list of players: its players, their order, and its pages.
#include "madang/server/player_search.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "board/board_config.h"
#include "board/packets.h"
#include "unit/world/game_inputs.h"

namespace madang::server {
namespace {

class PlayerSearchTest : public testing::Test {
 protected:
  void enter(const std::string& name) {
    queue_enter(name);
    tick();
  }
  void queue_enter(const std::string& name) {
    const CharacterId character{++characters_};
    routes_.attach(character, SessionId{character.value + 1'000}, name);
    inputs_.enter(character.value, board::Entry{std::string_view(name), board::Looks::king});
  }
  void leave(std::uint64_t character) {
    routes_.detach(CharacterId{character}, routes_.find(CharacterId{character}));
    inputs_.leave(character);
    tick();
  }
  void tick() {
    world_->tick(inputs_.list());
    inputs_.clear();
  }
  PlayerSearch found(PlayerSearch::Query query) const {
    PlayerSearch search(std::move(query));
    while (!search.search_next(*world_, routes_)) {
    }
    return search;
  }
  static std::string names(const PlayerSearch& search) {
    std::string all;
    for (const auto& player : search.players()) all += player.name + " ";
    return all;
  }
  static PlayerSearch::Query behind(const PlayerSearch& page, std::size_t rows_max) {
    return {.find = {},
            .square = {},
            .after_name = page.players().back().name,
            .after_entity = page.players().back().entity,
            .rows_max = rows_max};
  }

  std::unique_ptr<world::AnyWorld> world_ = board::make_world({.width = 64,
                                                               .height = 64,
                                                               .obstacle_percent = 0,
                                                               .move_interval_ticks = 1,
                                                               .move_slack_ticks = 0,
                                                               .players_max = 20'000});
  net::Routes routes_;
  world::GameInputs inputs_;
  std::uint64_t characters_ = 0;
};

TEST_F(PlayerSearchTest, SortsByNameWithoutCaseAndKeepsItsPagesAsPlayersComeAndGo) {
  for (const char* name : {"dora", "Anna", "carl", "Bert", "anna", "emil"}) enter(name);
  const PlayerSearch first = found({.rows_max = 3});
  EXPECT_EQ(folded(names(first)), "anna anna bert ");
  EXPECT_LT(first.players()[0].entity, first.players()[1].entity) << "equal names are in the order of ids";
  EXPECT_EQ(first.count(), 6u);
  EXPECT_TRUE(first.has_more());
  leave(4);      // Bert, the last player of this page
  enter("aaa");  // moves no player to another page
  const PlayerSearch second = found(behind(first, 3));
  EXPECT_EQ(names(second), "carl dora emil ");
  EXPECT_FALSE(second.has_more());
  EXPECT_EQ(second.count(), 6u);
}

TEST_F(PlayerSearchTest, ShowsEachPlayerWithTheSameNameOnce) {
  for (int i = 0; i < 7; ++i) enter("same");
  std::set<world::EntityId> entities;
  PlayerSearch page = found({.rows_max = 3});
  for (;;) {
    for (const auto& player : page.players()) EXPECT_TRUE(entities.insert(player.entity).second);
    if (!page.has_more()) break;
    page = found(behind(page, 3));
  }
  EXPECT_EQ(entities.size(), 7u);
}

TEST_F(PlayerSearchTest, FindsPartsOfNames) {
  for (const char* name : {"Rascal", "나그네 하나", "pascal", "나그네 둘", "Zoe"}) enter(name);
  EXPECT_EQ(names(found({.find = "ASC"})), "pascal Rascal ");
  EXPECT_EQ(names(found({.find = "나그네"})), "나그네 둘 나그네 하나 ");
  EXPECT_EQ(found({.find = "nobody"}).count(), 0u);
}

TEST_F(PlayerSearchTest, FindsOnlyThePlayersOfASquare) {
  for (int i = 0; i < 200; ++i) enter("p");
  const MapSquares squares(world_->grid());
  std::size_t all = 0;
  for (std::uint32_t square = 0; square < squares.columns() * squares.rows(); ++square) {
    const PlayerSearch search = found({.square = square, .rows_max = 200});
    for (const auto& player : search.players()) {
      EXPECT_EQ(squares.of(player.position), square);
      EXPECT_GE(player.sees, 1u) << "itself";
    }
    all += search.count();
  }
  EXPECT_EQ(all, 200u);
}

TEST_F(PlayerSearchTest, SearchesALargeMapInSeveralCalls) {
  for (std::uint32_t i = 0; i <= PlayerSearch::players_at_once; ++i) queue_enter("p");
  tick();
  PlayerSearch search({.rows_max = 5});
  EXPECT_FALSE(search.search_next(*world_, routes_));
  EXPECT_TRUE(search.search_next(*world_, routes_));
  EXPECT_EQ(search.count(), PlayerSearch::players_at_once + 1);
  EXPECT_EQ(search.players().size(), 5u);
}

TEST_F(PlayerSearchTest, FindsEachPlayerOnceAlthoughPlayersStepIntoAnotherZoneMeanwhile) {
  ASSERT_FALSE(world_->cut({2, 1}));
  for (std::uint32_t i = 0; i <= PlayerSearch::players_at_once; ++i) queue_enter("p");
  tick();
  for (const board::Direction direction : {board::Direction::left, board::Direction::right}) {
    PlayerSearch search({.rows_max = 20'000});
    ASSERT_FALSE(search.search_next(*world_, routes_));
    const std::uint32_t before = world_->registries()[0]->size();
    for (std::uint64_t one = 1; one <= characters_; ++one) inputs_.send(one, board::Move{direction});
    tick();
    ASSERT_NE(world_->registries()[0]->size(), before) << "nobody has crossed the border";
    while (!search.search_next(*world_, routes_)) {
    }
    EXPECT_EQ(search.count(), characters_);
    EXPECT_EQ(search.players().size(), characters_);
  }
}

TEST_F(PlayerSearchTest, DoesNotShowWhoHasNoSession) {
  enter("Anna");
  enter("Bert");
  routes_.detach(CharacterId{1}, SessionId{1'001});
  EXPECT_EQ(names(found({})), "Bert ");
}

}  // namespace
}  // namespace madang::server
