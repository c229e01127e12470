#include "app/board_game.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "madang/wire/session_packets.h"

namespace madang::app {
namespace {

using server::Setting;

using namespace std::string_literals;

/// Returns a value that is allowed and is not the current value of the setting.
std::string another_value(const Setting& setting) {
  if (std::holds_alternative<std::string*>(setting.value)) return "example.org:1";
  if (std::holds_alternative<server::MapSize*>(setting.value)) return "123x45";
  if (const auto* choice = std::get_if<server::Choice>(&setting.value))
    return std::string(choice->names.back());
  const std::string max = std::to_string(setting.max.whole());
  return value_text(setting) == max ? std::to_string(setting.min.whole()) : max;
}

std::map<std::string, std::string> all_values(const std::vector<Setting>& table) {
  std::map<std::string, std::string> values;
  for (const Setting& setting : table) values.emplace(setting.name, value_text(setting));
  return values;
}

TEST(Settings, HaveARowForEveryLimit) {
  BoardGame game;
  std::size_t rows = 0;
  for (const Setting& setting : table_of(game)) rows += setting.section == "limits" ? 1 : 0;
  EXPECT_EQ(rows * sizeof(std::uint32_t), sizeof(Limits)) << "every field of Limits is a number of 32 bits";
}

TEST(Settings, HaveDifferentNamesAndDifferentValues) {
  BoardGame game;
  const std::vector<Setting> table = table_of(game);
  EXPECT_EQ(all_values(table).size(), table.size()) << "two have the same name";
  for (const Setting& setting : table) {
    auto expected = all_values(table);
    expected[std::string(setting.name)] = another_value(setting);
    EXPECT_EQ(set_from_argument(setting, another_value(setting)), std::nullopt) << setting.name;
    EXPECT_EQ(all_values(table), expected) << setting.name << " changed more than itself";
  }
}

TEST(Settings, AcceptTheirOwnDefaults) {
  BoardGame game;
  for (const Setting& setting : table_of(game))
    EXPECT_EQ(set_from_argument(setting, value_text(setting)), std::nullopt) << setting.name;
  EXPECT_FALSE(find_problem(game));
}

TEST(Settings, AcceptTheirRangeAndNothingBeyondIt) {
  BoardGame game;
  for (const Setting& setting : table_of(game)) {
    if (server::kind_of(setting) != server::SettingKind::whole) continue;
    const auto min = static_cast<std::int64_t>(setting.min.whole());
    const auto max = static_cast<std::int64_t>(setting.max.whole());
    EXPECT_FALSE(set_number(setting, min)) << setting.name;
    EXPECT_EQ(value_text(setting), std::to_string(min));
    EXPECT_FALSE(set_number(setting, max)) << setting.name;
    EXPECT_EQ(value_text(setting), std::to_string(max));
    EXPECT_TRUE(set_number(setting, min - 1)) << setting.name;
    if (max < INT64_MAX) {
      EXPECT_TRUE(set_number(setting, max + 1)) << setting.name;
    }
    EXPECT_EQ(value_text(setting), std::to_string(max)) << "what is refused changes nothing";
  }
}

TEST(Settings, ReportWhatIsWrongWithAValueAndWhatIsAllowed) {
  BoardGame game;
  const std::vector<Setting> table = table_of(game);
  const auto problem = [&](std::string_view name, std::string_view value) {
    return set_from_argument(*find_setting(table, name), value).value_or("none");
  };
  EXPECT_EQ(problem("tick_rate", "500"), "500 is out of range (1 to 100 ticks a second)");
  EXPECT_EQ(problem("tick_rate", "-1"), "-1 is out of range (1 to 100 ticks a second)");
  EXPECT_EQ(problem("tick_rate", "99999999999999999999"),
            "99999999999999999999 is out of range (1 to 100 ticks a second)");
  EXPECT_EQ(problem("tick_rate", "fast"), "\"fast\" is not a whole number");
  EXPECT_EQ(problem("tick_rate", "20.5"), "\"20.5\" is not a whole number");
  EXPECT_EQ(problem("tick_rate", "-"), "\"-\" is not a whole number");
  EXPECT_EQ(problem("tick_rate", ""), "\"\" is not a whole number");
  EXPECT_EQ(problem("map", "1000"), "\"1000\" is not a size; write WIDTHxHEIGHT, as in 1000x1000");
  EXPECT_EQ(problem("map", "10x10x10"), "\"10x10x10\" is not a size; write WIDTHxHEIGHT, as in 1000x1000");
  EXPECT_EQ(problem("map", "1000x3"), "1000x3 is out of range (4 to 16384 tiles a side)");
  EXPECT_EQ(problem("io", "kqueue"), "\"kqueue\" is not one of auto, uring, epoll or iocp");
  EXPECT_EQ(problem("log_level", "loud"), "\"loud\" is not one of info, warning, error or off");
  EXPECT_EQ(problem("listen", "\xff"), "must be a text of 1 to 255 bytes of UTF-8");
}

TEST(Settings, ThatContradictEachOtherAreFound) {
  const auto problem = [](auto change) {
    BoardGame game;
    change(game);
    const auto found = find_problem(game);
    return found ? std::string(found->setting) + ": " + found->text : "none"s;
  };
  EXPECT_EQ(problem([](BoardGame& s) { s.leave_radius = 9; }),
            "leave_radius: 9 is out of range (at least 10, the value of view_radius)");
  EXPECT_EQ(problem([](BoardGame& s) { s.cell_size = 20; }),
            "cell_size: 20 is out of range (4, 8, 16, 32, 64 or 128 tiles)");
  EXPECT_EQ(problem([](BoardGame& s) {
              s.map = {16384, 16384};
              s.cell_size = 4;
            }),
            "none");
  EXPECT_EQ(
      problem([](BoardGame& s) { s.settings.limits.frame_bytes_max = 204; }),
      "frame_bytes_max: 204 is out of range (at least 205, the size of a frame with a text of 200 bytes)");
  EXPECT_EQ(
      problem([](BoardGame& s) {
        s.settings.limits.text_bytes_max = 20;
        s.settings.limits.frame_bytes_max = 72;
      }),
      "frame_bytes_max: 72 is out of range (at least 73, the size of a login with a name of 24 bytes, and "
      "a world's name of 32 bytes)");
  EXPECT_EQ(problem([](BoardGame& s) { s.settings.limits.frame_bytes_max = 205; }), "none");
  EXPECT_EQ(problem([](BoardGame& s) { s.settings.operator_token = "short"; }),
            "operator_token: a token of 5 bytes can be guessed; use at least 16 bytes, for example from "
            "`openssl rand -hex 16`");
  EXPECT_EQ(problem([](BoardGame& s) { s.settings.operator_token = "0123456789abcdef"; }), "none");
  EXPECT_EQ(problem([](BoardGame& s) { s.settings.operator_address = "0.0.0.0:7781"; }),
            "operator: other machines can reach 0.0.0.0:7781; set operator_token or operator_token_file, or "
            "use 127.0.0.1:PORT");
  EXPECT_EQ(problem([](BoardGame& s) {
              s.settings.operator_address = "0.0.0.0:7781";
              s.settings.operator_token = "0123456789abcdef";
            }),
            "none");
  EXPECT_EQ(problem([](BoardGame& s) { s.settings.proxy_protocol = server::ProxyPorts::both; }),
            "proxy_protocol: no proxy is trusted to send a PROXY header; name the proxy in trusted_proxies");
  for (const char* unsendable : {"운영자의 비밀 토큰입니다", "0123456789 abcdef"})
    EXPECT_EQ(problem([&](BoardGame& s) { s.settings.operator_token = unsendable; }),
              "operator_token: a browser cannot send this token; use only ASCII letters, digits and symbols");
  for (const char* bad :
       {"game.example", "https://", "https://game.example/", "https://a@b", "ftp://game.example"})
    EXPECT_EQ(problem([&](BoardGame& s) { s.settings.origins = "https://good.example,"s + bad; }),
              "origins: \""s + bad + "\" is not an origin; write https://HOST or https://HOST:PORT");
  EXPECT_EQ(problem([](BoardGame& s) { s.settings.origins = "http://a.example:81,https://b.example"; }),
            "none");
}

TEST(Settings, WithSpecialTextsMeanWhatTheHelpSays) {
  BoardGame game;
  EXPECT_EQ(http_address_of(game.settings), "127.0.0.1:7780");
  EXPECT_TRUE(origins_of(game.settings).empty()) << "the server's own";
  EXPECT_EQ(operator_token_of(game.settings), "") << "there is no token by default";
  game.settings.http = "off";
  game.settings.origins = "https://a.example,https://b.example:81";
  game.settings.operator_token = "0123456789abcdef";
  EXPECT_EQ(http_address_of(game.settings), "");
  EXPECT_EQ(origins_of(game.settings),
            (std::vector<std::string>{"https://a.example", "https://b.example:81"}));
  EXPECT_EQ(operator_token_of(game.settings), "0123456789abcdef");
}

/// The largest frames within the limits have the sizes that find_problem() requires.
TEST(Settings, AllowEveryFrameThatTheOtherLimitsAllow) {
  const Limits limits;
  const std::string name(limits.name_bytes_max, 'x');
  const std::string text(limits.text_bytes_max, 'x');
  const std::byte looks{};
  const std::string world(limits.world_name_bytes_max, 'x');
  EXPECT_EQ(wire::frame_size_of(wire::Login{.name = name, .world = world, .entry = Bytes(&looks, 1)}), 73u);
  EXPECT_EQ(wire::frame_size_of(wire::Say{.text = text}), 205u);
  EXPECT_EQ(wire::frame_size_of(wire::Shout{.text = text}), 205u);
}

TEST(Settings, OnlyLowerTheLengthsThatTheProtocolPromises) {
  BoardGame game;
  const std::vector<Setting> table = table_of(game);
  // Clients keep the lengths of docs/protocol.md. So a server that allows more would change nothing.
  EXPECT_EQ(find_setting(table, "name_bytes_max")->max.whole(), 24u);
  EXPECT_EQ(find_setting(table, "text_bytes_max")->max.whole(), 200u);
}

/// The ranges of the table exclude these values already. A new rule of the board must not abort the server.
TEST(Settings, ThatTheBoardDoesNotAllowAreFound) {
  const auto problem = [](auto change) {
    BoardGame game;
    change(game);
    const auto found = find_problem(game);
    return found ? std::string(found->setting) + ": " + found->text : "none"s;
  };
  EXPECT_EQ(problem([](BoardGame& s) { s.settings.tick_rate = 0; }),
            "tick_rate: 0 is out of range (1 to 1000 ticks a second)");
  EXPECT_EQ(problem([](BoardGame& s) { s.map = {0, 5}; }), "map: 0x5 is out of range (1 to 16384 tiles)");
  EXPECT_EQ(problem([](BoardGame& s) { s.move_interval_ms = 0; }),
            "move_interval_ms: 0 is out of range (1 to 1048576 ticks)");
  EXPECT_EQ(problem([](BoardGame& s) { s.move_slack_percent = 100; }),
            "move_slack_percent: 100 is out of range (less than the move interval)");
}

TEST(Settings, WithinTheirRangesAreAllowedByTheBoard) {
  for (const std::uint32_t tick_rate : {1u, 3u, 20u, 99u, 100u}) {
    for (const std::uint32_t interval_ms : {1u, 2u, 49u, 50u, 51u, 999u, 3'600'000u}) {
      BoardGame game;
      game.settings.tick_rate = tick_rate;
      game.move_interval_ms = interval_ms;
      game.move_slack_percent = 99;
      EXPECT_FALSE(board::find_problem(board_config_of(game))) << tick_rate << " " << interval_ms;
    }
  }
}

TEST(Settings, BecomeTheConfigurationOfTheBoard) {
  BoardGame game;
  game.map = {300, 200};
  game.cell_size = 32;
  game.settings.seed = 77;
  game.obstacle_percent = 5;
  game.settings.tick_rate = 30;
  game.view_radius = 7;
  game.leave_radius = 11;
  game.arrival_radius = 12;
  game.players_max = 13;
  const board::BoardConfig config = board_config_of(game);
  EXPECT_EQ(config.width, 300u);
  EXPECT_EQ(config.height, 200u);
  EXPECT_EQ(config.cell_size, 32u);
  EXPECT_EQ(config.seed, 77u);
  EXPECT_EQ(config.obstacle_percent, 5u);
  EXPECT_EQ(config.tick_rate, 30u);
  EXPECT_EQ(config.view_radius, 7u);
  EXPECT_EQ(config.leave_radius, 11u);
  EXPECT_EQ(config.arrival_radius, 12u);
  EXPECT_EQ(config.players_max, 13u);
}

TEST(Settings, RoundTimesToTicksSoThatNoPlayerIsTooFast) {
  BoardGame game;
  game.settings.tick_rate = 20;
  game.move_interval_ms = 1000;
  game.move_slack_percent = 25;
  EXPECT_EQ(board_config_of(game).move_interval_ticks, 20u);
  EXPECT_EQ(board_config_of(game).move_slack_ticks, 5u);
  game.move_interval_ms = 1001;
  game.move_slack_percent = 19;
  EXPECT_EQ(board_config_of(game).move_interval_ticks, 21u);
  EXPECT_EQ(board_config_of(game).move_slack_ticks, 3u);
}

}  // namespace
}  // namespace madang::app
