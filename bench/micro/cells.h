// Cells: the server's own method: the real zone and encoder, and the lists of the players that watch each
// cell. In the server, the gateway has these lists (game.h has the real gateway).
//
// With Depth::zone only the zone's tick is done: the rules of the game, and the changes of each cell.
#pragma once

#include <span>
#include <tuple>
#include <vector>

#include "board/zone.h"
#include "contender.h"
#include "madang/net/encoder.h"
#include "mail.h"

namespace madang::micro {

class Cells final : public Contender {
 public:
  enum class Depth : std::uint8_t { zone, mail };

  Cells(std::uint32_t pieces, Depth depth);

  void tick(std::span<const Step> steps) override;
  std::uint32_t size() const override { return static_cast<std::uint32_t>(aliases_.size()); }
  board::Position position(std::uint32_t who) const override { return zone_.piece(aliases_[who]).position; }
  std::uint32_t others_in_sight(std::uint32_t who) const override;
  std::uint64_t bytes_told() const override { return mail_.bytes_told(); }

 private:
  void let_in();
  void write_mail();
  void deliver(board::CellIndex cell, Mail::Part part);
  void forget_cells(const board::WatchChanged& change);
  void begin_cells(const board::WatchChanged& change);
  void watch_new_cells(const board::WatchChanged& change);
  void stop_watching(board::CellIndex cell, std::uint32_t who);

  // A piece's number is one less than its owner's id.
  static SessionId owner_of(std::uint32_t who) { return SessionId{who + std::uint64_t{1}}; }
  static std::uint32_t who_is(SessionId owner) { return static_cast<std::uint32_t>(owner.value - 1); }

  board::Zone zone_;
  board::TickEvents events_;
  net::Encoder encoder_;
  net::TickOutput output_;
  Depth depth_;
  std::vector<board::Alias> aliases_;                 // by piece
  std::vector<std::vector<std::uint32_t>> watchers_;  // by cell
  std::vector<board::Command> commands_;
  Mail mail_;
};

/// Returns the commands for these steps. `player_of` returns the owner and the alias of a piece.
template <class PlayerOf>
void make_commands(std::span<const Step> steps, std::vector<board::Command>& commands, PlayerOf player_of) {
  commands.resize(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    board::Command& command = commands[i];
    command.kind = board::Command::Kind::move;
    command.direction = steps[i].direction;
    std::tie(command.owner, command.alias) = player_of(steps[i].who);
  }
}

/// Returns the number of other pieces in the cells that the owner of a piece watches.
std::uint32_t others_watched(const board::Zone& zone, board::Alias alias);

}  // namespace madang::micro
