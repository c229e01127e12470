// Contender: one method to find the clients that must receive a step.
//
// All contenders have the same map, the same number of pieces and the same steps. The measurement ends for
// all of them at the same point: the packets of our protocol are encoded, and the bytes for each client are
// known (mail.h). All run on one thread, without the locks that several threads would need.
//
// They define "in sight" differently. With cells, all pieces in the rectangle of cells around a player are in
// sight. With the others, all pieces within a radius are in sight. For a fair comparison, their radius is
// chosen so that the number of pieces in sight is the same.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>

#include "board/board_config.h"
#include "board/packets.h"
#include "madang/world/cells.h"
#include "madang/world/position.h"

namespace madang::micro {

/// A piece and the direction of its step. Pieces and their clients are numbered from 0.
struct Step {
  std::uint32_t who;
  board::Direction direction;
};

class Contender {
 public:
  virtual ~Contender() = default;

  /// Does one tick. The benchmark measures this function.
  virtual void tick(std::span<const Step> steps) = 0;

  virtual std::uint32_t size() const = 0;
  virtual world::Position position(std::uint32_t who) const = 0;
  virtual std::uint32_t others_in_sight(std::uint32_t who) const = 0;
  /// Returns the sum for all clients in all ticks.
  virtual std::uint64_t bytes_told() const = 0;
};

/// Returns a square map on which each piece has about ten others in its watched cells, with the server's
/// default cells and radii. There are no obstacles, because a refused step costs little and would still be
/// counted.
inline board::BoardConfig land_for(std::uint32_t pieces) {
  constexpr std::uint32_t tiles_a_piece = 110;
  board::BoardConfig config;
  const double side = std::sqrt(static_cast<double>(pieces) * tiles_a_piece);
  config.width = config.height = static_cast<std::uint32_t>(side) / config.cell_size * config.cell_size;
  config.obstacle_percent = 0;
  config.players_max = pieces;
  config.move_interval_ticks = 1;
  config.move_slack_ticks = 0;
  return config;
}

inline world::Grid grid_for(std::uint32_t pieces) {
  const board::BoardConfig land = land_for(pieces);
  return world::Grid(land.width, land.height, land.cell_size);
}

}  // namespace madang::micro
