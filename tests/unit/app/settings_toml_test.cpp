#include "madang/server/settings_toml.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/board_game.h"

namespace madang::app {
namespace {

using namespace server;

using Lines = std::vector<std::string>;

Lines problems_of(std::string_view toml) {
  BoardGame game;
  return read_config(toml, "madang.toml", table_of(game)).problems;
}

void set_to_something_else(const Setting& setting) {
  std::string value = std::to_string(setting.max.whole());
  if (value_text(setting) == value) value = std::to_string(setting.min.whole());
  if (std::holds_alternative<std::string*>(setting.value)) value = "say \"hello\" C:\\ 마당 #1";
  if (std::holds_alternative<MapSize*>(setting.value))
    value = fmt::format("{}x{}", setting.max.whole(), setting.min.whole());
  if (const auto* choice = std::get_if<Choice>(&setting.value)) value = choice->names.back();
  ASSERT_NE(value_text(setting), value) << setting.name;
  ASSERT_FALSE(set_from_argument(setting, value)) << setting.name;
}

TEST(SettingsToml, ReadsBackEveryValueThatItWrites) {
  BoardGame written;
  for (const Setting& setting : table_of(written)) set_to_something_else(setting);
  BoardGame read;
  EXPECT_EQ(read_config(config_text(table_of(written), "madang"), "madang.toml", table_of(read)).problems,
            Lines{});
  const std::vector<Setting> expected = table_of(written);
  const std::vector<Setting> table = table_of(read);
  for (std::size_t i = 0; i < table.size(); ++i)
    EXPECT_EQ(value_text(table[i]), value_text(expected[i])) << table[i].name;
}

TEST(SettingsToml, WritesTheExampleThatIsInTheRepository) {
  std::ifstream file(std::filesystem::path(MADANG_SOURCE_DIR) / "madang.example.toml");
  const std::string example{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  BoardGame game;
  EXPECT_EQ(example, config_text(table_of(game), "madang"))
      << "to mend: build/release/madang serve --print-config > madang.example.toml";
}

TEST(SettingsToml, DoesNotChangeSettingsThatTheFileDoesNotContain) {
  BoardGame game;
  game.settings.seed = 5;
  const ConfigRead read = read_config("[world]\r\ntick_rate = 30\r\n", "madang.toml", table_of(game));
  EXPECT_EQ(read.problems, Lines{});
  EXPECT_EQ(game.settings.tick_rate, 30u);
  EXPECT_EQ(game.settings.seed, 5u);
  EXPECT_EQ(read.places.at("tick_rate"), "madang.toml:2");
  EXPECT_EQ(read.places.size(), 1u);
}

TEST(SettingsToml, NamesTheLineOfASettingThatDoesNotExist) {
  EXPECT_EQ(problems_of("[world]\nseed = 1\ntick_rates = 20"),
            Lines{"madang.toml:3: tick_rates: no such setting in [world]; did you mean tick_rate?"});
  EXPECT_EQ(problems_of("[world]\nbananas = 20"),
            Lines{"madang.toml:2: bananas: no such setting in [world]"});
  EXPECT_EQ(problems_of("[world]\nworkers = 2"),
            Lines{"madang.toml:2: workers: no such setting in [world]; it belongs in [server]"});
  EXPECT_EQ(problems_of("\nworkers = 2"),
            Lines{"madang.toml:2: workers: is in no section; it belongs in [server]"});
  EXPECT_EQ(problems_of("worker = 2"),
            Lines{"madang.toml:1: worker: no such setting; did you mean workers?"});
}

TEST(SettingsToml, NamesTheLineOfASectionThatDoesNotExist) {
  EXPECT_EQ(problems_of("\n[wrold]\ntick_rate = 20"),
            Lines{"madang.toml:2: [wrold]: no such section; did you mean world?"});
  EXPECT_EQ(problems_of("world = 3"), Lines{"madang.toml:1: world: must be a section, not a whole number"});
  EXPECT_EQ(problems_of("[[world]]\nseed = 1"),
            Lines{"madang.toml:1: world: must be a section, not an array"});
}

TEST(SettingsToml, NamesTheLineOfAValueOfTheWrongType) {
  EXPECT_EQ(problems_of("[server]\nworkers = \"two\""),
            Lines{"madang.toml:2: workers: must be a whole number, not a string"});
  EXPECT_EQ(problems_of("[server]\nworkers = 2.0"),
            Lines{"madang.toml:2: workers: must be a whole number, not a number with a fraction"});
  EXPECT_EQ(problems_of("[server]\nworkers = true"),
            Lines{"madang.toml:2: workers: must be a whole number, not true or false"});
  EXPECT_EQ(problems_of("[server]\nworkers = [2]"),
            Lines{"madang.toml:2: workers: must be a whole number, not an array"});
  EXPECT_EQ(problems_of("[server.workers]\nnumber = 2"),
            Lines{"madang.toml:1: workers: must be a whole number, not a section"});
  EXPECT_EQ(problems_of("[server]\nlisten = 7777"),
            Lines{"madang.toml:2: listen: must be a string, not a whole number"});
  EXPECT_EQ(problems_of("[server]\nio = 1979-05-27"),
            Lines{"madang.toml:2: io: must be a string, not a date or a time"});
}

TEST(SettingsToml, NamesTheLineOfAValueThatIsOutOfRange) {
  EXPECT_EQ(problems_of("\n[world]\ntick_rate = 500"),
            Lines{"madang.toml:3: tick_rate: 500 is out of range (1 to 100 ticks a second)"});
  EXPECT_EQ(problems_of("[world]\nmap = \"3x1000\""),
            Lines{"madang.toml:2: map: 3x1000 is out of range (4 to 16384 tiles a side)"});
}

TEST(SettingsToml, ReportsAllErrorsInTheOrderOfTheLines) {
  EXPECT_EQ(problems_of("[world]\nview_radius = 0\nseeed = 1\n\n[log]\nlog_level = 3\n\n[limit]\n"),
            (Lines{"madang.toml:2: view_radius: 0 is out of range (1 to 128 tiles)",
                   "madang.toml:3: seeed: no such setting in [world]; did you mean seed?",
                   "madang.toml:6: log_level: must be a string, not a whole number",
                   "madang.toml:8: [limit]: no such section; did you mean limits?"}));
}

TEST(SettingsToml, NamesTheLineThatIsNotToml) {
  for (const std::string_view toml : {"[world]\n[world", "[world]\nseed =", "[world]\nseed = \"1",
                                      "[world]\nmap = \"\xff\"", "[world]\n= 3", "seed = 1\nseed = 2"}) {
    const Lines problems = problems_of(toml);
    ASSERT_EQ(problems.size(), 1u) << toml;
    EXPECT_TRUE(problems.front().starts_with("madang.toml:2: not valid TOML: ")) << problems.front();
  }
}

TEST(SettingsToml, ReportsAFileThatDoesNotExist) {
  BoardGame game;
  EXPECT_EQ(read_config_file("no/such/file.toml", table_of(game)).problems,
            Lines{"no/such/file.toml: no such file"});
  EXPECT_EQ(read_config_file(".", table_of(game)).problems, Lines{".: is a directory, not a file"});
}

}  // namespace
}  // namespace madang::app
