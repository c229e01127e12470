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
    world.registry().for_each_in(cell, [&](std::uint32_t) { ++count; });
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
  const world::Registry& registry = world.registry();
  const std::uint32_t end = std::min(next_slot_ + slots_at_once, registry.slot_end());
  for (; next_slot_ < end; ++next_slot_)
    if (registry.row(next_slot_).is_here()) search(registry.row(next_slot_), routes, squares);
  if (next_slot_ < registry.slot_end()) return false;
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
  has_more_ = rows_.size() > query_.rows_max;
  if (has_more_) rows_.pop_back();
  for (Row& row : rows_) {
    const std::uint32_t slot = world.registry().find(row.entity);
    if (slot != world::Registry::none) {
      row.player.sees = entities_seen_by(world, world.registry().row(slot));
      row.player.attributes = world.attributes(slot);
    }
    players_.push_back(std::move(row.player));
  }
}

}  // namespace madang::server
