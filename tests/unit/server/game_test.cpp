// What a game's program has before anybody sets anything.
#include "madang/server/game.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "arena/arena.h"
#include "board/board_config.h"
#include "madang/server/command_line.h"

namespace madang::server {
namespace {

struct PlainGame : Game {
  using Game::Game;
};

TEST(GameTest, ItsPortsAreThoseOfItsProtocol) {
  const PlainGame arena(world::game_info<arena::Arena>);
  EXPECT_EQ(arena.settings.listen, "127.0.0.1:7790");
  EXPECT_EQ(arena.settings.http, "127.0.0.1:7793");
  EXPECT_EQ(arena.settings.operator_address, "127.0.0.1:7794");
  const PlainGame board(board::game_info());
  EXPECT_EQ(board.settings.listen, Settings().listen);
  EXPECT_EQ(board.settings.http, Settings().http);
  EXPECT_EQ(board.settings.operator_address, Settings().operator_address);
}

TEST(GameTest, AGameThatAddsNothingIsComplete) {
  PlainGame game(world::game_info<arena::Arena>);
  EXPECT_EQ(table_of(game).size(), table_of(game.settings).size());
  EXPECT_FALSE(find_problem(game));
  EXPECT_EQ(game.make_main_world(), nullptr);
  EXPECT_EQ(game.make_room("tea", 1), nullptr);
  EXPECT_TRUE(game.pages().empty());
  game.settings.limits.frame_bytes_max = 64;
  EXPECT_TRUE(find_problem(game)) << "a login does not fit";
}

// --- Mistakes of a game's author end the program at its start, and say what is wrong

struct RowsGame : Game {
  explicit RowsGame(std::vector<Setting> its_rows)
      : Game(world::game_info<arena::Arena>), rows(std::move(its_rows)) {}
  std::vector<Setting> own_settings() override { return rows; }
  std::vector<Setting> rows;
};

void read(std::vector<Setting> rows, std::vector<Command> commands = {}) {
  RowsGame game(std::move(rows));
  const ProgramInfo program{.name = "sport", .commands = std::move(commands)};
  static_cast<void>(read_command_line(program, game, {"--version"}));
}

TEST(GameDeathTest, ASettingThatCannotBeIsNamed) {
  std::uint32_t value = 5;
  const auto row = [&](std::string_view section, std::string_view name) {
    return Setting{section, name, &value, "A number", 1, 9};
  };
  read({row("world", "good"), row("own_section", "good_2")});
  EXPECT_DEATH(read({row("world", "Bad")}), "the setting .Bad. in .world.: a name has small letters");
  EXPECT_DEATH(read({row("", "bad")}), "the setting .bad. in ..: a name has small letters");
  EXPECT_DEATH(read({row("world", "two words")}), "a name has small letters");
  EXPECT_DEATH(read({row("world", "config")}), "--config is an option of every server");
  EXPECT_DEATH(read({row("world", "tick_rate")}), "two settings have the name .tick_rate.");
  EXPECT_DEATH(read({row("world", "same"), row("limits", "same")}), "two settings have the name .same.");
  value = 10;
  EXPECT_DEATH(read({row("world", "far")}), "the default of the setting .far.: 10 is out of range .1 to 9.");
}

TEST(GameDeathTest, ACommandThatCannotBeIsNamed) {
  const auto command = [](std::string name, std::vector<Setting> options = {}) {
    return Command{.name = std::move(name), .options = std::move(options), .run = [] { return 0; }};
  };
  bool flag = false;
  read({}, {command("bots", {{"options", "json", &flag, "Whether"}}), command("play")});
  EXPECT_DEATH(read({}, {command("serve")}), "two commands have the name .serve.");
  EXPECT_DEATH(read({}, {command("bots"), command("bots")}), "two commands have the name .bots.");
  EXPECT_DEATH(read({}, {command("")}), "the command ..: a name has small letters");
  EXPECT_DEATH(read({}, {{.name = "bots"}}), "the command .bots. has nothing to run");
  EXPECT_DEATH(read({}, {command("bots", {{"options", "help", &flag, "Whether"}})}), "--help is an option");
}

TEST(GameTest, TheHelpOfABooleanSaysWhetherItIsTheDefault) {
  bool off = false;
  bool on = true;
  RowsGame game(
      {{"world", "wind", &off, "Whether there is wind"}, {"world", "rain", &on, "Whether it rains"}});
  const ProgramInfo program{.name = "sport"};
  const std::string help = std::get<Answer>(read_command_line(program, game, {"serve", "--help"})).text;
  EXPECT_NE(help.find(" Whether there is wind\n"), std::string::npos) << help;
  EXPECT_NE(help.find(" Whether it rains (default; --rain=false: not)\n"), std::string::npos) << help;
}

TEST(GameTest, WithoutExamplesOfItsOwnAProgramHasThoseOfTheEngine) {
  PlainGame game(world::game_info<arena::Arena>);
  const ProgramInfo program{.name = "sport"};
  const auto text = [&](const std::vector<std::string>& words) {
    return std::get<Answer>(read_command_line(program, game, words)).text;
  };
  EXPECT_NE(text({"--help"}).find("  sport serve --help"), std::string::npos);
  EXPECT_NE(text({"serve", "--help"}).find("  sport serve --config sport.toml"), std::string::npos);
  EXPECT_NE(text({"replay", "--help"}).find("  sport replay --diff"), std::string::npos);
}

}  // namespace
}  // namespace madang::server
