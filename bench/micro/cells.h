// Cells: the server's own method: the engine's world with the rules of the board, and the lists of the
// players that watch each cell. In the server, the gateway has these lists (game.h has the real gateway).
//
// With Depth::world only the world's tick is done: it decides and applies the moves, and encodes the changes
// of each cell once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "contender.h"
#include "crowd.h"
#include "madang/net/tick_output.h"
#include "mail.h"

namespace madang::micro {

class Cells final : public Contender {
 public:
  enum class Depth : std::uint8_t { world, mail };

  Cells(std::uint32_t pieces, Depth depth);

  void tick(std::span<const Step> steps) override;
  std::uint32_t size() const override { return crowd_.size(); }
  world::Position position(std::uint32_t who) const override {
    return row_of(crowd_.world(), Crowd::character(who)).position;
  }
  std::uint32_t others_in_sight(std::uint32_t who) const override {
    return others_watched(crowd_.world(), Crowd::character(who));
  }
  std::uint64_t bytes_told() const override { return mail_.bytes_told(); }

 private:
  using WatchChange = world::WorldOutput::WatchChange;

  void write_mail();
  void deliver(world::CellIndex cell, Mail::Part part);
  void leave_cells(const WatchChange& change);
  void begin_cells(const WatchChange& change);
  void forget_cells(const WatchChange& change);
  void watch(std::uint32_t who, const world::CellRect& now, const world::CellRect& before);
  void stop_watching(world::CellIndex cell, std::uint32_t who);

  Crowd crowd_;
  world::WorldOutput output_;
  Depth depth_;
  std::vector<std::vector<std::uint32_t>> watchers_;  // by cell
  Mail mail_;
};

}  // namespace madang::micro
