#include "board/arrivals.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "board/packets.h"
#include "madang/base/check.h"
#include "madang/base/random.h"

namespace madang::board {

using world::Map;
using world::Position;

namespace {

/// The tiles of a map whose distance from the middle of the map is at most `radius` tiles.
class Disk {
 public:
  Disk(const Map& map, std::uint32_t radius)
      : map_(map),
        radius_(radius),
        middle_x_(map.width() / 2),
        middle_y_(map.height() / 2),
        left_(middle_x_ - std::min(radius, middle_x_)),
        top_(middle_y_ - std::min(radius, middle_y_)),
        width_(std::min(middle_x_ + radius + 1, map.width()) - left_),
        height_(std::min(middle_y_ + radius + 1, map.height()) - top_) {}

  bool is_whole_map() const { return radius_ >= map_.width() + map_.height(); }

  /// Returns the largest set of free tiles that are connected within the disk. Of sets of equal size, returns
  /// the one whose first tile comes first, row by row.
  std::vector<Position> largest_region() const {
    std::vector<bool> reached(std::size_t{width_} * height_);
    std::vector<Position> largest;
    std::vector<Position> region;
    for (std::uint32_t y = top_; y < top_ + height_; ++y)
      for (std::uint32_t x = left_; x < left_ + width_; ++x) {
        flood({static_cast<std::int32_t>(x), static_cast<std::int32_t>(y)}, reached, region);
        if (region.size() > largest.size()) std::swap(region, largest);
      }
    return largest;
  }

 private:
  /// Replaces the content of `region` by the tiles that can be reached from `start` and were not reached
  /// before.
  void flood(Position start, std::vector<bool>& reached, std::vector<Position>& region) const {
    region.clear();
    reach(start, reached, region);
    for (std::size_t i = 0; i < region.size(); ++i)
      for (const Direction direction : directions) reach(neighbour(region[i], direction), reached, region);
  }
  void reach(Position tile, std::vector<bool>& reached, std::vector<Position>& region) const {
    if (!map_.is_free(tile) || !contains(tile)) return;
    const std::size_t index = (static_cast<std::uint32_t>(tile.y) - top_) * std::size_t{width_} +
                              (static_cast<std::uint32_t>(tile.x) - left_);
    if (reached[index]) return;
    reached[index] = true;
    region.push_back(tile);
  }
  bool contains(Position tile) const {
    const std::int64_t x = std::int64_t{tile.x} - middle_x_;
    const std::int64_t y = std::int64_t{tile.y} - middle_y_;
    return x * x + y * y <= std::int64_t{radius_} * radius_;
  }

  const Map& map_;
  std::uint32_t radius_;
  std::uint32_t middle_x_;
  std::uint32_t middle_y_;
  std::uint32_t left_;
  std::uint32_t top_;
  std::uint32_t width_;
  std::uint32_t height_;
};

std::vector<Position> arrival_tiles(const Map& map, std::uint32_t radius) {
  constexpr std::size_t enough_for_a_step = 2;
  for (;; radius *= 2) {
    const Disk disk(map, radius);
    std::vector<Position> tiles = disk.largest_region();
    if (tiles.size() >= enough_for_a_step || disk.is_whole_map()) return tiles;
  }
}

void shuffle(std::vector<Position>& tiles, Random random) {
  for (std::size_t i = tiles.size(); i > 1; --i)
    std::swap(tiles[i - 1], tiles[random.below(static_cast<std::uint32_t>(i))]);
}

}  // namespace

Arrivals::Arrivals(const Map& map, std::uint64_t seed, std::uint32_t radius) : seed_(seed) {
  if (radius == 0 || map.free_tile_count() == 0) return;
  tiles_ = arrival_tiles(map, radius);
  tiles_.shrink_to_fit();
  shuffle(tiles_, Random(scatter(seed)));
}

Position Arrivals::tile_of(std::uint64_t newcomer, const Map& map) const {
  MADANG_CHECK(map.free_tile_count() > 0, "the map has no free tile");
  return tiles_.empty() ? tile_anywhere(newcomer, map) : tiles_[newcomer % tiles_.size()];
}

/// Prefers a tile with a way out.
Position Arrivals::tile_anywhere(std::uint64_t newcomer, const Map& map) const {
  constexpr int tries = 16;
  Random random(scatter(seed_) + newcomer);
  Position position;
  std::optional<Position> walled_in;
  for (int i = 0; i < tries; ++i) {
    position.x = static_cast<std::int32_t>(random.below(map.width()));
    position.y = static_cast<std::int32_t>(random.below(map.height()));
    if (!map.is_free(position)) continue;
    if (map.has_way_out(position)) return position;
    if (!walled_in) walled_in = position;
  }
  if (walled_in) return *walled_in;
  const std::optional<Position> tile = map.next_free_tile(position);
  MADANG_CHECK(tile.has_value(), "the map has no free tile");
  return *tile;
}

}  // namespace madang::board
