// Sightings: the frames about what one player sees of another, for contenders without cells. They are the
// server's packets with one piece in each, because such servers send each event alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "board/packets.h"
#include "cell_enter_piece.h"
#include "madang/wire/cell_packets.h"
#include "madang/world/cells.h"
#include "mail.h"

namespace madang::micro {

class Sightings {
 public:
  Sightings(const world::Grid& grid, std::uint32_t pieces) : grid_(grid) {
    names_.reserve(pieces);
    for (std::uint32_t who = 0; who < pieces; ++who) names_.push_back("player " + std::to_string(who));
  }

  Mail::Part moved(Mail& mail, world::Position position) const {
    return mail.write(board::Moved{.x = static_cast<std::uint16_t>(position.x),
                                   .y = static_cast<std::uint16_t>(position.y)});
  }
  Mail::Part step(Mail& mail, std::uint32_t who, world::Position position) const {
    const Place at = place_of(position);
    const wire::Step<std::uint8_t> steps[] = {{alias_of(who), at.x, at.y}};
    return mail.write(wire::CellMove<std::uint8_t>{at.cell_x, at.cell_y, steps});
  }
  Mail::Part enter(Mail& mail, std::uint32_t who, world::Position position) const {
    const Place at = place_of(position);
    const PieceThere pieces[] = {{.id = {1, who},
                                  .alias = alias_of(who),
                                  .x = at.x,
                                  .y = at.y,
                                  .looks = board::Looks::pawn,
                                  .name = std::string_view(names_[who])}};
    return mail.write(CellEnterPiece{at.cell_x, at.cell_y, pieces});
  }
  Mail::Part leave(Mail& mail, std::uint32_t who, world::Position position) const {
    const Place at = place_of(position);
    const wire::Alias pieces[] = {{alias_of(who)}};
    return mail.write(wire::CellLeave{at.cell_x, at.cell_y, pieces});
  }

 private:
  struct Place {
    std::uint16_t cell_x;
    std::uint16_t cell_y;
    std::uint8_t x;
    std::uint8_t y;
  };

  Place place_of(world::Position position) const {
    const auto x = static_cast<std::uint32_t>(position.x);
    const auto y = static_cast<std::uint32_t>(position.y);
    return {static_cast<std::uint16_t>(grid_.cell_coordinate(x)),
            static_cast<std::uint16_t>(grid_.cell_coordinate(y)),
            static_cast<std::uint8_t>(x & (grid_.cell_size() - 1)),
            static_cast<std::uint8_t>(y & (grid_.cell_size() - 1))};
  }
  /// A server without cells would need a table of the aliases in each cell. Here a part of the number stands
  /// for the alias, and costs nothing.
  static wire::CellAlias alias_of(std::uint32_t who) { return static_cast<wire::CellAlias>(who); }

  world::Grid grid_;
  std::vector<std::string> names_;
};

/// A step and its frames for other players. Each frame about the moving piece is encoded once, at its first
/// use.
class StepNews {
 public:
  StepNews(const Sightings& sightings, Mail& mail, std::uint32_t who, world::Position to)
      : sightings_(sightings), mail_(mail), who_(who), to_(to) {
    mail_.deliver(who_, sightings_.moved(mail_, to));
  }

  /// Delivers the step to a player that sees the piece before and after the step.
  void stays(std::uint32_t other) {
    if (!is_made(step_)) step_ = sightings_.step(mail_, who_, to_);
    mail_.deliver(other, step_);
  }
  /// Delivers the enters to both players.
  void appears(std::uint32_t other, world::Position there) {
    if (!is_made(enter_)) enter_ = sightings_.enter(mail_, who_, to_);
    mail_.deliver(other, enter_);
    mail_.deliver(who_, sightings_.enter(mail_, other, there));
  }
  /// Delivers the leaves to both players.
  void disappears(std::uint32_t other, world::Position there) {
    if (!is_made(leave_)) leave_ = sightings_.leave(mail_, who_, to_);
    mail_.deliver(other, leave_);
    mail_.deliver(who_, sightings_.leave(mail_, other, there));
  }

 private:
  static bool is_made(Mail::Part part) { return part.end > 0; }

  const Sightings& sightings_;
  Mail& mail_;
  std::uint32_t who_;
  world::Position to_;
  Mail::Part step_;
  Mail::Part enter_;
  Mail::Part leave_;
};

/// Returns true if players on these two tiles see each other. Either both see the other, or none.
constexpr bool in_sight(world::Position a, world::Position b, int radius) {
  const int dx = a.x - b.x;
  const int dy = a.y - b.y;
  return dx <= radius && dx >= -radius && dy <= radius && dy >= -radius;
}

}  // namespace madang::micro
