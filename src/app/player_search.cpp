#include "app/player_search.h"

#include <algorithm>
#include <utility>

namespace madang::app {

namespace {

void fold(std::string_view name, std::string& key) {
  key.assign(name);
  for (char& c : key)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
}

std::size_t pieces_seen_by(const board::Zone& zone, board::Alias alias) {
  std::size_t count = 0;
  std::vector<board::Alias> aliases;
  zone.grid().for_each(zone.watch_of(alias), [&](board::CellIndex cell) {
    zone.pieces_in(cell, aliases);
    count += aliases.size();
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

bool PlayerSearch::search_next(const board::Zone& zone) {
  const MapSquares squares(zone.config());
  const std::uint32_t end = next_slot_ + slots_at_once;
  zone.for_each_piece(next_slot_, end, [&](board::Alias alias, board::Position position) {
    search_piece(zone, squares, alias, position);
  });
  next_slot_ = end;
  if (next_slot_ < zone.slot_end()) return false;
  finish(zone);
  return true;
}

void PlayerSearch::search_piece(const board::Zone& zone, const MapSquares& squares, board::Alias alias,
                                board::Position position) {
  if (query_.square && squares.of(position) != *query_.square) return;
  const board::Piece piece = zone.piece(alias);
  fold(piece.name, key_);
  if (!key_.contains(query_.find)) return;
  ++count_;
  const std::uint64_t entity = piece.id.value;
  if (query_.after_entity != 0 && std::pair(std::string_view(key_), entity) <=
                                      std::pair(std::string_view(after_key_), query_.after_entity))
    return;
  Row row{key_, entity, alias, {piece.owner, piece.id, std::string(piece.name), position, 0}};
  if (rows_.size() > query_.rows_max) {
    if (!(row < rows_.front())) return;
    std::ranges::pop_heap(rows_, std::less<>());
    rows_.pop_back();
  }
  rows_.push_back(std::move(row));
  std::ranges::push_heap(rows_, std::less<>());
}

void PlayerSearch::finish(const board::Zone& zone) {
  std::ranges::sort_heap(rows_, std::less<>());
  has_more_ = rows_.size() > query_.rows_max;
  if (has_more_) rows_.pop_back();
  for (Row& row : rows_) {
    if (zone.has(row.alias)) row.player.sees = pieces_seen_by(zone, row.alias);
    players_.push_back(std::move(row.player));
  }
}

}  // namespace madang::app
