#include "app/settings.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include "app/demo_bots.h"
#include "base/check.h"
#include "wire/packets.h"

namespace madang::app {

namespace {

constexpr std::uint64_t million = 1'000'000;
constexpr std::uint64_t minute_ms = 60'000;
constexpr std::uint64_t hour_ms = 60 * minute_ms;
constexpr std::uint64_t day_ms = 24 * hour_ms;
constexpr std::uint64_t toml_number_max = INT64_MAX;

/// What docs/protocol.md promises, and clients keep to: settings can only lower it.
constexpr std::uint64_t name_bytes_promised = Limits{}.name_bytes_max;
constexpr std::uint64_t text_bytes_promised = Limits{}.text_bytes_max;

constexpr std::string_view no_port = "off";
constexpr std::string_view no_proxies = "none";
constexpr std::string_view own_origins = "own";
constexpr std::string_view no_token = "none";
constexpr std::size_t operator_token_bytes_min = 16;
constexpr std::size_t operator_token_bytes_max = 1'024;  // of a file

/// As a browser writes it: a scheme, a host, perhaps a port, and nothing behind them.
bool is_origin(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"})
    if (text.starts_with(scheme))
      return text.size() > scheme.size() && text.find_first_of("/?#@ ", scheme.size()) == text.npos;
  return false;
}

/// What is wrong with a token; none: nothing is.
std::optional<std::string> find_token_problem(std::string_view token) {
  if (token.size() < operator_token_bytes_min)
    return fmt::format("{} bytes can be guessed; wanted are at least {}, as from `openssl rand -hex 16`",
                       token.size(), operator_token_bytes_min);
  if (!std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7f; }))
    return "no browser can send this; wanted are letters, digits and signs of ASCII";
  return std::nullopt;
}

std::uint32_t to_ticks_rounded_up(std::uint32_t ms, std::uint32_t tick_rate) {
  return static_cast<std::uint32_t>((std::uint64_t{ms} * tick_rate + 999) / 1000);
}

}  // namespace

namespace {

/// About proxies, and the operator's port. An address that is none is the server's to complain about.
std::optional<SettingsProblem> find_port_problem(const ServeSettings& settings) {
  if (settings.operator_address != no_port && settings.operator_token == no_token &&
      settings.operator_token_file == no_token) {
    const auto address = io::Address::resolve(settings.operator_address);
    if (address && !address->is_loopback())
      return SettingsProblem{
          "operator", fmt::format("{} is open to other machines; write 127.0.0.1:PORT, or set operator_token",
                                  settings.operator_address)};
  }
  if (settings.trusted_proxies != no_proxies) {
    const auto ranges = io::parse_address_ranges(settings.trusted_proxies);
    if (!ranges) return SettingsProblem{"trusted_proxies", ranges.error()};
  } else if (settings.proxy_protocol != ProxyPorts::off) {
    return SettingsProblem{"proxy_protocol",
                           "nobody is trusted to speak it; name the proxy in trusted_proxies"};
  }
  if (settings.demo_bots > 0 && has_proxy_protocol(settings, ProxyPorts::listen)) {
    const auto address = io::Address::resolve(settings.listen);
    if (address && io::contains(trusted_proxies_of(settings), reachable(*address)))
      return SettingsProblem{"demo_bots",
                             "they come from a trusted proxy's address, but speak no PROXY protocol"};
  }
  return std::nullopt;
}

}  // namespace

