// The calls of the operator's page that read players, settings and sanctions.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>

#include "madang/server/operator_api.h"
#include "madang/server/operator_ask.h"
#include "madang/server/operator_protocol.h"
#include "madang/server/player_search.h"
#include "madang/server/site.h"

namespace madang::server {

using net::HttpExchange;
using net::HttpVerdict;
using wire::HttpStatus;

namespace {

/// Maximum time to wait for the workers' answers. Without an answer, the page shows no address.
constexpr Duration addresses_max_wait = 1s;
constexpr std::size_t rows_max_default = 50;
constexpr std::size_t rows_max_max = 200;

using Addresses = std::unordered_map<std::uint64_t, io::Address>;

/// A page of the list of players while it is made. First the runner finds the players. Then their workers
/// answer with the clients' addresses.
struct PlayersPage final : net::PendingAnswer {
  PlayersPage(PlayerSearch::Query query, std::string its_world)
      : world(std::move(its_world)), search(std::move(query)) {}
  const std::string world;
  PlayerSearch search;
  std::shared_ptr<Asked<bool>> looked{};
  std::vector<std::shared_ptr<Asked<Addresses>>> addresses{};
  Time give_up_at = Time::max();  // max: the workers were not asked yet
};

/// Returns true if the runner has found all players of the page. Asks the runner again if that is necessary.
bool is_found(const std::shared_ptr<PlayersPage>& page, net::WorldRunners& runners) {
  if (page->looked && page->looked->is_answered() && page->looked->answer) return true;
  if (!page->looked || page->looked->is_answered())
    page->looked =
        ask_world<bool>(runners, page->world, [page](const net::HostedWorld* world, bool& is_last) {
          is_last = !world || page->search.search_next(world->world(), world->routes());
        });
  return false;
}

void ask_for_addresses(PlayersPage& page, const Server& server) {
  std::map<std::size_t, std::vector<SessionId>> by_worker;
  for (const PlayerSearch::Player& player : page.search.players())
    by_worker[worker_of(player.session)].push_back(player.session);
  for (auto& [number, sessions] : by_worker) {
    if (number >= server.workers().size()) continue;
    net::Worker& worker = *server.workers()[number];
    auto asked = ask_worker<Addresses>(worker, [&worker, sessions = sessions](Addresses& answer) {
      for (const SessionId id : sessions)
        if (const net::Session* session = worker.find(id)) answer[id.value] = session->peer();
    });
    if (asked) page.addresses.push_back(std::move(asked));
  }
  page.give_up_at = steady_now() + addresses_max_wait;
}

/// The attributes of a game by name, as texts.
Json json_of(const std::vector<world::AttributeText>& attributes) {
  Json json = Json::object();
  for (const auto& [name, text] : attributes) json[std::string(name)] = text;
  return json;
}

Json json_of(const PlayersPage& page) {
  Addresses addresses;
  for (const auto& asked : page.addresses)
    if (asked->is_answered()) addresses.insert(asked->answer.begin(), asked->answer.end());
  Json players = Json::array();
  for (const PlayerSearch::Player& player : page.search.players()) {
    const auto from = addresses.find(player.session.value);
    const bool is_known = from != addresses.end();
    players.push_back({{"session", std::to_string(player.session.value)},
                       {"entity", world::text_of(player.entity)},
                       {"name", player.name},
                       {"x", player.position.x},
                       {"y", player.position.y},
                       {"sees", player.sees},
                       {"attributes", json_of(player.attributes)},
                       {"address", is_known ? Json(ip_text_of(from->second)) : Json()},
                       {"port", is_known ? Json(from->second.port) : Json()},
                       {"canSanctionAddress", is_known && net::Sanction::allows_address(from->second)}});
  }
  return {
      {"count", page.search.count()}, {"hasMore", page.search.has_more()}, {"players", std::move(players)}};
}

// --- Worlds ---

struct WorldRow {
  std::string name;
  std::size_t players = 0;
  std::uint32_t entities = 0;
  std::uint64_t tick = 0;
  std::string broken;
  std::size_t runner = 0;
  std::vector<world::AttributeText> attributes;
};
/// Returns whether a world stands earlier in the list: more players first, then by name.
bool stands_before(const WorldRow& one, const WorldRow& other) {
  return one.players != other.players ? one.players > other.players : one.name < other.name;
}

struct WorldsOfRunner {
  std::size_t count = 0;
  std::vector<WorldRow> rows;  ///< at most rows_max_max, the first ones of the list
};
struct WorldsList final : net::PendingAnswer {
  std::vector<std::shared_ptr<Asked<WorldsOfRunner>>> runners;
};

void keep_the_first(std::vector<WorldRow>& rows) {
  const std::size_t kept = std::min(rows.size(), rows_max_max);
  std::ranges::partial_sort(rows, rows.begin() + static_cast<std::ptrdiff_t>(kept), stands_before);
  rows.resize(kept);
}

/// The runner's thread.
void list_worlds(const net::WorldRunner& runner, WorldsOfRunner& answer) {
  answer.count = runner.worlds().size();
  for (const auto& world : runner.worlds())
    answer.rows.push_back({world->info().name,
                           world->routes().size(),
                           world->world().entity_count(),
                           world->world().tick_number(),
                           world->world().broken(),
                           runner.number(),
                           {}});
  keep_the_first(answer.rows);
  for (WorldRow& row : answer.rows) row.attributes = runner.find(row.name)->world().own_attributes();
}

Json json_of(const WorldsList& list) {
  std::size_t count = 0;
  std::vector<WorldRow> rows;
  for (const auto& runner : list.runners) {
    count += runner->answer.count;
    rows.insert(rows.end(), runner->answer.rows.begin(), runner->answer.rows.end());
  }
  keep_the_first(rows);
  Json worlds = Json::array();
  for (const WorldRow& row : rows)
    worlds.push_back({{"name", row.name},
                      {"players", row.players},
                      {"entities", row.entities},
                      {"tick", row.tick},
                      {"broken", row.broken},
                      {"zone", row.runner},
                      {"attributes", json_of(row.attributes)}});
  return {{"count", count}, {"worlds", std::move(worlds)}};
}

}  // namespace

HttpVerdict OperatorApi::players(HttpExchange& exchange) const {
  if (!exchange.pending) {
    const wire::HttpRequest& request = exchange.request;
    PlayerSearch::Query query;
    if (!request.query("column").empty() || !request.query("row").empty()) {
      if (!observed_.runners.has_main()) return refuse(HttpStatus::bad_request, "There is no main world.");
      const MapSquares squares(observed_.runners.main().info().grid);
      const auto column = number_in<std::uint32_t>(request.query("column"));
      const auto row = number_in<std::uint32_t>(request.query("row"));
      if (!column || !row || *column >= squares.columns() || *row >= squares.rows())
        return refuse(HttpStatus::bad_request, "column and row must be those of a square of the map.");
      query.square = *row * squares.columns() + *column;
    }
    const auto world = decoded_query(request.query("world"));
    const auto find = decoded_query(request.query("find"));
    const auto after_name = decoded_query(request.query("after_name"));
    if (!find || !after_name || !world)
      return refuse(HttpStatus::bad_request, "world, find and after_name must be percent-encoded text.");
    query.find = *find;
    query.after_name = *after_name;
    query.after_entity = world::entity_id_in(request.query("after_entity")).value_or(world::EntityId{});
    query.rows_max = std::clamp<std::size_t>(
        number_in<std::size_t>(request.query("rows")).value_or(rows_max_default), 1, rows_max_max);
    exchange.pending = std::make_shared<PlayersPage>(std::move(query), *world);
  }
  const auto page = exchange.pending_as<PlayersPage>();
  if (page->give_up_at == Time::max()) {
    if (!is_found(page, observed_.runners)) return HttpVerdict::retry();
    ask_for_addresses(*page, observed_.server);
  }
  const bool is_complete =
      std::ranges::all_of(page->addresses, [](const auto& one) { return one->is_answered(); });
  if (!is_complete && steady_now() < page->give_up_at) return HttpVerdict::retry();
  return respond_with(json_of(*page));
}

HttpVerdict OperatorApi::worlds(HttpExchange& exchange) const {
  if (!exchange.pending) {
    auto list = std::make_shared<WorldsList>();
    list->runners.resize(observed_.runners.size());
    exchange.pending = std::move(list);
  }
  const auto list = exchange.pending_as<WorldsList>();
  for (std::size_t i = 0; i < list->runners.size(); ++i)
    if (!list->runners[i]) list->runners[i] = ask_runner<WorldsOfRunner>(observed_.runners[i], &list_worlds);
  if (!std::ranges::all_of(list->runners, [](const auto& runner) { return runner && runner->is_answered(); }))
    return HttpVerdict::retry();
  return respond_with(json_of(*list));
}

HttpVerdict OperatorApi::settings(HttpExchange&) const {
  const auto json = [](const std::optional<std::string>& text) { return text ? Json(*text) : Json(); };
  Json all = Json::array();
  for (const ShownSetting& setting : observed_.settings)
    all.push_back({{"section", setting.section},
                   {"name", setting.name},
                   {"value", json(setting.value)},
                   {"isDefault", setting.is_default},
                   {"unit", setting.unit},
                   {"from", json(setting.place)},
                   {"help", setting.help}});
  return respond_with({{"settings", std::move(all)}});
}

HttpVerdict OperatorApi::protocol(HttpExchange&) const {
  return respond_with(protocol_json(observed_.runners.game().protocol));
}

HttpVerdict OperatorApi::actions(HttpExchange&) const {
  Json all = Json::array();
  for (const wire::RecordInfo& action : observed_.runners.game().operator_actions)
    all.push_back(record_json(action));
  return respond_with({{"actions", std::move(all)}});
}

HttpVerdict OperatorApi::sanctions(HttpExchange&) const {
  Json all = Json::array();
  for (const net::Sanction& one : observed_.sanctions.list(steady_now()))
    all.push_back({{"id", std::to_string(one.id)},
                   {"kind", one.kind == net::Sanction::Kind::ban ? "ban" : "mute"},
                   {"name", one.name},
                   {"address", one.address ? Json(ip_text_of(*one.address)) : Json()},
                   {"until", one.until_ms},
                   {"reason", one.reason}});
  return respond_with({{"sanctions", std::move(all)}});
}

}  // namespace madang::server
