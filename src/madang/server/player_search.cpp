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
  const MapSquares squares(world.grid());
  const auto registries = world.registries();
  const world::Registry& registry = *registries[next_zone_];
  const std::uint32_t end = std::min(next_slot_ + slots_at_once, registry.slot_end());
  for (; next_slot_ < end; ++next_slot_)
    if (registry.row(next_slot_).is_here()) search(registry.row(next_slot_), routes, squares);
  if (next_slot_ < registry.slot_end()) return false;
  next_slot_ = 0;
  if (++next_zone_ < registries.size()) return false;
  finish(world);
  return true;
}

void PlayerSearch::search(const world::Row& entity, const net::Routes& routes, const MapSquares& squares) {
  if (query_.square && squares.of(entity.position) != *query_.square) return;
  const SessionId session = routes.find(entity.character);
  if (!session) return;
  const std::string_view name = routes.name_of(entity.character);
  fold(name, key_);
  if (!key_.contains(query_.find)) return;
  ++count_;
  if (query_.after_entity && std::pair(std::string_view(key_), entity.id) <=
                                 std::pair(std::string_view(after_key_), query_.after_entity))
    return;
  Row row{key_, entity.id, {session, entity.id, std::string(name), entity.position, 0}};
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
  // An entity that has crossed from a zone into another one during the search is found twice.
  rows_.erase(std::ranges::unique(rows_, {}, &Row::entity).begin(), rows_.end());
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
