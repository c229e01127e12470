#include "madang/world/world_config.h"

#include <gtest/gtest.h>

#include <limits>

#include "madang/world/interest.h"
#include "madang/world/position.h"

namespace madang::world {
namespace {

std::string_view setting_refused(const WorldConfig& config, std::uint32_t width, std::uint32_t height) {
  const auto problem = find_problem(config, Map::empty(width, height));
  return problem ? problem->setting : "";
}

TEST(WorldConfig, IsValidByDefault) { EXPECT_EQ(setting_refused({}, 100, 100), ""); }

TEST(WorldConfig, LetsAPlaceBeyondTheEdgeBeAPosition) {
  WorldConfig config;
  config.units_per_tile = 1u << 16;
  config.cell_size = 1u << 16;
  EXPECT_EQ(setting_refused(config, (1u << 15) - 1, 1), "");
  EXPECT_EQ(setting_refused(config, 1u << 15, 1), "units_per_tile") << "2^31 units";
  EXPECT_EQ(setting_refused(config, 1, 1u << 15), "units_per_tile");
  // The last position of the largest map, and a step of 65,535 units from there.
  constexpr std::int64_t last = std::int64_t{WorldConfig::side_max} - 1;
  EXPECT_LE(last + 65'535, std::numeric_limits<decltype(Position::x)>::max());
}

TEST(WorldConfig, LetsAPlayerWatchFromTheLastPositionOfTheLargestMap) {
  const Grid grid(WorldConfig::side_max, 1, WorldConfig::cell_size_max);
  const CellRect watch = watch_from(grid, {WorldConfig::radius_max, WorldConfig::radius_max},
                                    {static_cast<std::int32_t>(WorldConfig::side_max - 1), 0}, {});
  EXPECT_EQ(watch.x0, ((WorldConfig::side_max - 1) - WorldConfig::radius_max) / WorldConfig::cell_size_max);
  EXPECT_EQ(watch.x1, grid.columns() - 1);
  EXPECT_EQ(watch.y1, 0);
}

}  // namespace
}  // namespace madang::world
