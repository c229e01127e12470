// Sightings: the frames about what one player sees of another, for contenders without cells. They are the
// server's packets with one piece in each, because such servers send each event alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "board/names.h"
#include "board/position.h"
#include "madang/wire/packets.h"
#include "mail.h"

namespace madang::micro {

class Sightings {
 public:
  Sightings(const board::Grid& grid, std::uint32_t pieces) : grid_(grid) {
    names_.reserve(pieces);
    for (std::uint32_t who = 0; who < pieces; ++who) names_.push_back("player " + std::to_string(who));
  }

  Mail::Part moved(Mail& mail, board::Position position) const {
    return mail.write(wire::Moved{.x = position.x, .y = position.y});
  }
  Mail::Part step(Mail& mail, std::uint32_t who, board::Position position) const {
    const Place at = place_of(position);
    const wire::Step steps[] = {{alias_of(who), at.x, at.y}};
    return mail.write(wire::CellMove{at.cell_x, at.cell_y, steps});
  }
  Mail::Part enter(Mail& mail, std::uint32_t who, board::Position position) const {
    const Place at = place_of(position);
    const wire::Piece pieces[] = {{.entity = who + std::uint64_t{1},
                                   .alias = alias_of(who),
                                   .x = at.x,
                                   .y = at.y,
                                   .looks = wire::Looks::pawn,
                                   .name = names_[who]}};
    return mail.write(wire::CellEnter{at.cell_x, at.cell_y, pieces});
  }
  Mail::Part leave(Mail& mail, std::uint32_t who, board::Position position) const {
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

  Place place_of(board::Position position) const {
    return {static_cast<std::uint16_t>(grid_.cell_coordinate(position.x)),
            static_cast<std::uint16_t>(grid_.cell_coordinate(position.y)),
            static_cast<std::uint8_t>(position.x & (grid_.cell_size() - 1)),
            static_cast<std::uint8_t>(position.y & (grid_.cell_size() - 1))};
  }
  static std::uint32_t alias_of(std::uint32_t who) { return 1u << 20 | who; }

  board::Grid grid_;
  std::vector<std::string> names_;
};

/// A step and its frames for other players. Each frame about the moving piece is encoded once, at its first
/// use.
class StepNews {
 public:
  StepNews(const Sightings& sightings, Mail& mail, std::uint32_t who, board::Position to)
      : sightings_(sightings), mail_(mail), who_(who), to_(to) {
    mail_.deliver(who_, sightings_.moved(mail_, to));
  }

  /// Delivers the step to a player that sees the piece before and after the step.
  void stays(std::uint32_t other) {
    if (!is_made(step_)) step_ = sightings_.step(mail_, who_, to_);
    mail_.deliver(other, step_);
  }
  /// Delivers the enters to both players.
  void appears(std::uint32_t other, board::Position there) {
    if (!is_made(enter_)) enter_ = sightings_.enter(mail_, who_, to_);
    mail_.deliver(other, enter_);
    mail_.deliver(who_, sightings_.enter(mail_, other, there));
  }
  /// Delivers the leaves to both players.
  void disappears(std::uint32_t other, board::Position there) {
    if (!is_made(leave_)) leave_ = sightings_.leave(mail_, who_, to_);
    mail_.deliver(other, leave_);
    mail_.deliver(who_, sightings_.leave(mail_, other, there));
  }

 private:
  static bool is_made(Mail::Part part) { return part.end > 0; }

  const Sightings& sightings_;
  Mail& mail_;
  std::uint32_t who_;
  board::Position to_;
  Mail::Part step_;
  Mail::Part enter_;
  Mail::Part leave_;
};

/// Returns true if players on these two tiles see each other. Either both see the other, or none.
constexpr bool in_sight(board::Position a, board::Position b, int radius) {
  const int dx = a.x - b.x;
  const int dy = a.y - b.y;
  return dx <= radius && dx >= -radius && dy <= radius && dy >= -radius;
}

}  // namespace madang::micro
