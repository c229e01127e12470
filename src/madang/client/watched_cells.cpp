#include "madang/client/watched_cells.h"

#include <algorithm>
#include <bit>

#include "madang/base/check.h"

namespace madang::client {

void WatchedCells::set_up(const wire::Welcome& welcome) {
  cell_size_ = welcome.cell_size;
  units_per_tile_ = welcome.units_per_tile;
  tile_shift_ = static_cast<std::uint32_t>(std::countr_zero(units_per_tile_));
  cell_shift_ = static_cast<std::uint32_t>(std::countr_zero(cell_size_ / units_per_tile_));
  const auto tiles_of = [&](std::uint32_t units) {
    return (std::int64_t{units} + units_per_tile_ - 1) / units_per_tile_;
  };
  tiles_across_ = tiles_of(welcome.map_width);
  tiles_down_ = tiles_of(welcome.map_height);
  const std::size_t tiles = cell_size_ / units_per_tile_;
  obstacle_bytes_ = (tiles * tiles + 7) / 8;
}

std::size_t WatchedCells::throttled_count() const {
  return static_cast<std::size_t>(std::ranges::count_if(cells_, &Watched::is_throttled));
}

bool WatchedCells::contain_all_within(world::Position position, std::uint32_t distance) const {
  struct Span {
    std::int64_t first;
    std::int64_t last;
  };
  const auto cells_along = [&](std::int64_t middle, std::int64_t tiles) {
    const std::int64_t end = tiles * units_per_tile_;
    return Span{std::max<std::int64_t>(middle - distance, 0) / cell_size_,
                std::min<std::int64_t>(middle + distance, end - 1) / cell_size_};
  };
  const Span across = cells_along(position.x, tiles_across_);
  const Span down = cells_along(position.y, tiles_down_);
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
  if (x < 0 || y < 0 || x >= tiles_across_ || y >= tiles_down_) return Tile::obstacle;
  const std::optional<std::size_t> index =
      index_of({static_cast<std::uint16_t>(x >> cell_shift_), static_cast<std::uint16_t>(y >> cell_shift_)});
  if (!index) return Tile::unknown;
  const std::int64_t within = (std::int64_t{1} << cell_shift_) - 1;
  const auto bit = static_cast<std::size_t>(((y & within) << cell_shift_) + (x & within));
  const auto byte = std::to_integer<unsigned>(obstacles_[*index * obstacle_bytes_ + bit / 8]);
  return byte >> (bit % 8) & 1 ? Tile::obstacle : Tile::free;
}

Tile WatchedCells::tile_at(world::Position position) const {
  if (position.x < 0 || position.y < 0) return Tile::obstacle;
  return tile(position.x >> tile_shift_, position.y >> tile_shift_);
}

void WatchedCells::add(Cell cell, Bytes obstacles) {
  MADANG_CHECK(obstacles.size() == obstacle_bytes_);
  if (const std::optional<std::size_t> index = index_of(cell)) {
    std::ranges::copy(obstacles, obstacles_.begin() + static_cast<std::ptrdiff_t>(*index * obstacle_bytes_));
    return;
  }
  cells_.push_back({cell});
  obstacles_.insert(obstacles_.end(), obstacles.begin(), obstacles.end());
}

bool WatchedCells::remove(Cell cell) {
  const std::optional<std::size_t> index = index_of(cell);
  if (!index) return false;
  cells_[*index] = cells_.back();
  cells_.pop_back();
  const auto bytes_at = [&](std::size_t at) {
    return obstacles_.begin() + static_cast<std::ptrdiff_t>(at * obstacle_bytes_);
  };
  std::copy_n(bytes_at(cells_.size()), obstacle_bytes_, bytes_at(*index));
  obstacles_.resize(cells_.size() * obstacle_bytes_);
  return true;
}

bool WatchedCells::is_throttled(Cell cell) const {
  const std::optional<std::size_t> index = index_of(cell);
  return index && cells_[*index].is_throttled;
}

void WatchedCells::set_throttled(Cell cell, bool is_throttled) {
  const std::optional<std::size_t> index = index_of(cell);
  MADANG_CHECK(index.has_value());
  cells_[*index].is_throttled = is_throttled;
}

std::optional<std::size_t> WatchedCells::index_of(Cell cell) const {
  if (last_found_ < cells_.size() && cells_[last_found_].cell == cell) return last_found_;
  const auto found = std::ranges::find(cells_, cell, &Watched::cell);
  if (found == cells_.end()) return std::nullopt;
  last_found_ = static_cast<std::size_t>(found - cells_.begin());
  return last_found_;
}

}  // namespace madang::client