std::vector<Setting> table_of(ServeSettings& settings) {
  using Zone = world::ZoneConfig;
  ServeSettings& s = settings;
  Limits& l = settings.limits;
  return {
      {"server", "listen", &s.listen, "HOST:PORT to listen on; 127.0.0.1: for this machine only"},
      {"server", "http", &s.http, "HOST:PORT for browsers, to play there; off: none"},
      {"server", "origins", &s.origins,
       "Whose pages may play: own for the server's, or a list, https://game.example,https://other.example"},
      {"server", "operator", &s.operator_address,
       "HOST:PORT for the operator: /operator, /metrics; of this machine alone without a token; off: none"},
      {"server",
       "operator_token",
       &s.operator_token,
       "What the operator must bring; none: only this machine may look",
       0,
       0,
       {},
       true},
      {"server", "operator_token_file", &s.operator_token_file,
       "File that holds nothing but the operator's token, as of systemd's LoadCredential; none: no file"},
      {"server", "trusted_proxies", &s.trusted_proxies,
       "Proxies that tell the client's address: none, or a list, 10.0.0.0/8,::1"},
      {"server", "proxy_protocol", &s.proxy_protocol,
       "Ports where trusted proxies speak the PROXY protocol; else X-Forwarded-For counts on http"},
      {"server", "workers", &s.workers, "Threads that serve sessions; 0: one a core, at most 8", 0, 64},
      {"server", "io", &s.io, "The completion port; auto takes the best"},
      {"server", "demo_bots", &s.demo_bots, "Bots of the server's own that walk about and answer", 0, 10'000},
      {"server", "demo_roam", &s.demo_roam, "So far they go from where they arrived; 0: anywhere", 0,
       Zone::side_max, "tiles"},

      {"world", "map", &s.map, "Width and height of the map", 4, Zone::side_max, "tiles a side"},
      {"world", "seed", &s.seed, "The map and all chance follow from it", 0, toml_number_max},
      {"world", "obstacle_percent", &s.obstacle_percent, "How much of the map is obstacles", 0, 100, "%"},
      {"world", "tick_rate", &s.tick_rate, "How often the world moves on", 1, 100, "ticks a second"},
      {"world", "move_interval_ms", &s.move_interval_ms, "A piece makes one move in so long", 1, hour_ms,
       "ms"},
      {"world", "move_slack_percent", &s.move_slack_percent,
       "A move may come too early by so much of the interval", 0, 99, "%"},
      {"world", "cell_size", &s.cell_size, "Side of a cell, a power of two", Zone::cell_size_min,
       Zone::cell_size_max, "tiles"},
      {"world", "view_radius", &s.view_radius, "Everybody sees at least so far", 1, Zone::radius_max,
       "tiles"},
      {"world", "leave_radius", &s.leave_radius, "Nobody sees farther", 1, Zone::radius_max, "tiles"},
      {"world", "arrival_radius", &s.arrival_radius,
       "Newcomers appear so near to the middle of the map; 0: anywhere, as crowds of thousands need", 0,
       Zone::arrival_radius_max, "tiles"},
      {"world", "players_max", &s.players_max, "Pieces on the map", 1, Zone::players_max_max},

      {"limits", "sessions_max", &l.sessions_max, "Connections at once", 1, million},
      {"limits", "sessions_per_address_max", &l.sessions_per_address_max,
       "From one address; 127.0.0.1 is not counted", 1, million},
      {"limits", "handshakes_per_second_max", &l.handshakes_per_second_max,
       "New connections; more wait their turn", 1, million, "a second"},
      {"limits", "refusals_per_second_max", &l.refusals_per_second_max,
       "New connections that cannot come in; more wait their turn", 1, million, "a second"},
      {"limits", "refusals_max", &l.refusals_max, "Connections being told that they cannot come in", 0,
       10'000},
      {"limits", "login_deadline_ms", &l.login_deadline_ms, "From the connection to a complete login", 100,
       hour_ms, "ms"},
      {"limits", "idle_timeout_ms", &l.idle_timeout_ms, "A silent client is gone after so long", 100, day_ms,
       "ms"},
      {"limits", "goodbye_deadline_ms", &l.goodbye_deadline_ms, "For a client to take its goodbye and close",
       10, minute_ms, "ms"},
      {"limits", "shutdown_deadline_ms", &l.shutdown_deadline_ms,
       "For all goodbyes together when the server stops", 10, hour_ms, "ms"},
      {"limits", "http_connections_max", &l.http_connections_max,
       "Connections for pages that are open at once; sessions are counted apart", 1, million},
      {"limits", "http_connections_per_second_max", &l.http_connections_per_second_max,
       "Connections for pages that are accepted in a second", 1, million},
      {"limits", "http_target_bytes_max", &l.http_target_bytes_max, "Length of an address that is asked for",
       64, 65'536, "bytes"},
      {"limits", "http_head_bytes_max", &l.http_head_bytes_max, "Size of a request without its body", 256,
       65'536, "bytes"},
      {"limits", "http_body_bytes_max", &l.http_body_bytes_max, "Size of what a request brings", 256, million,
       "bytes"},
      {"limits", "http_keep_alive_ms", &l.http_keep_alive_ms,
       "A browser's connection stays open for its next request", 100, hour_ms, "ms"},
      {"limits", "http_response_deadline_ms", &l.http_response_deadline_ms,
       "For a browser to take a response", 100, hour_ms, "ms"},
      {"limits", "message_bytes_max", &l.message_bytes_max, "Size of a WebSocket's message from a client", 64,
       1u << 30, "bytes"},
      {"limits", "frame_bytes_max", &l.frame_bytes_max, "Size of a frame from a client", 64, 65'535, "bytes"},
      {"limits", "send_queue_bytes_max", &l.send_queue_bytes_max, "What may wait for a slow reader", 4'096,
       1u << 30, "bytes"},
      {"limits", "kernel_send_bytes_max", &l.kernel_send_bytes_max,
       "Bytes of those that the system may hold for one client", 4'096, 1u << 24, "bytes"},
      {"limits", "queued_mbytes_max", &l.queued_mbytes_max,
       "What may wait for all clients of a worker; beyond it, slow readers have a 16th of their queue", 1,
       million, "MB"},
      {"limits", "session_kbit_per_second", &l.session_kbit_per_second,
       "What a client is sent; beyond it, steps of others are held back for up to two seconds", 8, million,
       "kbit/s"},
      {"limits", "name_bytes_max", &l.name_bytes_max, "Length of a player's name", 1, name_bytes_promised,
       "bytes"},
      {"limits", "text_bytes_max", &l.text_bytes_max, "Length of what a player says", 1, text_bytes_promised,
       "bytes"},
      {"limits", "login_budget_burst", &l.login_budget.burst,
       "Logins that clients of one address may make at once", 1, million},
      {"limits", "login_budget_interval_ms", &l.login_budget.interval_ms, "After those, one login in so long",
       1, hour_ms, "ms"},
      {"limits", "name_login_budget_burst", &l.name_login_budget.burst,
       "Logins with one name that clients of one address may make at once", 1, million},
      {"limits", "name_login_budget_interval_ms", &l.name_login_budget.interval_ms,
       "After those, one login in so long", 1, hour_ms, "ms"},
      {"limits", "move_budget_burst", &l.move_budget.burst, "Moves that a client may ask for at once", 1,
       million},
      {"limits", "move_budget_interval_ms", &l.move_budget.interval_ms, "After those, one move in so long", 1,
       hour_ms, "ms"},
      {"limits", "say_budget_burst", &l.say_budget.burst, "Texts that a client may say at once", 1, million},
      {"limits", "say_budget_interval_ms", &l.say_budget.interval_ms, "After those, one text in so long", 1,
       hour_ms, "ms"},
      {"limits", "shout_budget_burst", &l.shout_budget.burst, "Texts that a client may shout at once", 1,
       million},
      {"limits", "shout_budget_interval_ms", &l.shout_budget.interval_ms, "After those, one text in so long",
       1, hour_ms, "ms"},
      {"limits", "ping_budget_burst", &l.ping_budget.burst, "Pings that a client may send at once", 1,
       million},
      {"limits", "ping_budget_interval_ms", &l.ping_budget.interval_ms, "After those, one ping in so long", 1,
       hour_ms, "ms"},
      {"limits", "websocket_frame_budget_burst", &l.websocket_frame_budget.burst,
       "WebSocket frames without data that a client may send at once", 1, million},
      {"limits", "websocket_frame_budget_interval_ms", &l.websocket_frame_budget.interval_ms,
       "After those, minimum time between two of them", 1, hour_ms, "ms"},
      {"limits", "all_shouts_budget_burst", &l.all_shouts_budget.burst,
       "Texts that all clients together may shout at once", 1, million},
      {"limits", "all_shouts_budget_interval_ms", &l.all_shouts_budget.interval_ms,
       "After those, one text in so long; others are refused", 1, hour_ms, "ms"},
      {"limits", "address_shouts_budget_burst", &l.address_shouts_budget.burst,
       "Texts that all clients from one address may shout at once", 1, million},
      {"limits", "address_shouts_budget_interval_ms", &l.address_shouts_budget.interval_ms,
       "After those, one text in so long; others are refused", 1, hour_ms, "ms"},
      {"limits", "words_budget_burst", &l.words_budget.burst,
       "Texts, refused ones too, that a client may send at once", 1, million},
      {"limits", "words_budget_interval_ms", &l.words_budget.interval_ms,
       "After those, one in so long; more is flooding", 1, hour_ms, "ms"},
      {"limits", "command_queue_max", &l.command_queue_max, "Commands on their way to the world", 2,
       1u << 24},
      {"limits", "tick_queue_max", &l.tick_queue_max, "Ticks on their way to a worker", 2, 1'024},
      {"limits", "accept_queue_max", &l.accept_queue_max, "Connections on their way to a worker", 2, 65'536},
      {"limits", "chat_lines_kept", &l.chat_lines_kept, "Words of players that the operator's page shows", 1,
       10'000, "lines"},
      {"limits", "sanctions_max", &l.sanctions_max, "Mutes and bans of the operator's that hold at once", 1,
       10'000},
      {"limits", "log_queue_bytes_max", &l.log_queue_bytes_max,
       "Lines that wait for a reader that stands still; more are dropped and counted", 4'096, 1u << 30,
       "bytes"},

      {"log", "log_level", &s.log_level, "What is worth a line in the log"},
      {"log", "status_interval_s", &s.status_interval_s,
       "A line about what goes on, every so often; 0: never", 0, 3'600, "s"},
  };
}

std::optional<SettingsProblem> find_problem(const ServeSettings& settings) {
  const auto out_of_range = [](std::string_view setting, std::uint32_t value, std::string_view range) {
    return SettingsProblem{setting, fmt::format("{} is out of range; {}", value, range)};
  };
  if (settings.leave_radius < settings.view_radius)
    return out_of_range("leave_radius", settings.leave_radius,
                        fmt::format("not less than view_radius, {}", settings.view_radius));
  const Limits& limits = settings.limits;
  const auto frame_less_than = [&](std::size_t bytes, std::string_view of) {
    return out_of_range("frame_bytes_max", limits.frame_bytes_max,
                        fmt::format("not less than {}, the size of a {}", bytes, of));
  };
  if (const std::size_t login = wire::frame_size_of(wire::Login{}) + limits.name_bytes_max;
      limits.frame_bytes_max < login)
    return frame_less_than(login,
                           fmt::format("login with a name of name_bytes_max, {}", limits.name_bytes_max));
  if (const std::size_t text = wire::frame_size_of(wire::Say{}) + limits.text_bytes_max;
      limits.frame_bytes_max < text)
    return frame_less_than(text, fmt::format("text of text_bytes_max, {}", limits.text_bytes_max));
  for (const std::string& origin : origins_of(settings))
    if (!is_origin(origin))
      return SettingsProblem{
          "origins", fmt::format("\"{}\" is no origin; write https://HOST or https://HOST:PORT", origin)};
  if (settings.operator_token != no_token) {
    if (const auto why = find_token_problem(settings.operator_token))
      return SettingsProblem{"operator_token", *why};
    if (settings.operator_token_file != no_token)
      return SettingsProblem{"operator_token_file", "operator_token is set, too; wanted is one of them"};
  }
  if (auto problem = find_port_problem(settings)) return problem;
  // The rules of the zone come last. Most of them can only fail when a range in table_of() is wrong.
  const auto problem = world::find_problem(zone_config_of(settings));
  return problem ? std::optional(settings_problem_of(*problem)) : std::nullopt;
}

SettingsProblem settings_problem_of(const world::ConfigProblem& problem) {
  std::string_view setting = problem.setting;
  if (setting == "width" || setting == "height") setting = "map";
  if (setting == "move_interval_ticks") setting = "move_interval_ms";
  if (setting == "move_slack_ticks") setting = "move_slack_percent";
  return {setting, fmt::format("{} is out of range; {}", problem.value, problem.range)};
}

std::string http_address_of(const ServeSettings& settings) {
  return settings.http == no_port ? "" : settings.http;
}

std::string operator_address_of(const ServeSettings& settings) {
  return settings.operator_address == no_port ? "" : settings.operator_address;
}

io::AddressRanges trusted_proxies_of(const ServeSettings& settings) {
  if (settings.trusted_proxies == no_proxies) return {};
  return io::parse_address_ranges(settings.trusted_proxies).value_or(io::AddressRanges());
}

bool has_proxy_protocol(const ServeSettings& settings, ProxyPorts port) {
  return settings.proxy_protocol == port || settings.proxy_protocol == ProxyPorts::both;
}

std::vector<std::string> origins_of(const ServeSettings& settings) {
  std::vector<std::string> origins;
  if (settings.origins == own_origins) return origins;
  for (std::size_t begin = 0; begin <= settings.origins.size();) {
    const std::size_t end = std::min(settings.origins.find(',', begin), settings.origins.size());
    origins.push_back(settings.origins.substr(begin, end - begin));
    begin = end + 1;
  }
  return origins;
}

std::optional<SettingsProblem> read_operator_token(ServeSettings& settings) {
  if (settings.operator_token_file == no_token) return std::nullopt;
  const auto problem = [](std::string text) {
    return SettingsProblem{"operator_token_file", std::move(text)};
  };
  // A path is made from UTF-8 only so; from plain chars it would be in the code page of Windows.
  const std::string& path = settings.operator_token_file;
  const std::filesystem::path file_name(std::u8string(path.begin(), path.end()));
  std::ifstream file(file_name, std::ios::binary);
  std::string token(operator_token_bytes_max + 1, '\0');
  file.read(token.data(), static_cast<std::streamsize>(token.size()));
  if (!file.is_open() || file.bad())
    return problem(fmt::format("{} cannot be read", settings.operator_token_file));
  token.resize(static_cast<std::size_t>(file.gcount()));
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  if (token.size() > operator_token_bytes_max)
    return problem(fmt::format("it holds more than {} bytes", operator_token_bytes_max));
  if (const auto why = find_token_problem(token)) return problem(*why);
  settings.operator_token = std::move(token);
  return std::nullopt;
}

std::string operator_token_of(const ServeSettings& settings) {
  return settings.operator_token == no_token ? "" : settings.operator_token;
}

world::ZoneConfig zone_config_of(const ServeSettings& settings) {
  // Rounded so that nobody is faster than the settings say.
  const std::uint32_t move_interval_ticks =
      to_ticks_rounded_up(settings.move_interval_ms, settings.tick_rate);
  return {
      .width = settings.map.width,
      .height = settings.map.height,
      .cell_size = settings.cell_size,
      .seed = settings.seed,
      .obstacle_percent = settings.obstacle_percent,
      .tick_rate = settings.tick_rate,
      .move_interval_ticks = move_interval_ticks,
      .move_slack_ticks = move_interval_ticks * settings.move_slack_percent / 100,
      .view_radius = settings.view_radius,
      .leave_radius = settings.leave_radius,
      .arrival_radius = settings.arrival_radius,
      .players_max = settings.players_max,
  };
}

}  // namespace madang::app
