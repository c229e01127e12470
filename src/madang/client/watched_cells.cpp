#include "madang/client/watched_cells.h"

#include <algorithm>
#include <bit>

#include "madang/base/check.h"

namespace madang::client {

void WatchedCells::set_up(const wire::Welcome& welcome) {
  map_width_ = welcome.map_width;
  map_height_ = welcome.map_height;
  cell_size_ = welcome.cell_size;
  tile_shift_ = static_cast<std::uint32_t>(std::countr_zero(welcome.units_per_tile));
  cell_shift_ = static_cast<std::uint32_t>(std::countr_zero(cell_size_)) - tile_shift_;
  const std::size_t tiles = std::size_t{1} << (2 * cell_shift_);
  obstacle_bytes_ = (tiles + 7) / 8;
}

std::size_t WatchedCells::throttled_count() const {
  return static_cast<std::size_t>(std::ranges::count_if(cells_, &WatchedCell::is_throttled));
}

WatchedCell* WatchedCells::find_in_all(Cell cell) {
  const auto found = std::ranges::find(cells_, cell, &WatchedCell::cell);
  if (found == cells_.end()) return nullptr;
  last_found_ = static_cast<std::size_t>(found - cells_.begin());
  return &*found;
}

bool WatchedCells::contain_all_within(world::Position position, std::uint32_t distance) const {
  struct Span {
    std::int64_t first;
    std::int64_t last;
  };
  const auto cells_along = [&](std::int64_t middle, std::int64_t end) {
    return Span{std::max<std::int64_t>(middle - distance, 0) / cell_size_,
                std::min<std::int64_t>(middle + distance, end - 1) / cell_size_};
  };
  const Span across = cells_along(position.x, map_width_);
  const Span down = cells_along(position.y, map_height_);
  for (std::int64_t y = down.first; y <= down.last; ++y)
    for (std::int64_t x = across.first; x <= across.last; ++x)
      if (!contains({static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)})) return false;
  return true;
}

Cell WatchedCells::cell_of(world::Position position) const {
  return {static_cast<std::uint16_t>(static_cast<std::uint32_t>(position.x) / cell_size_),
          static_cast<std::uint16_t>(static_cast<std::uint32_t>(position.y) / cell_size_)};
}

Tile WatchedCells::tile(std::int64_t x, std::int64_t y) const {
  if (x < 0 || y < 0 || x << tile_shift_ >= map_width_ || y << tile_shift_ >= map_height_)
    return Tile::obstacle;
  const WatchedCell* cell =
      find({static_cast<std::uint16_t>(x >> cell_shift_), static_cast<std::uint16_t>(y >> cell_shift_)});
  if (!cell) return Tile::unknown;
  const std::size_t within = (std::size_t{1} << cell_shift_) - 1;
  return is_obstacle_tile(*cell, static_cast<std::size_t>(x) & within, static_cast<std::size_t>(y) & within)
             ? Tile::obstacle
             : Tile::free;
}

Tile WatchedCells::tile_at(world::Position position) const {
  if (position.x < 0 || position.y < 0) return Tile::obstacle;
  return tile(position.x >> tile_shift_, position.y >> tile_shift_);
}

void WatchedCells::add(Cell cell, Bytes obstacles) {
  MADANG_CHECK(obstacles.size() == obstacle_bytes_);
  if (const WatchedCell* here = find(cell)) {
    std::ranges::copy(obstacles,
                      obstacles_.begin() + static_cast<std::ptrdiff_t>(index_of(*here) * obstacle_bytes_));
    return;
  }
  cells_.push_back({cell});
  obstacles_.insert(obstacles_.end(), obstacles.begin(), obstacles.end());
}

void WatchedCells::remove(const WatchedCell& cell) {
  const std::size_t index = index_of(cell);
  cells_[index] = cells_.back();
  cells_.pop_back();
  const auto bytes_at = [&](std::size_t at) {
    return obstacles_.begin() + static_cast<std::ptrdiff_t>(at * obstacle_bytes_);
  };
  std::copy_n(bytes_at(cells_.size()), obstacle_bytes_, bytes_at(index));
  obstacles_.resize(cells_.size() * obstacle_bytes_);
}

}  // namespace madang::client
