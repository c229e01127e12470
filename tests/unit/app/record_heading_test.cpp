#include "madang/server/record_heading.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

#include "app/board_game.h"
#include "board/board_config.h"
#include "madang/base/random.h"

namespace madang::app {
namespace {

const server::ProgramInfo this_program{.name = "madang", .version = "1.2"};

struct UnusualGame : BoardGame {
  UnusualGame() {
    map = {37, 91};
    settings.seed = 12'345;
    obstacle_percent = 21;
    settings.tick_rate = 13;
    move_interval_ms = 777;
    move_slack_percent = 31;
    cell_size = 16;
    view_radius = 7;
    leave_radius = 9;
    arrival_radius = 11;
    players_max = 55;
  }
};

world::RecordHeading heading_of(BoardGame& game) {
  return server::heading_of(this_program, game, *game.make_main_world());
}
auto make_recorded_world(const world::RecordHeading& heading) {
  return server::make_recorded_world(this_program, [] { return std::make_unique<BoardGame>(); }, heading);
}

TEST(RecordHeadingTest, TheWorldOfARecordHasAllSettingsOfTheWorld) {
  UnusualGame game;
  const auto recorded = make_recorded_world(heading_of(game));
  ASSERT_TRUE(recorded) << recorded.error();
  const board::BoardConfig wanted = board_config_of(game);
  const board::BoardConfig got = board_config_of(dynamic_cast<const BoardGame&>(*recorded->game));
  const auto& [width, height, cell_size, seed, number, obstacle_percent, tick_rate, move_interval_ticks,
               move_slack_ticks, view_radius, leave_radius, arrival_radius, players_max] =
      got;  // no member is forgotten here
  EXPECT_EQ(width, wanted.width);
  EXPECT_EQ(height, wanted.height);
  EXPECT_EQ(cell_size, wanted.cell_size);
  EXPECT_EQ(seed, wanted.seed);
  EXPECT_EQ(number, 0u) << "the main world";
  EXPECT_EQ(obstacle_percent, wanted.obstacle_percent);
  EXPECT_EQ(tick_rate, wanted.tick_rate);
  EXPECT_EQ(move_interval_ticks, wanted.move_interval_ticks);
  EXPECT_EQ(move_slack_ticks, wanted.move_slack_ticks);
  EXPECT_EQ(view_radius, wanted.view_radius);
  EXPECT_EQ(leave_radius, wanted.leave_radius);
  EXPECT_EQ(arrival_radius, wanted.arrival_radius);
  EXPECT_EQ(players_max, wanted.players_max);
}

TEST(RecordHeadingTest, EachSettingOfTheWorldIsInTheHeadingAndNoSecret) {
  UnusualGame game;
  game.settings.operator_token = "a-secret-of-the-operator";
  const std::string text = heading_of(game).settings;
  for (const server::Setting& setting : table_of(game))
    EXPECT_EQ(text.find(fmt::format("\n{} = ", setting.name)) != text.npos, setting.section == "world")
        << setting.name;
  EXPECT_EQ(text.find("secret"), text.npos);
}

/// A game that differs from another one in what the operator can do, and in nothing else.
template <class... Action>
struct OperatedGame : server::Game {
  static constexpr std::array<wire::RecordInfo, sizeof...(Action)> actions = {
      wire::InfoOf<Action>::record...};
  static const world::GameInfo& own_info() {
    static const world::GameInfo info = [] {
      world::GameInfo board = board::game_info();
      board.operator_actions = actions;
      return board;
    }();
    return info;
  }
  OperatedGame() : Game(own_info()) {}
  std::unique_ptr<world::AnyWorld> make_main_world() const override { return board::make_world({}); }
};
struct Rain {
  std::uint8_t count = 0;
  static constexpr auto table =
      wire::record("Rain", "Drops fall.", wire::field("count", &Rain::count, "of drops"));
};

TEST(RecordHeadingTest, ARecordWithOtherActionsOfTheOperatorIsRefused) {
  OperatedGame<Rain> game;
  const world::RecordHeading heading = server::heading_of(this_program, game, *game.make_main_world());
  const auto problem = [&]<class Game>(Game*) {
    const auto recorded =
        server::make_recorded_world(this_program, [] { return std::make_unique<Game>(); }, heading);
    return recorded ? std::string() : recorded.error();
  };
  EXPECT_EQ(problem(static_cast<OperatedGame<Rain>*>(nullptr)), "");
  EXPECT_NE(problem(static_cast<OperatedGame<>*>(nullptr)).find("the game's commands differ"),
            std::string::npos);
}

TEST(RecordHeadingTest, WhatThisProgramCannotPlayIsRefused) {
  const auto refusal = [](const auto& change) {
    BoardGame game;
    game.map = {40, 40};
    world::RecordHeading heading = heading_of(game);
    heading.program = "madang 9.9";
    change(heading);
    const auto recorded = make_recorded_world(heading);
    return recorded ? "it is played" : recorded.error();
  };
  const std::string begin = "it was recorded by madang 9.9, and this is madang 1.2: ";
  EXPECT_EQ(refusal([](auto&) {}), "it is played");
  EXPECT_EQ(refusal([](auto& heading) { heading.game = "arena\x1b"; }),
            begin + "its game is \"arena.\", which this program does not have");
  EXPECT_EQ(refusal([](auto& heading) { ++heading.state_schema; }),
            begin + "the game's attributes or effects differ");
  EXPECT_EQ(refusal([](auto& heading) { ++heading.input_schema; }), begin + "the game's commands differ");
  EXPECT_EQ(refusal([](auto& heading) { ++heading.map_hash; }),
            begin + "the same settings make another map now");
  EXPECT_EQ(refusal([](auto& heading) { heading.settings += "gravity = 3\n"; }),
            begin + "settings:15: gravity: no such setting in [world]");
  EXPECT_EQ(refusal([](auto& heading) { heading.settings = "[world]\ntick_rate = 500\n"; }),
            begin + "settings:2: tick_rate: 500 is out of range (1 to 100 ticks a second)");
  EXPECT_EQ(
      refusal([](auto& heading) { heading.settings = "[world]\nmove_slack_percent = 99\ncell_size = 7\n"; }),
      begin + "cell_size: 7 is out of range (4, 8, 16, 32, 64 or 128 tiles)");
  struct Hall : BoardGame {
    std::unique_ptr<world::AnyWorld> make_main_world() const override { return nullptr; }
  };
  BoardGame board;
  const auto none =
      server::make_recorded_world(this_program, [] { return std::make_unique<Hall>(); }, heading_of(board));
  ASSERT_FALSE(none);
  EXPECT_TRUE(none.error().ends_with("the same settings make no main world now")) << none.error();
  Random random(3);
  for (int i = 0; i < 200; ++i)
    EXPECT_NE(refusal([&](auto& heading) {
                heading.settings[random.below(static_cast<std::uint32_t>(heading.settings.size()))] =
                    static_cast<char>(random.below(256));
              }),
              "");
}

}  // namespace
}  // namespace madang::app
