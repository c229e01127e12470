#include "board/board_config.h"

#include <gtest/gtest.h>

#include <string>

namespace madang::board {
namespace {

template <class Value>
std::string setting_blamed(Value BoardConfig::* setting, Value value) {
  BoardConfig config;
  config.*setting = value;
  const auto problem = find_problem(config);
  return problem ? std::string(problem->setting) : "";
}

TEST(BoardConfig, IsValidByDefault) { EXPECT_FALSE(find_problem(BoardConfig{})); }

TEST(BoardConfig, NamesTheSettingThatIsOutOfRange) {
  EXPECT_EQ(setting_blamed(&BoardConfig::width, 0u), "width");
  EXPECT_EQ(setting_blamed(&BoardConfig::width, 16385u), "width");
  EXPECT_EQ(setting_blamed(&BoardConfig::height, 0u), "height");
  EXPECT_EQ(setting_blamed(&BoardConfig::height, 16385u), "height");
  for (const std::uint32_t size : {0u, 2u, 3u, 24u, 256u})
    EXPECT_EQ(setting_blamed(&BoardConfig::cell_size, size), "cell_size") << size;
  EXPECT_EQ(setting_blamed(&BoardConfig::obstacle_percent, 101u), "obstacle_percent");
  EXPECT_EQ(setting_blamed(&BoardConfig::tick_rate, 0u), "tick_rate");
  EXPECT_EQ(setting_blamed(&BoardConfig::tick_rate, 1001u), "tick_rate");
  EXPECT_EQ(setting_blamed(&BoardConfig::move_interval_ticks, 0u), "move_interval_ticks");
  EXPECT_EQ(setting_blamed(&BoardConfig::move_interval_ticks, UINT32_MAX), "move_interval_ticks");
  EXPECT_EQ(setting_blamed(&BoardConfig::move_slack_ticks, 20u), "move_slack_ticks");
  EXPECT_EQ(setting_blamed(&BoardConfig::view_radius, 0u), "view_radius");
  EXPECT_EQ(setting_blamed(&BoardConfig::view_radius, 129u), "view_radius");
  EXPECT_EQ(setting_blamed(&BoardConfig::leave_radius, 9u), "leave_radius");
  EXPECT_EQ(setting_blamed(&BoardConfig::leave_radius, 129u), "leave_radius");
  EXPECT_EQ(setting_blamed(&BoardConfig::arrival_radius, 513u), "arrival_radius");
  EXPECT_EQ(setting_blamed(&BoardConfig::players_max, 0u), "players_max");
  EXPECT_EQ(setting_blamed(&BoardConfig::players_max, (1u << 20) + 1), "players_max");
}

TEST(BoardConfig, AllowsTheLargestMapWithCellsOfEverySize) {
  for (const std::uint32_t size : {4u, 8u, 16u, 32u, 64u, 128u})
    EXPECT_FALSE(find_problem({.width = 16384, .height = 16384, .cell_size = size})) << size;
}

}  // namespace
}  // namespace madang::board
