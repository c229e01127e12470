#include "madang/server/settings.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include "madang/net/world_runners.h"
#include "madang/wire/session_packets.h"

namespace madang::server {

namespace {

constexpr std::uint64_t million = 1'000'000;
constexpr std::uint64_t minute_ms = 60'000;
constexpr std::uint64_t hour_ms = 60 * minute_ms;
constexpr std::uint64_t day_ms = 24 * hour_ms;
constexpr std::uint64_t toml_number_max = INT64_MAX;

/// Lengths that docs/protocol.md promises and that clients keep. A setting can only make them smaller.
constexpr std::uint64_t name_bytes_promised = Limits{}.name_bytes_max;
constexpr std::uint64_t world_name_bytes_promised = Limits{}.world_name_bytes_max;
constexpr std::uint64_t text_bytes_promised = Limits{}.text_bytes_max;

constexpr std::string_view no_port = "off";
constexpr std::string_view no_proxies = "none";
constexpr std::string_view own_origins = "own";
constexpr std::string_view no_token = "none";
constexpr std::string_view no_record = "none";
constexpr std::size_t operator_token_bytes_min = 16;
constexpr std::size_t operator_token_bytes_max = 1'024;  // of a file

/// Returns true if `text` is an origin as a browser writes it: a scheme, a host and perhaps a port.
bool is_origin(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"})
    if (text.starts_with(scheme))
      return text.size() > scheme.size() && text.find_first_of("/?#@ ", scheme.size()) == text.npos;
  return false;
}

/// Returns what is wrong with a token, or none.
std::optional<std::string> find_token_problem(std::string_view token) {
  if (token.size() < operator_token_bytes_min)
    return fmt::format(
        "a token of {} bytes can be guessed; use at least {} bytes, for example from `openssl rand -hex 16`",
        token.size(), operator_token_bytes_min);
  if (!std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7f; }))
    return "a browser cannot send this token; use only ASCII letters, digits and symbols";
  return std::nullopt;
}

/// Returns what is wrong with the settings of the proxies and of the operator's port, or none. Ignores an
/// address that is not valid, because Server::make reports such an address.
std::optional<SettingsProblem> find_port_problem(const Settings& settings) {
  if (settings.operator_address != no_port && settings.operator_token == no_token &&
      settings.operator_token_file == no_token) {
    const auto address = io::Address::resolve(settings.operator_address);
    if (address && !address->is_loopback())
      return SettingsProblem{
          "operator",
          fmt::format(
              "other machines can reach {}; set operator_token or operator_token_file, or use 127.0.0.1:PORT",
              settings.operator_address)};
  }
  if (settings.trusted_proxies != no_proxies) {
    const auto ranges = io::parse_address_ranges(settings.trusted_proxies);
    if (!ranges) return SettingsProblem{"trusted_proxies", ranges.error()};
  } else if (settings.proxy_protocol != ProxyPorts::off) {
    return SettingsProblem{"proxy_protocol",
                           "no proxy is trusted to send a PROXY header; name the proxy in trusted_proxies"};
  }
  return std::nullopt;
}

}  // namespace

