// Settings of a game of our own: numbers with a fraction, booleans, and enumerations of its packets.
#include "madang/server/setting.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "madang/server/settings_toml.h"

namespace madang::server {
namespace {

struct Sport {
  double gravity = 9.81;
  float friction = 0.5f;
  bool friendly_fire = false;
  std::uint32_t players = 4;

  std::vector<Setting> table() {
    return {
        {"world", "gravity", &gravity, "Acceleration of what falls", 0.5, 20, "m/s2"},
        {"world", "friction", &friction, "Friction of the floor", 0, 1},
        {"world", "friendly_fire", &friendly_fire, "Whether a shot hits players of one's own team"},
        {"world", "players", &players, "Number of players", 1, 8},
    };
  }
};

std::string problem(std::string_view name, std::string_view argument) {
  Sport sport;
  return set_from_argument(*find_setting(sport.table(), name), argument).value_or("none");
}

TEST(SettingTest, ANumberWithAFractionHasARange) {
  Sport sport;
  const std::vector<Setting> table = sport.table();
  EXPECT_EQ(set_from_argument(table[0], "0.5"), std::nullopt);
  EXPECT_EQ(sport.gravity, 0.5);
  EXPECT_EQ(set_from_argument(table[0], "20"), std::nullopt);
  EXPECT_EQ(sport.gravity, 20);
  EXPECT_EQ(set_from_argument(table[1], "0.25"), std::nullopt);
  EXPECT_EQ(sport.friction, 0.25f);
  for (const char* outside : {"0.4999", "20.001", "-1", "1e300"})
    EXPECT_NE(problem("gravity", outside).find("is out of range (0.5 to 20.0 m/s2)"), std::string::npos)
        << problem("gravity", outside);
  EXPECT_NE(problem("gravity", "nan").find("is out of range"), std::string::npos);
  EXPECT_NE(problem("gravity", "inf").find("is out of range"), std::string::npos);
  for (const char* bad : {"", "fast", "1.5x", "1,5", " 1"})
    EXPECT_EQ(problem("gravity", bad), "\"" + std::string(bad) + "\" is not a number");
  EXPECT_EQ(sport.gravity, 20) << "what is refused changes nothing";
}

TEST(SettingTest, ABooleanIsTrueOrFalse) {
  Sport sport;
  const std::vector<Setting> table = sport.table();
  EXPECT_EQ(set_from_argument(table[2], "true"), std::nullopt);
  EXPECT_TRUE(sport.friendly_fire);
  EXPECT_EQ(set_from_argument(table[2], "false"), std::nullopt);
  EXPECT_FALSE(sport.friendly_fire);
  for (const char* bad : {"", "yes", "1", "True"})
    EXPECT_EQ(problem("friendly_fire", bad), "\"" + std::string(bad) + "\" is not true or false");
}

TEST(SettingTest, AFileHasTheTypesOfToml) {
  Sport sport;
  const ConfigRead read = read_config(
      "[world]\ngravity = 2\nfriction = 0.125\nfriendly_fire = true\nplayers = 8\n", "f", sport.table());
  EXPECT_EQ(read.problems, std::vector<std::string>{});
  EXPECT_EQ(sport.gravity, 2) << "a whole number is a number, too";
  EXPECT_EQ(sport.friction, 0.125f);
  EXPECT_TRUE(sport.friendly_fire);
  EXPECT_EQ(read_config("[world]\ngravity = \"2\"\nfriction = true\nfriendly_fire = 1\nplayers = 1.5\n", "f",
                        sport.table())
                .problems,
            (std::vector<std::string>{"f:2: gravity: must be a number, not a string",
                                      "f:3: friction: must be a number, not true or false",
                                      "f:4: friendly_fire: must be true or false, not a whole number",
                                      "f:5: players: must be a whole number, not a number with a fraction"}));
  EXPECT_EQ(read_config("[world]\ngravity = nan\nfriction = inf\n", "f", sport.table()).problems.size(), 2u);
  EXPECT_EQ(sport.gravity, 2);
}

TEST(SettingTest, AFileThatIsWrittenIsReadBackToTheSameValues) {
  Sport written;
  for (const double gravity : {0.5, 2.0 / 3, 9.81, 20.0, 0.1 + 0.5}) {
    written.gravity = gravity;
    written.friction = static_cast<float>(1 / (1 + gravity));
    written.friendly_fire = !written.friendly_fire;
    Sport read;
    const std::string text = config_text(written.table(), "sport");
    EXPECT_EQ(read_config(text, "f", read.table()).problems, std::vector<std::string>{}) << text;
    EXPECT_EQ(read.gravity, written.gravity);
    EXPECT_EQ(read.friction, written.friction);
    EXPECT_EQ(read.friendly_fire, written.friendly_fire);
  }
  Sport sport;
  const std::string text = config_text(sport.table(), "sport");
  EXPECT_NE(text.find("# Acceleration of what falls (0.5 to 20.0 m/s2).\ngravity = 9.81\n"), text.npos)
      << text;
  EXPECT_NE(text.find("(0.0 to 1.0).\nfriction = 0.5\n"), text.npos) << text;
  EXPECT_NE(text.find("(true or false).\nfriendly_fire = false\n"), text.npos) << text;
  EXPECT_NE(text.find("`sport serve --print-config`"), text.npos) << text;
}

}  // namespace
}  // namespace madang::server
