#include "lecture_board.h"

#include <algorithm>
#include <cstdlib>
#include <span>

#include "madang/base/check.h"
#include "madang/world/interest.h"

namespace madang::lecture {

namespace {

/// A client keeps a cell until it is farther away than this. So a walk along a border does not change cells.
constexpr std::uint32_t leave_tiles = 4;
constexpr int spawn_tries = 16;

}  // namespace

Board::Board(const BoardOptions& options, std::uint32_t slots)
    : view_radius_(options.view_radius),
      map_(options.width, options.height, options.seed, options.obstacle_percent),
      grid_(options.width, options.height, options.cell_size),
      sectors_(grid_.cell_count()),
      presences_(slots) {
  const std::size_t bytes = world::Map::obstacle_bytes(grid_.cell_size());
  obstacles_.resize(bytes * grid_.cell_count());
  for (std::uint32_t cell = 0; cell < grid_.cell_count(); ++cell)
    map_.write_obstacles(grid_, CellIndex{cell}, std::span(obstacles_).subspan(cell * bytes, bytes));
}

Bytes Board::obstacles_of(CellIndex cell) const {
  const std::size_t bytes = world::Map::obstacle_bytes(grid_.cell_size());
  return Bytes(obstacles_).subspan(cell.value * bytes, bytes);
}

std::optional<Position> Board::spawn_position(Random& random) const {
  const auto random_position = [&] {
    const auto x = static_cast<std::int32_t>(random.below(map_.width()));
    return Position{x, static_cast<std::int32_t>(random.below(map_.height()))};
  };
  for (int i = 0; i < spawn_tries; ++i)
    if (const Position position = random_position(); map_.is_free(position) && map_.has_way_out(position))
      return position;
  return map_.next_free_tile(random_position());
}

bool Board::in_view(Position a, Position b) const {
  const auto radius = static_cast<int>(view_radius_);
  return std::abs(a.x - b.x) <= radius && std::abs(a.y - b.y) <= radius;
}

CellRect Board::watch_from(Position position, const CellRect& before) const {
  return world::watch_from(grid_, {view_radius_, view_radius_ + leave_tiles}, position, before);
}

void Board::enter(PlayerId id, Position position) {
  add(sector_at(position), id);
  presences_[id.slot()].store(pack(id, position));
}

/// The piece is in the list of the new sector before its position changes, and in the old list until then. So
/// a search that begins after the move cannot miss the piece.
void Board::move(PlayerId id, Position from, Position to) {
  Sector& old_sector = sector_at(from);
  Sector& new_sector = sector_at(to);
  if (&new_sector != &old_sector) add(new_sector, id);
  presences_[id.slot()].store(pack(id, to));
  if (&new_sector != &old_sector) remove(old_sector, id);
}

void Board::leave(PlayerId id, Position position) {
  presences_[id.slot()].store(pack(PlayerId{}, Position{}));
  remove(sector_at(position), id);
}

void Board::find_near(PlayerId self, Position position, std::vector<PlayerId>& near) const {
  const CellRect around = world::watch_from(grid_, {view_radius_, view_radius_}, position, CellRect{});
  grid_.for_each(around, [&](CellIndex cell) {
    const Sector& sector = sectors_[cell.value];
    const std::lock_guard lock(sector.mutex);
    for (const PlayerId id : sector.ids) {
      const Presence other = presence(id.slot());
      if (id != self && other.id == id && in_view(position, other.position)) near.push_back(id);
    }
  });
}

void Board::add(Sector& sector, PlayerId id) {
  const std::lock_guard lock(sector.mutex);
  sector.ids.push_back(id);
}

void Board::remove(Sector& sector, PlayerId id) {
  const std::lock_guard lock(sector.mutex);
  const auto at = std::ranges::find(sector.ids, id);
  MADANG_CHECK(at != sector.ids.end(), "{:#x} is not in this sector", id.value);
  *at = sector.ids.back();
  sector.ids.pop_back();
}

}  // namespace madang::lecture
