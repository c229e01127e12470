#include "app/operator_api.h"

#include "app/site.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.h"

namespace madang::app {

using net::HttpExchange;
using net::HttpVerdict;
using wire::HttpRequest;
using wire::HttpStatus;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::uint32_t heat_squares_max = 128;  // along a side
constexpr std::size_t players_listed_max = 500;

// --- Asking other threads ---

/// What another thread fills in.
template <class T>
struct Asked {
  std::atomic<bool> answered{false};
  T answer{};
};

/// The answer to what this exchange asks another thread, once it is there; else null. `start(asked)` hands
/// the question over, which sets the answer and then `answered`; false: not yet, it is tried again.
template <class T, class Start>
T* ask(HttpExchange& exchange, Start start) {
  if (!exchange.memory) {
    const auto asked = std::make_shared<Asked<T>>();
    if (start(asked)) exchange.memory = asked;
    return nullptr;
  }
  auto* asked = static_cast<Asked<T>*>(exchange.memory.get());
  return asked->answered.load(std::memory_order_acquire) ? &asked->answer : nullptr;
}

template <class T, class Fill>
T* ask_zone(net::ZoneRunner& runner, HttpExchange& exchange, Fill fill) {
  return ask<T>(exchange, [&](const std::shared_ptr<Asked<T>>& asked) {
    return runner.ask([asked, fill](const world::Zone& zone) {
      fill(zone, asked->answer);
      asked->answered.store(true, std::memory_order_release);
    });
  });
}

// --- What they say ---

HttpVerdict respond(const Json& json) {
  wire::HttpResponse response;
  response.content_type = "application/json";
  response.own_body = json.dump();
  return HttpVerdict::respond(std::move(response));
}

HttpVerdict done() { return HttpVerdict::respond({.status = HttpStatus::no_content}); }

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The text of that name in a JSON object; none when it is anything else.
std::optional<std::string> text_in(std::string_view body, const char* name) {
  const Json json = Json::parse(body, nullptr, false);
  if (!json.is_object() || !json.contains(name) || !json[name].is_string()) return std::nullopt;
  return json[name].get<std::string>();
}

// --- The map as squares ---

/// The map cut into squares of whole cells, not more along a side than a page can show.
class Squares {
 public:
  explicit Squares(const world::ZoneConfig& zone) {
    const std::uint32_t cells = std::max(zone.width, zone.height) / zone.cell_size + 1;
    tiles_ = zone.cell_size * ((cells + heat_squares_max - 1) / heat_squares_max);
    columns_ = (zone.width + tiles_ - 1) / tiles_;
    rows_ = (zone.height + tiles_ - 1) / tiles_;
  }
  std::uint32_t tiles() const { return tiles_; }
  std::uint32_t columns() const { return columns_; }
  std::uint32_t rows() const { return rows_; }
  std::uint32_t of(world::Position position) const {
    return position.y / tiles_ * columns_ + position.x / tiles_;
  }

