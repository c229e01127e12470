#include "madang/server/operator_api.h"

#include <algorithm>
#include <chrono>

#include "madang/base/log.h"
#include "madang/server/map_squares.h"
#include "madang/server/operator_ask.h"
#include "madang/server/site.h"
#include "madang/world/zone_map.h"

namespace madang::server {

using net::HttpExchange;
using net::HttpVerdict;
using wire::HttpRequest;
using wire::HttpStatus;

namespace {

/// Returns the number of players, by square.
std::vector<std::uint32_t> count_players(const world::AnyWorld& world) {
  const MapSquares squares(world.grid());
  std::vector<std::uint32_t> counts(std::size_t{squares.columns()} * squares.rows());
  world.for_each_row([&](const world::Row& row) {
    if (row.character) ++counts[squares.of(row.position)];
  });
  return counts;
}

// --- As JSON ---

Json json_of(const Sample& sample) {
  Json workers = Json::array();
  for (const Sample::Worker& worker : sample.workers)
    workers.push_back(
        {{"sessions", worker.sessions}, {"load", worker.load}, {"queuedBytes", worker.queued_bytes}});
  Json closed = Json::object();
  const CloseReasons& reasons = sample.totals.close_reasons;
  for (std::size_t i = 0; i < reasons.count(); ++i)
    if (sample.totals.closed[i] > 0)
      closed[std::string(reasons[static_cast<CloseReason>(i)].name)] = sample.totals.closed[i];
  std::uint64_t http_requests = 0;
  for (const std::uint64_t responses : sample.totals.http_responses) http_requests += responses;
  return {
      {"number", sample.number},
      {"at", sample.at_ms},
      {"sessions", sample.totals.sessions_open},
      {"players", sample.players},
      {"worlds", sample.worlds},
      {"commandQueue", sample.commands_waiting},
      {"overloadStep", sample.overload_step},
      {"ticksPerSecond", sample.ticks_per_second},
      {"throttledCells", sample.throttled_cells},
      {"workers", std::move(workers)},
      {"zoneLoad", sample.zone_load},
      {"ticks", sample.ticks},
      {"ticksLate", sample.ticks_late},
      {"ticksSkipped", sample.ticks_skipped},
      {"overloadStepsUp", sample.overload_steps_up},
      {"sessionsOpened", sample.totals.sessions_opened},
      {"packetsIn", sample.totals.frames_in},
      {"bytesIn", sample.totals.bytes_in},
      {"bytesOut", sample.totals.bytes_out},
      {"sends", sample.totals.sends},
      {"stalls", sample.totals.stalls},
      {"httpRequests", http_requests},
      {"closed", std::move(closed)},
      {"tickTime", sample.tick_time},
      {"answerTime", sample.totals.answers},
  };
}

/// Returns how the world is cut, and the load of each zone; null if the world is one zone.
Json json_of_zones(const net::WorldInfo& world, const std::vector<double>& loads) {
  const world::Cut cut = world.config.cut;
  if (cut.zones() == 1) return nullptr;
  const world::ZoneMap zones(world.grid, cut, 0);
  Json x = Json::array();
  Json y = Json::array();
  for (std::uint32_t column = 0; column < cut.columns; ++column)
    x.push_back(zones.cells_of(column).x0 * world.grid.cell_size());
  for (std::uint32_t row = 0; row < cut.rows; ++row)
    y.push_back(zones.cells_of(row * cut.columns).y0 * world.grid.cell_size());
  x.push_back(world.grid.width());
  y.push_back(world.grid.height());
  return {{"columns", cut.columns}, {"rows", cut.rows}, {"x", x}, {"y", y}, {"loads", loads}};
}

Json json_of(const LogLine& line) {
  constexpr std::array<std::string_view, 4> levels = {"info", "warning", "error", "off"};
  return {{"number", line.number},
          {"at", line.at_ms},
          {"level", levels[static_cast<std::size_t>(line.level)]},
          {"text", line.text}};
}

/// Returns a time of the steady clock as milliseconds since 1970.
std::int64_t since_1970(Time time) {
  return to_ms(std::chrono::system_clock::now().time_since_epoch() + (time - steady_now()));
}

Json json_of(const net::ChatLog::Line& line) {
  return {{"number", line.number},  {"at", since_1970(line.at)},
          {"toAll", line.is_shout}, {"session", std::to_string(line.session.value)},
          {"world", line.world},    {"entity", world::text_of(line.entity)},
          {"name", line.name},      {"x", line.position.x},
          {"y", line.position.y},   {"text", line.text}};
}

template <class T>
Json json_of_all(const std::vector<T>& all) {
  Json json = Json::array();
  for (const T& one : all) json.push_back(json_of(one));
  return json;
}

Json json_of(const std::optional<RestartPlan::Plan>& plan) {
  if (!plan) return nullptr;
  return {{"at", since_1970(plan->at)}, {"reason", plan->reason}};
}

}  // namespace

OperatorApi::OperatorApi(const Observed& observed, const Samples& samples)
    : observed_(observed),
      samples_(samples),
      started_at_ms_(to_ms(std::chrono::system_clock::now().time_since_epoch())) {}

HttpVerdict OperatorApi::on_request(HttpExchange& exchange) const {
  struct Call {
    std::string_view method;
    std::string_view path;
    HttpVerdict (OperatorApi::*answer)(HttpExchange&) const;
  };
  static constexpr Call calls[] = {
      {"GET", "/operator/api/state", &OperatorApi::state},
      {"GET", "/operator/api/players", &OperatorApi::players},
      {"GET", "/operator/api/worlds", &OperatorApi::worlds},
      {"GET", "/operator/api/settings", &OperatorApi::settings},
      {"GET", "/operator/api/sanctions", &OperatorApi::sanctions},
      {"GET", "/operator/api/protocol", &OperatorApi::protocol},
      {"GET", "/operator/api/actions", &OperatorApi::actions},
      {"POST", "/operator/api/goodbye", &OperatorApi::goodbye},
      {"POST", "/operator/api/end-world", &OperatorApi::end_world},
      {"POST", "/operator/api/act", &OperatorApi::act},
      {"POST", "/operator/api/announce", &OperatorApi::announce},
      {"POST", "/operator/api/sanction", &OperatorApi::sanction},
      {"POST", "/operator/api/lift", &OperatorApi::lift},
      {"POST", "/operator/api/restart", &OperatorApi::restart},
      {"POST", "/operator/api/cancel-restart", &OperatorApi::cancel_restart},
  };
  const HttpRequest& request = exchange.request;
  const auto call = std::ranges::find(calls, request.path(), &Call::path);
  if (call == std::end(calls)) return refuse(HttpStatus::not_found, "There is no such API call.");
  const bool is_reading = call->method == "GET";
  const std::string_view allowed = is_reading ? "GET, HEAD, OPTIONS" : "POST, OPTIONS";
  if (auto answered = answer_method(request, allowed)) return std::move(*answered);
  if (!is_reading && request.method != "POST") {  // a GET must not change anything
    wire::HttpResponse response =
        wire::plain_response(HttpStatus::method_not_allowed, "This method is not allowed here.");
    response.fields.push_back({"Allow", std::string(allowed)});
    return HttpVerdict::respond(std::move(response));
  }
  return (this->*call->answer)(exchange);
}

HttpVerdict OperatorApi::state(HttpExchange& exchange) const {
  const HttpRequest& request = exchange.request;
  const auto after = [&](std::string_view name) {
    return number_in<std::uint64_t>(request.query(name)).value_or(0);
  };
  const auto* players = await_answer<std::vector<std::uint32_t>>(exchange, [&] {
    return ask_world<std::vector<std::uint32_t>>(
        observed_.runners, "", [](const net::HostedWorld* world, std::vector<std::uint32_t>& answer) {
          if (world) answer = count_players(world->world());
        });
  });
  if (!players) return HttpVerdict::retry();

  Json map;
  Json players_max;
  Json heat;
  Json zones;
  if (observed_.runners.has_main()) {
    const net::WorldInfo& world = observed_.runners.main().info();
    const MapSquares squares(world.grid);
    map = {{"width", world.grid.width()}, {"height", world.grid.height()}};
    players_max = std::min(world.config.players_max, world.config.entities_max);
    heat = {{"columns", squares.columns()},
            {"rows", squares.rows()},
            {"squareTiles", squares.tiles()},
            {"players", *players}};
    zones = json_of_zones(world, samples_.zone_loads());
  }
  const Limits& limits = observed_.limits;
  return respond_with({
      {"game", observed_.runners.game().name},
      {"hasActions", !observed_.runners.game().operator_actions.empty()},
      {"version", MADANG_VERSION},
      {"startedAt", started_at_ms_},
      {"io", observed_.server.io_name()},
      {"map", std::move(map)},
      {"bounds", net::TimeHistogram::bounds_us},
      {"limits",
       {{"sessions", limits.sessions_max},
        {"players", std::move(players_max)},
        {"commandQueue", observed_.runners[0].requests().capacity()},
        {"textBytes", limits.text_bytes_max},
        {"nameBytes", limits.name_bytes_max},
        {"reasonBytes", net::Sanction::reason_bytes_max},
        {"sanctions", limits.sanctions_max}}},
      {"samples", json_of_all(samples_.after(after("after")))},
      {"heat", std::move(heat)},
      {"zones", std::move(zones)},
      {"log", json_of_all(log_lines_after(after("log_after")))},
      {"chat", json_of_all(observed_.runners.chat().after(after("chat_after")))},
      {"sanctionsVersion", observed_.sanctions.version()},
      {"restart", json_of(observed_.restart.plan())},
  });
}

}  // namespace madang::server