std::vector<Setting> table_of(Settings& settings) {
  Settings& s = settings;
  Limits& l = settings.limits;
  return {
      {"server", "listen", &s.listen, "HOST:PORT for players over plain TCP; 127.0.0.1: only this machine"},
      {"server", "http", &s.http, "HOST:PORT of the web page for players; off: no web page"},
      {"server", "origins", &s.origins,
       "Web pages that may connect: own (this server's), or a list: "
       "https://game.example,https://other.example"},
      {"server", "operator", &s.operator_address,
       "HOST:PORT of the operator's page and of /metrics; other machines need a token; off: no such port"},
      {"server",
       "operator_token",
       &s.operator_token,
       "Token that each request of the operator must carry; none: requests of this machine need no token",
       0,
       0,
       {},
       true},
      {"server", "operator_token_file", &s.operator_token_file,
       "File that contains only the operator's token, as systemd's LoadCredential makes it; none: no file"},
      {"server", "trusted_proxies", &s.trusted_proxies,
       "Proxies that may state a client's address: none, or a list: 10.0.0.0/8,::1"},
      {"server", "proxy_protocol", &s.proxy_protocol,
       "Ports where trusted proxies send a PROXY header; without it, http uses X-Forwarded-For"},
      {"server", "workers", &s.workers, "Number of worker threads; 0: one for each core, at most 8", 0, 64},
      {"server", "zone_threads", &s.zone_threads,
       "Number of threads that run worlds; a world is on one of them, and its name says on which. With "
       "--zones, "
       "as many threads tick the zones of the main world",
       1, net::WorldRunners::count_max},
      {"server", "zones", &s.zones,
       "Cut of the main world into zones, in a row and in a column; for the same game on several zone "
       "threads",
       1, 256, "zones"},
      {"server", "io", &s.io, "Backend of the completion port; auto: the best one on this machine"},
      {"server", "record", &s.record,
       "New file to record all inputs of the world to, for `madang replay`; {time} in its name becomes the "
       "time "
       "of the start; none: no record"},

      {"world", "tick_rate", &s.tick_rate, "Rate of the ticks, which are the steps of the world", 1, 100,
       "ticks a second"},
      {"world", "seed", &s.seed,
       "Seed of the worlds, of their maps and of all chance in them; 0: a secret one, made at each start", 0,
       toml_number_max},

      {"limits", "sessions_max", &l.sessions_max, "Maximum number of sessions", 1, million},
      {"limits", "sessions_per_address_max", &l.sessions_per_address_max,
       "Maximum number of sessions from one address; this machine's own addresses have no maximum", 1,
       million},
      {"limits", "handshakes_per_second_max", &l.handshakes_per_second_max,
       "Maximum number of accepted connections; more connections wait", 1, million, "a second"},
      {"limits", "refusals_per_second_max", &l.refusals_per_second_max,
       "Maximum number of refused connections; more connections wait", 1, million, "a second"},
      {"limits", "refusals_max", &l.refusals_max,
       "Maximum number of refused connections that receive a goodbye at the same time", 0, 10'000},
      {"limits", "login_deadline_ms", &l.login_deadline_ms,
       "Maximum time from the connection to a complete login", 100, hour_ms, "ms"},
      {"limits", "idle_timeout_ms", &l.idle_timeout_ms,
       "Maximum time without data from a client; then its session ends", 100, day_ms, "ms"},
      {"limits", "goodbye_deadline_ms", &l.goodbye_deadline_ms,
       "Maximum time for a client to receive its goodbye and close", 10, minute_ms, "ms"},
      {"limits", "shutdown_deadline_ms", &l.shutdown_deadline_ms,
       "Maximum time for all goodbyes when the server stops", 10, hour_ms, "ms"},
      {"limits", "http_connections_max", &l.http_connections_max,
       "Maximum number of HTTP connections; sessions do not count", 1, million},
      {"limits", "http_connections_per_second_max", &l.http_connections_per_second_max,
       "Maximum number of accepted HTTP connections; more connections wait", 1, million, "a second"},
      {"limits", "http_target_bytes_max", &l.http_target_bytes_max,
       "Maximum length of an HTTP request's target (path and query)", 64, 65'536, "bytes"},
      {"limits", "http_head_bytes_max", &l.http_head_bytes_max,
       "Maximum size of an HTTP request's first line and header fields", 256, 65'536, "bytes"},
      {"limits", "http_body_bytes_max", &l.http_body_bytes_max, "Maximum size of an HTTP request's body", 256,
       million, "bytes"},
      {"limits", "http_keep_alive_ms", &l.http_keep_alive_ms,
       "Maximum time that an HTTP connection waits for its next request", 100, hour_ms, "ms"},
      {"limits", "http_response_deadline_ms", &l.http_response_deadline_ms,
       "Maximum time for a client to receive an HTTP response", 100, hour_ms, "ms"},
      {"limits", "message_bytes_max", &l.message_bytes_max,
       "Maximum size of a WebSocket message from a client", 64, 1u << 30, "bytes"},
      {"limits", "frame_bytes_max", &l.frame_bytes_max, "Maximum size of a frame from a client", 64, 65'535,
       "bytes"},
      {"limits", "send_queue_bytes_max", &l.send_queue_bytes_max,
       "Maximum size of the data that waits for one client; beyond it the session ends", 4'096, 1u << 30,
       "bytes"},
      {"limits", "kernel_send_bytes_max", &l.kernel_send_bytes_max,
       "Maximum size of the data that waits for one client in the kernel; a part of send_queue_bytes_max",
       4'096, 1u << 24, "bytes"},
      {"limits", "queued_mbytes_max", &l.queued_mbytes_max,
       "Maximum size of the data that waits for a worker's clients; beyond it, each client may have a "
       "16th of send_queue_bytes_max",
       1, million, "MB"},
      {"limits", "session_kbit_per_second", &l.session_kbit_per_second,
       "Data rate to a client; beyond it, steps of others are suppressed for up to two seconds", 8, million,
       "kbit/s"},
      {"limits", "name_bytes_max", &l.name_bytes_max, "Maximum length of a player's name", 1,
       name_bytes_promised, "bytes"},
      {"limits", "text_bytes_max", &l.text_bytes_max, "Maximum length of a text that a player says or shouts",
       1, text_bytes_promised, "bytes"},
      {"limits", "login_budget_burst", &l.login_budget.burst,
       "Number of logins that one address may make at once", 1, million},
      {"limits", "login_budget_interval_ms", &l.login_budget.interval_ms,
       "Time after which an address may make one more login", 1, hour_ms, "ms"},
      {"limits", "name_login_budget_burst", &l.name_login_budget.burst,
       "Number of logins that one address may make with one name at once", 1, million},
      {"limits", "name_login_budget_interval_ms", &l.name_login_budget.interval_ms,
       "Time after which an address may make one more login with that name", 1, hour_ms, "ms"},
      {"limits", "command_budget_burst", &l.command_budget.burst,
       "Number of commands of the game that a client may send at once", 1, million},
      {"limits", "command_budget_interval_ms", &l.command_budget.interval_ms,
       "Time after which a client may send one more command", 1, hour_ms, "ms"},
      {"limits", "say_budget_burst", &l.say_budget.burst, "Number of texts that a client may say at once", 1,
       million},
      {"limits", "say_budget_interval_ms", &l.say_budget.interval_ms,
       "Time after which a client may say one more text", 1, hour_ms, "ms"},
      {"limits", "shout_budget_burst", &l.shout_budget.burst,
       "Number of texts that a client may shout at once", 1, million},
      {"limits", "shout_budget_interval_ms", &l.shout_budget.interval_ms,
       "Time after which a client may shout one more text", 1, hour_ms, "ms"},
      {"limits", "ping_budget_burst", &l.ping_budget.burst, "Number of pings that a client may send at once",
       1, million},
      {"limits", "ping_budget_interval_ms", &l.ping_budget.interval_ms,
       "Time after which a client may send one more ping", 1, hour_ms, "ms"},
      {"limits", "websocket_frame_budget_burst", &l.websocket_frame_budget.burst,
       "Number of WebSocket frames without data that a client may send at once", 1, million},
      {"limits", "websocket_frame_budget_interval_ms", &l.websocket_frame_budget.interval_ms,
       "Time after which a client may send one more WebSocket frame without data", 1, hour_ms, "ms"},
      {"limits", "all_shouts_budget_burst", &l.all_shouts_budget.burst,
       "Number of texts that all clients together may shout at once", 1, million},
      {"limits", "all_shouts_budget_interval_ms", &l.all_shouts_budget.interval_ms,
       "Time after which all clients together may shout one more text; earlier shouts are refused", 1,
       hour_ms, "ms"},
      {"limits", "address_shouts_budget_burst", &l.address_shouts_budget.burst,
       "Number of texts that all clients of one address may shout at once", 1, million},
      {"limits", "address_shouts_budget_interval_ms", &l.address_shouts_budget.interval_ms,
       "Time after which the clients of one address may shout one more text; earlier shouts are refused", 1,
       hour_ms, "ms"},
      {"limits", "words_budget_burst", &l.words_budget.burst,
       "Number of texts, refused texts included, that a client may send at once", 1, million},
      {"limits", "words_budget_interval_ms", &l.words_budget.interval_ms,
       "Time after which a client may send one more text; an earlier text is flooding and ends the session",
       1, hour_ms, "ms"},
      {"limits", "worlds_max", &l.worlds_max,
       "Maximum number of worlds on one zone thread; further rooms are refused", 1, million},
      {"limits", "worlds_per_address_max", &l.worlds_per_address_max,
       "Maximum number of rooms on one zone thread that the clients of one address have made; further ones "
       "are "
       "refused; this machine's own clients have no maximum",
       1, million},
      {"limits", "world_name_bytes_max", &l.world_name_bytes_max, "Maximum length of the name of a world", 1,
       world_name_bytes_promised, "bytes"},
      {"limits", "empty_world_s", &l.empty_world_s,
       "Time without players after which a room ends; its name may be used again", 1, 3'600 * 24, "s"},
      {"limits", "enter_world_budget_burst", &l.enter_world_budget.burst,
       "Number of times that a client may change its world at once", 1, million},
      {"limits", "enter_world_budget_interval_ms", &l.enter_world_budget.interval_ms,
       "Time after which a client may change its world once more", 1, hour_ms, "ms"},
      {"limits", "command_queue_max", &l.command_queue_max,
       "Maximum number of commands in the queue from the workers to a zone thread", 2, 1u << 24},
      {"limits", "tick_queue_max", &l.tick_queue_max,
       "Maximum number of ticks in the queue from a zone thread to a worker", 2, 1'024},
      {"limits", "accept_queue_max", &l.accept_queue_max,
       "Maximum number of accepted connections in the queue to a worker", 2, 65'536},
      {"limits", "chat_lines_kept", &l.chat_lines_kept,
       "Number of the players' latest texts that the server keeps for the operator's page", 1, 10'000,
       "lines"},
      {"limits", "sanctions_max", &l.sanctions_max,
       "Maximum number of mutes and bans in force at the same time", 1, 10'000},
      {"limits", "record_queue_bytes_max", &l.record_queue_bytes_max,
       "Maximum size of the record that waits for the disk; beyond it the recording stops", 65'536, 1u << 25,
       "bytes"},
      {"limits", "log_queue_bytes_max", &l.log_queue_bytes_max,
       "Maximum size of the log lines that wait for their reader; more lines are dropped and counted", 4'096,
       1u << 30, "bytes"},

      {"log", "log_level", &s.log_level, "Lowest level of the lines that are logged"},
      {"log", "status_interval_s", &s.status_interval_s, "Time between two status lines; 0: no status lines",
       0, 3'600, "s"},
  };
}

std::vector<Setting> join(std::vector<Setting> engine, const std::vector<Setting>& game) {
  std::vector<Setting> all = std::move(engine);
  for (const Setting& setting : game) {
    const auto last = std::ranges::find(all.rbegin(), all.rend(), setting.section, &Setting::section);
    all.insert(last == all.rend() ? all.end() : last.base(), setting);
  }
  return all;
}

std::optional<SettingsProblem> find_problem(const Settings& settings, std::size_t entry_bytes) {
  const auto out_of_range = [](std::string_view setting, std::uint32_t value, std::string_view range) {
    return SettingsProblem{setting, fmt::format("{} is out of range ({})", value, range)};
  };
  const Limits& limits = settings.limits;
  const auto frame_is_too_small = [&](std::size_t bytes, std::string_view of) {
    return out_of_range("frame_bytes_max", limits.frame_bytes_max,
                        fmt::format("at least {}, the size of a {}", bytes, of));
  };
  if (const std::size_t login = wire::frame_size_of(wire::Login{}) + entry_bytes + limits.name_bytes_max +
                                limits.world_name_bytes_max;
      limits.frame_bytes_max < login)
    return frame_is_too_small(login,
                              fmt::format("login with a name of {} bytes, and a world's name of {} bytes",
                                          limits.name_bytes_max, limits.world_name_bytes_max));
  if (const std::size_t text = wire::frame_size_of(wire::Say{}) + limits.text_bytes_max;
      limits.frame_bytes_max < text)
    return frame_is_too_small(text, fmt::format("frame with a text of {} bytes", limits.text_bytes_max));
  for (const std::string& origin : origins_of(settings))
    if (!is_origin(origin))
      return SettingsProblem{
          "origins", fmt::format("\"{}\" is not an origin; write https://HOST or https://HOST:PORT", origin)};
  if (settings.operator_token != no_token) {
    if (const auto why = find_token_problem(settings.operator_token))
      return SettingsProblem{"operator_token", *why};
    if (settings.operator_token_file != no_token)
      return SettingsProblem{"operator_token_file", "operator_token is also set; set only one of the two"};
  }
  return find_port_problem(settings);
}

std::string http_address_of(const Settings& settings) {
  return settings.http == no_port ? "" : settings.http;
}

std::string operator_address_of(const Settings& settings) {
  return settings.operator_address == no_port ? "" : settings.operator_address;
}

io::AddressRanges trusted_proxies_of(const Settings& settings) {
  if (settings.trusted_proxies == no_proxies) return {};
  return io::parse_address_ranges(settings.trusted_proxies).value_or(io::AddressRanges());
}

bool has_proxy_protocol(const Settings& settings, ProxyPorts port) {
  return settings.proxy_protocol == port || settings.proxy_protocol == ProxyPorts::both;
}

std::string record_of(const Settings& settings) {
  return settings.record == no_record ? "" : settings.record;
}

std::vector<std::string> origins_of(const Settings& settings) {
  std::vector<std::string> origins;
  if (settings.origins == own_origins) return origins;
  for (std::size_t begin = 0; begin <= settings.origins.size();) {
    const std::size_t end = std::min(settings.origins.find(',', begin), settings.origins.size());
    origins.push_back(settings.origins.substr(begin, end - begin));
    begin = end + 1;
  }
  return origins;
}

std::optional<SettingsProblem> read_operator_token(Settings& settings) {
  if (settings.operator_token_file == no_token) return std::nullopt;
  const auto problem = [](std::string text) {
    return SettingsProblem{"operator_token_file", std::move(text)};
  };
  // A path made from plain chars would be read in the code page of Windows, and not as UTF-8.
  const std::string& path = settings.operator_token_file;
  const std::filesystem::path file_name(std::u8string(path.begin(), path.end()));
  std::ifstream file(file_name, std::ios::binary);
  std::string token(operator_token_bytes_max + 1, '\0');
  file.read(token.data(), static_cast<std::streamsize>(token.size()));
  if (!file.is_open() || file.bad())
    return problem(fmt::format("cannot read {}", settings.operator_token_file));
  token.resize(static_cast<std::size_t>(file.gcount()));
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  if (token.size() > operator_token_bytes_max)
    return problem(fmt::format("the file has more than {} bytes; it must contain only the token",
                               operator_token_bytes_max));
  if (const auto why = find_token_problem(token)) return problem(*why);
  settings.operator_token = std::move(token);
  return std::nullopt;
}

std::string operator_token_of(const Settings& settings) {
  return settings.operator_token == no_token ? "" : settings.operator_token;
}

}  // namespace madang::server
