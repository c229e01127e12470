#include "madang/server/command_line.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "app/board_game.h"
#include "app/client_settings.h"
#include "app/program.h"
#include "board/board_config.h"
#include "madang/base/time.h"
#include "madang/wire/protocol.h"

namespace madang::app {
namespace {

using Words = std::vector<std::string>;

/// A command line of `madang`, and what it sets.
struct Read {
  explicit Read(const Words& words) : task(server::read_command_line(program, game, words)) {
    const auto* command = std::get_if<const server::Command*>(&task);
    if (command) name = (*command)->name;
    if (std::holds_alternative<server::Serve>(task)) name = "serve";
  }

  ClientOptions options;
  server::ProgramInfo program = program_info(options);
  BoardGame game;
  server::Task task;
  std::string name;  ///< of the command; empty: there is only a text to print
};

server::Answer answer_to(const Words& words) {
  const Read read(words);
  const auto* answer = std::get_if<server::Answer>(&read.task);
  return answer ? *answer : server::Answer{"(runs)\n"};
}

/// Returns the error about these arguments, which must have the exit code 2.
std::string problem_with(const Words& words) {
  const server::Answer answer = answer_to(words);
  EXPECT_EQ(answer.exit_code, 2);
  return answer.text;
}

/// Returns the game with its settings; the arguments must be good ones of `serve`.
std::unique_ptr<Read> read_serve(const Words& words) {
  auto read = std::make_unique<Read>(words);
  EXPECT_EQ(read->name, "serve") << answer_to(words).text;
  return read;
}

/// A configuration file that the destructor removes.
class ConfigFile {
 public:
  explicit ConfigFile(std::string_view text) {
    path_ = std::filesystem::temp_directory_path() /
            ("madang_command_line_test_" + std::to_string(steady_now().count()) + ".toml");
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~ConfigFile() { std::filesystem::remove(path_); }
  std::string name() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST(CommandLine, WithoutArgumentsShowsTheHelp) {
  const server::Answer answer = answer_to({});
  EXPECT_EQ(answer.exit_code, 2);
  EXPECT_EQ(answer.text, answer_to({"--help"}).text);
}

TEST(CommandLine, ShowsHelpAndVersion) {
  EXPECT_EQ(answer_to({"--help"}).exit_code, 0);
  EXPECT_NE(answer_to({"--help"}).text.find("serve"), std::string::npos);
  EXPECT_EQ(answer_to({"--version"}).exit_code, 0);
  EXPECT_TRUE(answer_to({"--version"}).text.starts_with("madang "));
}

TEST(CommandLine, ShowsEverySettingInTheHelpOfServe) {
  const server::Answer help = answer_to({"serve", "--help"});
  EXPECT_EQ(help.exit_code, 0);
  BoardGame game;
  for (const server::Setting& setting : table_of(game))
    EXPECT_NE(help.text.find("  " + option_name(setting) + " "), std::string::npos) << setting.name;
}

TEST(CommandLine, ServesWithTheDefaultsAndWithTheOptionsThatAreGiven) {
  EXPECT_EQ(read_serve({"serve"})->game.settings.listen, "127.0.0.1:7777");
  const auto read = read_serve(
      {"serve", "--listen", "[::1]:1", "--map=20x30", "--command-budget-burst", "9", "--io", "epoll"});
  const server::Settings& settings = read->game.settings;
  EXPECT_EQ(settings.listen, "[::1]:1");
  EXPECT_EQ(read->game.map.width, 20u);
  EXPECT_EQ(read->game.map.height, 30u);
  EXPECT_EQ(settings.limits.command_budget.burst, 9u);
  EXPECT_EQ(settings.io, io::Backend::epoll);
}

TEST(CommandLine, UsesTheLastValueOfAnOptionThatIsGivenTwice) {
  EXPECT_EQ(read_serve({"serve", "--demo-bots", "200", "--demo-bots", "3"})->game.demo_bots, 3u);
}

TEST(CommandLine, OverridesTheFileWhichOverridesTheDefaults) {
  const ConfigFile file("[world]\ntick_rate = 30\nseed = 9\n");
  const auto read = read_serve({"serve", "--tick-rate", "40", "--config", file.name()});
  EXPECT_EQ(read->game.settings.tick_rate, 40u);
  EXPECT_EQ(read->game.settings.seed, 9u);
  EXPECT_EQ(read->game.view_radius, BoardGame().view_radius);
  const auto shown = [&](std::string_view name) {
    const auto& all = std::get<server::Serve>(read->task).settings;
    const auto found = std::ranges::find(all, name, &server::ShownSetting::name);
    return fmt::format("{} {} from {}", found->is_default ? "default" : "not default", *found->value,
                       found->place.value_or("nowhere"));
  };
  EXPECT_EQ(shown("tick_rate"), "not default 40 from --tick-rate");
  EXPECT_EQ(shown("seed"), "not default 9 from " + file.name() + ":3");
  EXPECT_EQ(shown("view_radius"), "default 10 from nowhere");
}

TEST(CommandLine, PrintsTheCurrentValuesOfTheSettings) {
  const ConfigFile file("[world]\ntick_rate = 30\n");
  const server::Answer answer =
      answer_to({"serve", "--config", file.name(), "--seed", "9", "--print-config"});
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_NE(answer.text.find("\ntick_rate = 30\n"), std::string::npos);
  EXPECT_NE(answer.text.find("\nseed = 9\n"), std::string::npos);
}

TEST(CommandLine, ReadsAllOptionsOfReplay) {
  const auto replay_of = [](const Words& words) {
    const Read read(words);
    const auto* replay = std::get_if<server::ReplayOptions>(&read.task);
    if (!replay) ADD_FAILURE() << std::get<server::Answer>(read.task).text;
    return replay ? *replay : server::ReplayOptions{};
  };
  const server::ReplayOptions one = replay_of({"replay", "a file.record"});
  EXPECT_EQ(one.files, Words{"a file.record"});
  EXPECT_FALSE(one.diff);
  EXPECT_FALSE(one.json);
  for (const Words& words :
       {Words{"replay", "--diff", "A", "B", "--json"}, Words{"replay", "A", "B", "--json", "--diff"},
        Words{"replay", "A", "--json", "--diff", "B"}}) {
    const server::ReplayOptions two = replay_of(words);
    EXPECT_EQ(two.files, (Words{"A", "B"}));
    EXPECT_TRUE(two.diff);
    EXPECT_TRUE(two.json);
  }
  EXPECT_EQ(problem_with({"replay"}), "madang: the name of a record is missing; see madang replay --help\n");
  EXPECT_EQ(problem_with({"replay", "A", "B"}),
            "madang: B: not expected here; to compare two records, use --diff; see madang replay --help\n");
  EXPECT_EQ(problem_with({"replay", "--diff", "A"}),
            "madang: two records are needed: --diff A B; see madang replay --help\n");
  EXPECT_EQ(problem_with({"replay", "--diff", "A", "B", "C"}),
            "madang: C: not expected here; see madang replay --help\n");
  EXPECT_EQ(problem_with({"replay", "--jsn", "A"}),
            "madang: --jsn: no such option; did you mean --json? see madang replay --help\n");
}

TEST(CommandLine, RecordsIntoNoFileByDefault) {
  EXPECT_EQ(record_of(read_serve({"serve"})->game.settings), "");
  EXPECT_EQ(record_of(read_serve({"serve", "--record", "x.record"})->game.settings), "x.record");
}

TEST(CommandLine, ReadsAllOptionsOfBots) {
  const Read read({"bots", "--players", "1000", "--for=20", "--rate", "50", "--until-delay", "100",
                   "--name-prefix", "마당", "--roam", "7", "--seed", "3", "--io", "epoll", "--connect", "a:1",
                   "--json"});
  EXPECT_EQ(read.name, "bots");
  const server::BotsOptions* bots = read.options.bots.get();
  EXPECT_EQ(bots->bots.players, 1000u);
  EXPECT_EQ(bots->seconds, 20u);
  EXPECT_EQ(bots->bots.logins_per_second, 50u);
  EXPECT_EQ(bots->until_delay_ms, 100u);
  EXPECT_EQ(bots->bots.name_prefix, "마당");
  EXPECT_EQ(bots->bots.seed, 3u);
  EXPECT_EQ(read.options.swarm.roam, 7u);
  EXPECT_EQ(bots->io, io::Backend::epoll);
  EXPECT_EQ(bots->connect, "a:1");
  EXPECT_TRUE(bots->json);
  EXPECT_EQ(problem_with({"bots", "--players", "0"}),
            "madang: --players: 0 is out of range (1 to 100000); see madang bots --help\n");
}

TEST(CommandLine, AnOptionThatIsTrueOrFalseNeedsNoValue) {
  EXPECT_TRUE(Read({"bots", "--json"}).options.bots->json);
  EXPECT_TRUE(Read({"bots", "--json=true", "--players", "5"}).options.bots->json);
  EXPECT_FALSE(Read({"bots", "--json=false"}).options.bots->json);
  EXPECT_FALSE(Read({"bots", "--json", "--json=false"}).options.bots->json) << "the last one counts";
  EXPECT_EQ(problem_with({"bots", "--json=perhaps"}),
            "madang: --json: \"perhaps\" is not true or false; see madang bots --help\n");
  EXPECT_TRUE(Read({"bots", "--json=false", "--json"}).options.bots->json);
  EXPECT_EQ(problem_with({"bots", "--json", "perhaps"}),
            "madang: perhaps: not expected here; see madang bots --help\n");
}

/// The defaults of bots and play are within their ranges.
TEST(CommandLine, AcceptsTheDefaultsOfEveryCommand) {
  server::BotsOptions bots = server::default_options(client::bots_info<board::BoardBot>());
  EXPECT_EQ(bots.connect, "127.0.0.1:7777");
  for (const server::Setting& setting : table_of(bots, client::bots_info<board::BoardBot>()))
    EXPECT_EQ(set_from_argument(setting, value_text(setting)), std::nullopt) << setting.name;
  EXPECT_EQ(Read({"bots"}).name, "bots");
  EXPECT_FALSE(Read({"bots"}).options.bots->json);
  EXPECT_EQ(Read({"play"}).name, "play");
}

TEST(CommandLine, PlaysWithANameAndAPiece) {
  const Read read({"play", "--name", "마당", "--looks", "queen", "--connect", "a:1"});
  EXPECT_EQ(read.name, "play");
  const PlayOptions* play = &read.options.play;
  EXPECT_EQ(play->name, "마당");
  EXPECT_EQ(play->looks, board::Looks::queen);
  EXPECT_EQ(play->connect, "a:1");
  EXPECT_EQ(
      problem_with({"play", "--looks", "wizard"}),
      "madang: --looks: \"wizard\" is not one of king, queen, rook, bishop, knight or pawn; see madang play "
      "--help\n");
}

TEST(CommandLine, PrintsTheProtocolInEachFormat) {
  const wire::Protocol& game = board::game_info().protocol;
  EXPECT_EQ(answer_to({"protocol"}).text, wire::protocol_markdown(game));
  for (const wire::Format& format : wire::formats()) {
    const std::string option = "--" + std::string(format.name);
    EXPECT_EQ(answer_to({"protocol", option.c_str()}).text, format.generate(game)) << option;
    EXPECT_NE(answer_to({"protocol", "--help"}).text.find(option + " "), std::string::npos) << option;
  }
  EXPECT_EQ(problem_with({"protocol", "--wireshark", "--typescript"}),
            "madang: choose one of --typescript and --wireshark; see madang protocol --help\n");
}

TEST(CommandLine, ReportsAnUnknownArgumentInOneLine) {
  EXPECT_EQ(problem_with({"srve"}), "madang: srve: no such command; did you mean serve? see madang --help\n");
  EXPECT_EQ(problem_with({"--verbose"}), "madang: --verbose: no such option; see madang --help\n");
  EXPECT_EQ(problem_with({"serve", "--tick-rates=5"}),
            "madang: --tick-rates: no such option; did you mean --tick-rate? see madang serve --help\n");
  EXPECT_EQ(problem_with({"serve", "/tick-rate:5"}),
            "madang: /tick-rate:5: not expected here; see madang serve --help\n");
  EXPECT_EQ(problem_with({"serve", "now"}), "madang: now: not expected here; see madang serve --help\n");
  EXPECT_EQ(problem_with({"serve", "--tick-rate"}),
            "madang: --tick-rate: a value is missing; see madang serve --help\n");
}

TEST(CommandLine, ReportsEveryValueThatIsWrong) {
  EXPECT_EQ(problem_with({"serve", "--workers", "99", "--tick-rate", "fast"}),
            "madang: --workers: 99 is out of range (0 to 64); see madang serve --help\n"
            "madang: --tick-rate: \"fast\" is not a whole number; see madang serve --help\n");
}

TEST(CommandLine, ReportsErrorsInTheFile) {
  const ConfigFile file("[world]\ntick_rate = 500\nseed = \"x\"\n");
  EXPECT_EQ(problem_with({"serve", "--config", file.name()}),
            file.name() + ":2: tick_rate: 500 is out of range (1 to 100 ticks a second)\n" + file.name() +
                ":3: seed: must be a whole number, not a string\n");
  EXPECT_EQ(problem_with({"serve", "--config", ""}), ": no such file\n");
}

TEST(CommandLine, NamesThePlaceOfAContradiction) {
  const ConfigFile file("[world]\nleave_radius = 9\n");
  EXPECT_EQ(problem_with({"serve", "--config", file.name()}),
            file.name() + ":2: leave_radius: 9 is out of range (at least 10, the value of view_radius)\n");
  EXPECT_EQ(problem_with({"serve", "--config", file.name(), "--leave-radius", "8"}),
            "madang: --leave-radius: 8 is out of range (at least 10, the value of view_radius); see madang "
            "serve --help\n");
  EXPECT_EQ(problem_with({"serve", "--view-radius", "20"}),
            "madang: --leave-radius: 14 is out of range (at least 20, the value of view_radius); see madang "
            "serve --help\n");
}

}  // namespace
}  // namespace madang::app