 private:
  std::uint32_t tiles_ = 0;
  std::uint32_t columns_ = 0;
  std::uint32_t rows_ = 0;
};

std::vector<std::uint32_t> count_players(const world::Zone& zone) {
  const Squares squares(zone.config());
  std::vector<std::uint32_t> counts(std::size_t{squares.columns()} * squares.rows());
  zone.for_each_piece([&](world::Alias, world::Position position) { ++counts[squares.of(position)]; });
  return counts;
}

struct PlayersFound {
  struct One {
    SessionId session;
    EntityId entity;
    std::string name;
    world::Position position;
    std::size_t sees;
  };
  std::size_t count = 0;
  std::vector<One> players;
};

/// How many pieces its client is shown.
std::size_t pieces_seen_by(const world::Zone& zone, world::Alias alias) {
  std::size_t count = 0;
  std::vector<world::Alias> pieces;
  zone.grid().for_each(zone.watch_of(alias), [&](world::CellIndex cell) {
    zone.pieces_in(cell, pieces);
    count += pieces.size();
  });
  return count;
}

void find_players(const world::Zone& zone, std::uint32_t square, PlayersFound& found) {
  const Squares squares(zone.config());
  zone.for_each_piece([&](world::Alias alias, world::Position position) {
    if (squares.of(position) != square || ++found.count > players_listed_max) return;
    const world::Piece piece = zone.piece(alias);
    found.players.push_back(
        {piece.owner, piece.id, std::string(piece.name), position, pieces_seen_by(zone, alias)});
  });
}

// --- As JSON ---

Json json_of(const Sample& sample) {
  Json workers = Json::array();
  for (const Sample::Worker& worker : sample.workers)
    workers.push_back(
        {{"sessions", worker.sessions}, {"load", worker.load}, {"queuedBytes", worker.queued_bytes}});
  Json closed = Json::object();
  for (std::size_t i = 0; i < sample.totals.closed.size(); ++i)
    if (sample.totals.closed[i] > 0)
      closed[std::string(close_reason_texts[i].name)] = sample.totals.closed[i];
  std::uint64_t http_requests = 0;
  for (const std::uint64_t responses : sample.totals.http_responses) http_requests += responses;
  return {
      {"number", sample.number},
      {"at", sample.at_ms},
      {"sessions", sample.totals.sessions_open},
      {"players", sample.players},
      {"commandQueue", sample.commands_waiting},
      {"overloadStep", sample.overload_step},
      {"ticksPerSecond", sample.ticks_per_second},
      {"thinnedCells", sample.thinned_cells},
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

Json json_of(const LogLine& line) {
  constexpr std::array<std::string_view, 4> levels = {"info", "warning", "error", "off"};
  return {{"number", line.number},
          {"at", line.at_ms},
          {"level", levels[static_cast<std::size_t>(line.level)]},
          {"text", line.text}};
}

template <class T>
Json json_of_all(const std::vector<T>& all) {
  Json json = Json::array();
  for (const T& one : all) json.push_back(json_of(one));
  return json;
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
      {"POST", "/operator/api/goodbye", &OperatorApi::goodbye},
      {"POST", "/operator/api/announce", &OperatorApi::announce},
  };
  const HttpRequest& request = exchange.request;
  const auto call = std::ranges::find(calls, request.path(), &Call::path);
  if (call == std::end(calls)) return refuse(HttpStatus::not_found, "There is no such call.");
  const bool is_reading = call->method == "GET";
  const std::string_view allowed = is_reading ? "GET, HEAD, OPTIONS" : "POST, OPTIONS";
  if (auto answered = answer_method(request, allowed)) return std::move(*answered);
  if (!is_reading && request.method != "POST") {  // a GET changes nothing
    wire::HttpResponse response = wire::plain_response(HttpStatus::method_not_allowed, "Not by this method.");
    response.fields.push_back({"Allow", std::string(allowed)});
    return HttpVerdict::respond(std::move(response));
  }
  return (this->*call->answer)(exchange);
}

HttpVerdict OperatorApi::state(HttpExchange& exchange) const {
  const auto* counts = ask_zone<std::vector<std::uint32_t>>(
      observed_.zone, exchange,
      [](const world::Zone& zone, std::vector<std::uint32_t>& answer) { answer = count_players(zone); });
  if (!counts) return HttpVerdict::later();

  const HttpRequest& request = exchange.request;
  const world::ZoneConfig& zone = observed_.zone.zone().config();
  const Squares squares(zone);
  return respond({
      {"version", MADANG_VERSION},
      {"startedAt", started_at_ms_},
      {"io", observed_.server.io_name()},
      {"map", {{"width", zone.width}, {"height", zone.height}}},
      {"bounds", net::TimeHistogram::bounds_us},
      {"limits",
       {{"sessions", observed_.settings.limits.sessions_max},
        {"players", zone.players_max},
        {"commandQueue", observed_.zone.commands().capacity()}}},
      {"samples", json_of_all(samples_.after(number_in<std::uint64_t>(request.query("after")).value_or(0)))},
      {"heat",
       {{"columns", squares.columns()},
        {"rows", squares.rows()},
        {"squareTiles", squares.tiles()},
        {"players", *counts}}},
      {"log", json_of_all(log_lines_after(number_in<std::uint64_t>(request.query("log_after")).value_or(0)))},
  });
}

HttpVerdict OperatorApi::players(HttpExchange& exchange) const {
  const Squares squares(observed_.zone.zone().config());
  const auto column = number_in<std::uint32_t>(exchange.request.query("column"));
  const auto row = number_in<std::uint32_t>(exchange.request.query("row"));
  if (!column || !row || *column >= squares.columns() || *row >= squares.rows())
    return refuse(HttpStatus::bad_request, "column and row name no square of the map.");

  const std::uint32_t square = *row * squares.columns() + *column;
  const auto* found = ask_zone<PlayersFound>(
      observed_.zone, exchange,
      [square](const world::Zone& zone, PlayersFound& answer) { find_players(zone, square, answer); });
  if (!found) return HttpVerdict::later();
  Json players = Json::array();
  for (const PlayersFound::One& one : found->players)
    players.push_back({{"session", std::to_string(one.session.value)},
                       {"entity", std::to_string(one.entity.value)},
                       {"name", one.name},
                       {"x", one.position.x},
                       {"y", one.position.y},
                       {"sees", one.sees}});
  return respond(
      {{"column", *column}, {"row", *row}, {"count", found->count}, {"players", std::move(players)}});
}

HttpVerdict OperatorApi::goodbye(HttpExchange& exchange) const {
  const std::optional<std::string> text = text_in(exchange.request.body, "session");
  const std::optional<std::uint64_t> number = text ? number_in<std::uint64_t>(*text) : std::nullopt;
  if (!number) return refuse(HttpStatus::bad_request, R"(This takes {"session": "NUMBER"}.)");

  const SessionId session{*number};
  if (session.series() >= observed_.server.workers().size())
    return refuse(HttpStatus::not_found, "That session is gone.");
  net::Worker& worker = *observed_.server.workers()[session.series()];
  const bool* found = ask<bool>(exchange, [&](const std::shared_ptr<Asked<bool>>& asked) {
    return worker.call([asked, session, &worker] {
      if (net::Session* one = worker.find(session)) {
        log_info("the operator says goodbye to {}", one->peer().text());
        worker.close(*one, CloseReason::kicked);
        asked->answer = true;
      }
      asked->answered.store(true, std::memory_order_release);
    });
  });
  if (!found) return HttpVerdict::later();
  return *found ? done() : refuse(HttpStatus::not_found, "That session is gone.");
}

HttpVerdict OperatorApi::announce(HttpExchange& exchange) const {
  const std::optional<std::string> text = text_in(exchange.request.body, "text");
  if (!text) return refuse(HttpStatus::bad_request, R"(This takes {"text": "WORDS"}.)");
  const auto presentable = presentable_words(*text, observed_.settings.limits.text_bytes_max);
  if (!presentable) return refuse(HttpStatus::bad_request, "These words are too long, or cannot be shown.");

  // Which worker is to be told next: one whose queue is full is tried again.
  if (!exchange.memory) exchange.memory = std::make_shared<std::size_t>(0);
  std::size_t& next = *static_cast<std::size_t*>(exchange.memory.get());
  for (; next < observed_.gateways.size(); ++next) {
    net::Gateway& gateway = *observed_.gateways[next];
    if (!observed_.server.workers()[next]->call(
            [&gateway, words = *presentable] { gateway.announce(words); }))
      return HttpVerdict::later();
  }
  log_info("the operator says to all: {}", *presentable);
  return done();
}

}  // namespace madang::app
