#include "madang/server/player_search.h"

#include <algorithm>
#include <utility>

namespace madang::server {

namespace {

void fold(std::string_view name, std::string& key) {
  key.assign(name);
  for (char& c : key)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
}

std::size_t entities_seen_by(const world::AnyWorld& world, const world::Row& row) {
  std::size_t count = 0;
  world.grid().for_each(row.watch, [&](world::CellIndex cell) {
    world.for_each_row_in(cell, [&](const world::Row&) { ++count; });
  });
  return count;
}

}  // namespace

std::string folded(std::string_view name) {
  std::string key;
  fold(name, key);
  return key;
}

PlayerSearch::PlayerSearch(Query query) : query_(std::move(query)), after_key_(folded(query_.after_name)) {
  query_.find = folded(query_.find);
}

bool PlayerSearch::search_next(const world::AnyWorld& world, const net::Routes& routes) {
  if (!has_begun_) {
    routes.for_each([this](CharacterId character, SessionId) { characters_.push_back(character); });
    has_begun_ = true;
  }
  for (std::uint32_t i = 0; i < players_at_once && !characters_.empty(); ++i) {
    search(characters_.back(), world, routes);
    characters_.pop_back();
  }
  if (!characters_.empty()) return false;
  finish(world);
  return true;
}

void PlayerSearch::search(CharacterId character, const world::AnyWorld& world, const net::Routes& routes) {
  const SessionId session = routes.find(character);
  if (!session) return;
  const std::string_view name = routes.name_of(character);
  fold(name, key_);
  if (!key_.contains(query_.find)) return;
  const world::Row* const entity = world.find_row(character);
  if (!entity) return;
  if (query_.square && MapSquares(world.grid()).of(entity->position) != *query_.square) return;
  ++count_;
  if (query_.after_entity && std::pair(std::string_view(key_), entity->id) <=
                                 std::pair(std::string_view(after_key_), query_.after_entity))
    return;
  Row row{key_, entity->id, {session, entity->id, std::string(name), entity->position, 0}};
  if (rows_.size() > query_.rows_max) {
    if (!(row < rows_.front())) return;
    std::ranges::pop_heap(rows_, std::less<>());
    rows_.pop_back();
  }
  rows_.push_back(std::move(row));
  std::ranges::push_heap(rows_, std::less<>());
}

void PlayerSearch::finish(const world::AnyWorld& world) {
  std::ranges::sort_heap(rows_, std::less<>());
  has_more_ = rows_.size() > query_.rows_max;
  if (has_more_) rows_.pop_back();
  for (Row& row : rows_) {
    if (const world::Row* entity = world.find_row(row.entity)) {
      row.player.sees = entities_seen_by(world, *entity);
      row.player.attributes = world.attributes(row.entity);
    }
    players_.push_back(std::move(row.player));
  }
}

}  // namespace madang::server
