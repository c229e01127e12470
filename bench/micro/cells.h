// Cells: the server's own method: the real zone and encoder, and the lists of the players that watch each
// cell. In the server, the gateway has these lists (game.h has the real gateway).
//
// With Depth::zone only the zone's tick is done: the rules of the game, and the changes of each cell.
#pragma once

#include <span>
#include <tuple>
#include <vector>

#include "contender.h"
#include "madang/net/encoder.h"
#include "madang/world/zone.h"
#include "mail.h"

namespace madang::micro {

class Cells final : public Contender {
 public:
  enum class Depth : std::uint8_t { zone, mail };

  Cells(std::uint32_t pieces, Depth depth);

  void tick(std::span<const Step> steps) override;
  std::uint32_t size() const override { return static_cast<std::uint32_t>(aliases_.size()); }
  world::Position position(std::uint32_t who) const override { return zone_.piece(aliases_[who]).position; }
  std::uint32_t others_in_sight(std::uint32_t who) const override;
  std::uint64_t bytes_told() const override { return mail_.bytes_told(); }

 private:
  void let_in();
  void write_mail();
  void deliver(world::CellIndex cell, Mail::Part part);
  void forget_cells(const world::WatchChanged& change);
  void begin_cells(const world::WatchChanged& change);
  void watch_new_cells(const world::WatchChanged& change);
  void stop_watching(world::CellIndex cell, std::uint32_t who);

  // A piece's number is one less than its owner's id.
  static SessionId owner_of(std::uint32_t who) { return SessionId{who + std::uint64_t{1}}; }
  static std::uint32_t who_is(SessionId owner) { return static_cast<std::uint32_t>(owner.value - 1); }

  world::Zone zone_;
  world::TickEvents events_;
  net::Encoder encoder_;
  net::TickOutput output_;
  Depth depth_;
  std::vector<world::Alias> aliases_;                 // by piece
  std::vector<std::vector<std::uint32_t>> watchers_;  // by cell
  std::vector<world::Command> commands_;
  Mail mail_;
};

/// Returns the commands for these steps. `player_of` returns the owner and the alias of a piece.
template <class PlayerOf>
void make_commands(std::span<const Step> steps, std::vector<world::Command>& commands, PlayerOf player_of) {
  commands.resize(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    world::Command& command = commands[i];
    command.kind = world::Command::Kind::move;
    command.direction = steps[i].direction;
    std::tie(command.owner, command.alias) = player_of(steps[i].who);
  }
}

/// Returns the number of other pieces in the cells that the owner of a piece watches.
std::uint32_t others_watched(const world::Zone& zone, world::Alias alias);

}  // namespace madang::micro
