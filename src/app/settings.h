// ServeSettings: everything that can be set for `madang serve`, and the table that describes it.
//
// The defaults stand here (those of Limits in base/limits.h); names, ranges and help stand in the table, in
// settings.cpp, and nowhere else. Plain values.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/setting.h"
#include "base/limits.h"
#include "base/log.h"
#include "io/address_range.h"
#include "io/port.h"
#include "world/zone_config.h"

namespace madang::app {

struct ServeSettings {
  std::string listen = "127.0.0.1:7777";
  std::string http = "127.0.0.1:7780";  ///< "off": not at all
  std::string origins = "own";
  std::string operator_address = "127.0.0.1:7781";  ///< "off": not at all
  std::string operator_token = "none";
  std::string operator_token_file = "none";
  std::string trusted_proxies = "none";
  ProxyPorts proxy_protocol = ProxyPorts::off;
  std::uint32_t workers = 0;  ///< 0: as many as the machine has use for
  io::Backend io = io::Backend::automatic;
  std::uint32_t demo_bots = 0;
  std::uint32_t demo_roam = 6;  ///< tiles; 0: anywhere

  MapSize map{1000, 1000};
  std::uint64_t seed = 1;
  std::uint32_t obstacle_percent = 8;
  std::uint32_t tick_rate = 20;
  std::uint32_t move_interval_ms = 1'000;
  std::uint32_t move_slack_percent = 25;
  std::uint32_t cell_size = 8;
  std::uint32_t view_radius = 10;
  std::uint32_t leave_radius = 14;
  std::uint32_t arrival_radius = 20;  ///< tiles; 0: anywhere
  std::uint32_t players_max = 100'000;

  Limits limits;

  LogLevel log_level = LogLevel::info;
  std::uint32_t status_interval_s = 10;  ///< 0: never

  /// Where each setting was set that was: "madang.toml:3", "--tick-rate". No setting itself.
  std::map<std::string, std::string, std::less<>> places{};
};

/// Every setting, in the order in which they are shown. The rows point into `settings`.
std::vector<Setting> table_of(ServeSettings& settings);

/// A setting whose value is allowed by itself, but not beside the others.
struct SettingsProblem {
  std::string_view setting;  ///< its name in the table
  std::string text;          ///< "5 is out of range; not less than view_radius, 10"
};
std::optional<SettingsProblem> find_problem(const ServeSettings& settings);
/// Returns the problem of the zone in terms of the settings: with the setting that the member of ZoneConfig
/// is made from.
SettingsProblem settings_problem_of(const world::ConfigProblem& problem);

/// The HTTP port's address; empty when there is none.
std::string http_address_of(const ServeSettings& settings);
/// The operator's; likewise.
std::string operator_address_of(const ServeSettings& settings);
/// Whose word about a client's address is believed. Valid when find_problem finds nothing.
io::AddressRanges trusted_proxies_of(const ServeSettings& settings);
bool has_proxy_protocol(const ServeSettings& settings, ProxyPorts port);
/// Besides the server's own: whose pages may play, each as "https://game.example".
std::vector<std::string> origins_of(const ServeSettings& settings);
/// Reads the token from operator_token_file, if there is such a setting, into operator_token.
std::optional<SettingsProblem> read_operator_token(ServeSettings& settings);
/// What the operator must bring; empty when none is configured.
std::string operator_token_of(const ServeSettings& settings);

/// The world's share of the settings; times become ticks. Valid when find_problem finds nothing.
world::ZoneConfig zone_config_of(const ServeSettings& settings);

}  // namespace madang::app
