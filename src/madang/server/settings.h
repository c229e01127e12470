// Settings: those that every server has, whatever its game, and the table that describes them. A game adds
// its own (server/game.h).
//
// The default values are in this file, and those of the limits in madang/base/limits.h. Names, ranges and
// descriptions are in the table in settings.cpp. Plain values.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "madang/base/limits.h"
#include "madang/base/log.h"
#include "madang/io/address_range.h"
#include "madang/io/port.h"
#include "madang/server/setting.h"

namespace madang::server {

struct Settings {
  std::string listen = "127.0.0.1:7777";
  std::string http = "127.0.0.1:7780";  ///< "off": no port
  std::string origins = "own";
  std::string operator_address = "127.0.0.1:7781";  ///< "off": no port
  std::string operator_token = "none";
  std::string operator_token_file = "none";
  std::string trusted_proxies = "none";
  ProxyPorts proxy_protocol = ProxyPorts::off;
  std::uint32_t workers = 0;  ///< 0: one for each core, at most 8
  std::uint32_t zone_threads = 1;
  MapSize zones{1, 1};  ///< of the main world
  io::Backend io = io::Backend::automatic;
  std::string record = "none";  ///< a file

  std::uint32_t tick_rate = 20;
  std::uint64_t seed = 1;

  Limits limits;

  LogLevel log_level = LogLevel::info;
  std::uint32_t status_interval_s = 10;  ///< 0: no status lines
};

/// Returns the table of the settings, in the order of the help text. The rows point into `settings`.
std::vector<Setting> table_of(Settings& settings);
/// Returns the table of a whole server: each section has the engine's rows, and then the game's.
std::vector<Setting> join(std::vector<Setting> engine, const std::vector<Setting>& game);

/// A setting whose value is in its range, but contradicts another setting.
struct SettingsProblem {
  std::string_view setting;  ///< name of the setting
  std::string text;          ///< "5 is out of range (at least 10, the value of view_radius)"
};
/// Returns the first contradiction between the settings, or none. `entry_bytes` is the size of what the game
/// adds to a login.
std::optional<SettingsProblem> find_problem(const Settings& settings, std::size_t entry_bytes);

/// Returns the address of the players' HTTP port, or an empty text if the port is off.
std::string http_address_of(const Settings& settings);
/// Returns the address of the operator's HTTP port, or an empty text if the port is off.
std::string operator_address_of(const Settings& settings);
/// Returns the addresses of the proxies that may state a client's address.
/// Precondition: find_problem() returns none.
io::AddressRanges trusted_proxies_of(const Settings& settings);
/// Returns true if the connections of trusted proxies to `port` begin with a PROXY header.
bool has_proxy_protocol(const Settings& settings, ProxyPorts port);
/// Returns the name of the file to record to, or an empty text if nothing is recorded.
std::string record_of(const Settings& settings);
/// Returns the origins of other hosts whose web pages may connect, each as "https://game.example".
std::vector<std::string> origins_of(const Settings& settings);
/// Reads the token from operator_token_file, if that is set, into operator_token. Returns the problem, or
/// none.
std::optional<SettingsProblem> read_operator_token(Settings& settings);
/// Returns the token that the operator must send, or an empty text if no token is set.
std::string operator_token_of(const Settings& settings);

}  // namespace madang::server
