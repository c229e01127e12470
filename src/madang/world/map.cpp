#include "madang/world/map.h"

#include <algorithm>
#include <bit>

#include "madang/base/check.h"
#include "madang/base/random.h"

namespace madang::world {
namespace {

bool is_obstacle(std::uint64_t scattered_seed, std::uint32_t x, std::uint32_t y, std::uint32_t percent) {
  const std::uint64_t number = scatter(scattered_seed ^ (std::uint64_t{y} << 32 | x));
  return ((number >> 32) * 100) >> 32 < percent;
}

}  // namespace

Map::Map(std::uint32_t width, std::uint32_t height)
    : width_(width),
      height_(height),
      words_a_row_((width + word_bits - 1) / word_bits),
      words_(std::make_shared<std::uint64_t[]>(word_count(), ~std::uint64_t{0})) {}

Map::Map(std::uint32_t width, std::uint32_t height, std::uint64_t seed, std::uint32_t obstacle_percent)
    : Map(of(width, height,
             // The seed is scattered first. Otherwise maps of neighbouring seeds would be mirror images of
             // each other.
             [scattered_seed = scatter(seed + 0x9e3779b97f4a7c15u), obstacle_percent](auto x, auto y) {
               return is_obstacle(scattered_seed, x, y, obstacle_percent);
             })) {}

Map Map::empty(std::uint32_t width, std::uint32_t height) {
  return of(width, height, [](std::uint32_t, std::uint32_t) { return false; });
}

bool Map::has_way_out(Position position) const {
  const auto [x, y] = position;
  return is_free({x, y - 1}) || is_free({x, y + 1}) || is_free({x - 1, y}) || is_free({x + 1, y});
}

std::optional<Position> Map::next_free_tile(Position start) const {
  const auto start_x = static_cast<std::uint32_t>(start.x);
  const std::size_t first = static_cast<std::size_t>(start.y) * words_a_row_ + start_x / word_bits;
  // The first word is searched twice: first from `start` on, and last from its beginning.
  const std::uint64_t before_start = (std::uint64_t{1} << (start_x % word_bits)) - 1;
  for (std::size_t i = 0; i <= word_count(); ++i) {
    const std::size_t index = (first + i) % word_count();
    const std::uint64_t free_bits = ~words_[index] & (i == 0 ? ~before_start : ~std::uint64_t{0});
    if (free_bits == 0) continue;
    const auto x = index % words_a_row_ * word_bits + static_cast<unsigned>(std::countr_zero(free_bits));
    return Position{static_cast<std::int32_t>(x), static_cast<std::int32_t>(index / words_a_row_)};
  }
  return std::nullopt;
}

void Map::write_obstacles(const Grid& grid, CellIndex cell, std::span<std::byte> out) const {
  const std::uint32_t size = grid.cell_size();
  MADANG_CHECK(out.size() == obstacle_bytes(size), "{} bytes for a cell of {}", out.size(), size);
  std::ranges::fill(out, std::byte{0});
  const Position origin = grid.origin(cell);
  // Both sizes are powers of two. So a row of a cell lies within one word, or consists of whole words.
  const std::uint32_t bits_at_once = std::min(size, word_bits);
  std::size_t at = 0;  // in bits
  const auto left = static_cast<std::uint32_t>(origin.x);
  const auto top = static_cast<std::uint32_t>(origin.y);
  for (std::uint32_t y = top; y < top + size; ++y) {
    for (std::uint32_t x = left; x < left + size; x += bits_at_once) {
      std::uint64_t bits = bits_from(x, y);
      if (bits_at_once < word_bits) bits &= (std::uint64_t{1} << bits_at_once) - 1;
      for (std::uint32_t written = 0; written < bits_at_once; written += 8)
        out[(at + written) / 8] |= static_cast<std::byte>(bits >> written << at % 8);
      at += bits_at_once;
    }
  }
}

/// Returns the bit of a tile, and behind it the bits of the following tiles of its word.
std::uint64_t Map::bits_from(std::uint32_t x, std::uint32_t y) const {
  if (y >= height_ || x >= width_) return ~std::uint64_t{0};
  return words_[std::size_t{y} * words_a_row_ + x / word_bits] >> x % word_bits;
}

}  // namespace madang::world
