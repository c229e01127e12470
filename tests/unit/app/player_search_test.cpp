// The operator's list of players: its players, their order, and its pages.
#include "app/player_search.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace madang::app {
namespace {

class PlayerSearchTest : public testing::Test {
 protected:
  void enter(const std::string& name) {
    board::Command command;
    command.kind = board::Command::Kind::enter;
    command.owner = SessionId{++sessions_};
    command.text = name;
    tick(command);
  }
  void leave(std::uint64_t session) {
    zone_.for_each_piece([&](board::Alias alias, board::Position) {
      if (zone_.piece(alias).owner != SessionId{session}) return;
      leaving_.kind = board::Command::Kind::leave;
      leaving_.owner = SessionId{session};
      leaving_.alias = alias;
    });
    tick(leaving_);
  }
  void tick(board::Command command) {
    std::vector<board::Command> commands{std::move(command)};
    zone_.tick(commands, events_);
  }
  PlayerSearch found(PlayerSearch::Query query) const {
    PlayerSearch search(std::move(query));
    while (!search.search_next(zone_)) {
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
            .after_entity = page.players().back().entity.value,
            .rows_max = rows_max};
  }

  board::Zone zone_{
      board::ZoneConfig{.width = 64, .height = 64, .obstacle_percent = 0, .players_max = 20'000}};
  board::TickEvents events_;
  board::Command leaving_;
  std::uint64_t sessions_ = 0;
};

TEST_F(PlayerSearchTest, SortsByNameWithoutCaseAndKeepsItsPagesAsPlayersComeAndGo) {
  for (const char* name : {"dora", "Anna", "carl", "Bert", "anna", "emil"}) enter(name);
  const PlayerSearch first = found({.rows_max = 3});
  EXPECT_EQ(names(first), "Anna anna Bert ");
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
  std::vector<std::uint64_t> entities;
  PlayerSearch page = found({.rows_max = 3});
  for (;;) {
    for (const auto& player : page.players()) entities.push_back(player.entity.value);
    if (!page.has_more()) break;
    page = found(behind(page, 3));
  }
  EXPECT_EQ(entities, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7}));
}

TEST_F(PlayerSearchTest, FindsPartsOfNames) {
  for (const char* name : {"Rascal", "나그네 하나", "pascal", "나그네 둘", "Zoe"}) enter(name);
  EXPECT_EQ(names(found({.find = "ASC"})), "pascal Rascal ");
  EXPECT_EQ(names(found({.find = "나그네"})), "나그네 둘 나그네 하나 ");
  EXPECT_EQ(found({.find = "nobody"}).count(), 0u);
}

TEST_F(PlayerSearchTest, FindsOnlyThePlayersOfASquare) {
  for (int i = 0; i < 200; ++i) enter("p");
  const MapSquares squares(zone_.config());
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
  std::vector<board::Command> commands(PlayerSearch::slots_at_once + 1);
  for (auto& command : commands) {
    command.kind = board::Command::Kind::enter;
    command.owner = SessionId{++sessions_};
    command.text = "p";
  }
  zone_.tick(commands, events_);
  PlayerSearch search({.rows_max = 5});
  EXPECT_FALSE(search.search_next(zone_));
  EXPECT_TRUE(search.search_next(zone_));
  EXPECT_EQ(search.count(), PlayerSearch::slots_at_once + 1);
  EXPECT_EQ(search.players().size(), 5u);
}

}  // namespace
}  // namespace madang::app
