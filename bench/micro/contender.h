// Contender: one way to find who must be told of a step.
//
// All contenders are given the same: a land, as many pieces, the same kinds of steps. What is measured ends
// for all of them at the same point: the packets of our protocol have been made, and it is known which client
// must get which of their bytes (mail.h). All run on one thread, and take no lock that they would need on
// several.
//
// They differ in what they take for "in sight". Cells show whatever stands in the rectangle of cells around
// the player. The others show what stands within so many tiles, to each side; to be compared with cells they
// get a radius at which as many others are in sight.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>

#include "world/cells.h"
#include "world/position.h"
#include "world/zone_config.h"

namespace madang::micro {

/// A piece, and where it goes. Pieces, and their clients, are counted from 0.
struct Step {
  std::uint32_t who;
  world::Direction direction;
};

class Contender {
 public:
  virtual ~Contender() = default;

  /// What is measured.
  virtual void tick(std::span<const Step> steps) = 0;

  virtual std::uint32_t size() const = 0;
  virtual world::Position position(std::uint32_t who) const = 0;
  virtual std::uint32_t others_in_sight(std::uint32_t who) const = 0;
  /// To all clients together, in all ticks so far.
  virtual std::uint64_t bytes_told() const = 0;
};

/// A square of land on which so many pieces have about ten others each in the cells that they watch, with
/// cells and radii as the server has them by default. No obstacles: a step into one costs little, and would
/// count.
inline world::ZoneConfig land_for(std::uint32_t pieces) {
  constexpr std::uint32_t tiles_a_piece = 110;
  world::ZoneConfig config;
  const double side = std::sqrt(static_cast<double>(pieces) * tiles_a_piece);
  config.width = config.height = static_cast<std::uint32_t>(side) / config.cell_size * config.cell_size;
  config.obstacle_percent = 0;
  config.players_max = pieces;
  config.move_interval_ticks = 1;
  config.move_slack_ticks = 0;
  return config;
}

inline world::Grid grid_for(std::uint32_t pieces) {
  const world::ZoneConfig land = land_for(pieces);
  return world::Grid(land.width, land.height, land.cell_size);
}

}  // namespace madang::micro
