#include "board/client/player_view.h"

#include <algorithm>
#include <cstdlib>

#include "madang/wire/dispatch.h"

namespace madang::board {

using client::Violation;

CloseReason PlayerView::apply_answer(const wire::Frame& frame) {
  return wire::visit_packet(
      BoardParts::Answers{}, frame,
      wire::Overloaded{[this](const Moved& moved) { on(moved); },
                       [this](const Pace& pace) { move_interval_ms_ = pace.move_interval_ms; }});
}

void PlayerView::on_welcome() {
  own_position_ = {static_cast<std::int32_t>(welcome().x), static_cast<std::int32_t>(welcome().y)};
}

std::optional<SeenPiece> PlayerView::find_piece(const wire::Id& id) const {
  const std::optional<client::Seen> seen = find(id);
  return seen ? std::optional(piece_of(*seen)) : std::nullopt;
}

std::optional<SeenPiece> PlayerView::find_piece(client::Cell cell, wire::CellAlias alias) const {
  const std::optional<client::Seen> seen = find(cell, alias);
  return seen ? std::optional(piece_of(*seen)) : std::nullopt;
}

/// The cells bring a step in the same tick as its Moved, and after it.
void PlayerView::on(const Moved& moved) {
  const world::Position position{moved.x, moved.y};
  const bool has_stepped = moved.result == MoveResult::ok;
  const int tiles = std::abs(own_position_.x - position.x) + std::abs(own_position_.y - position.y);
  if (tiles != (has_stepped ? 1 : 0))
    findings().add(Violation::own_position, "piece {:x} was at ({}, {}) and is moved to ({}, {}), {}",
                   welcome().entity.high, own_position_.x, own_position_.y, position.x, position.y,
                   has_stepped ? "by one step" : "although the move was refused");
  if (has_stepped) check_cells_have_shown_last_step();
  own_position_ = position;
}

/// A piece takes at most one step a tick. So the cells have brought the step before this one, except those of
/// a cell whose steps are suppressed, or that the client does not watch.
void PlayerView::check_cells_have_shown_last_step() {
  if (!cells().contains(cells().cell_of(own_position_))) return;
  const std::optional<client::Seen> own = find_own();
  if (own && (own->position == own_position_ || is_vague(*own))) return;
  findings().add(Violation::own_position, "piece {:x} is at ({}, {}), and the cells never said so",
                 welcome().entity.high, own_position_.x, own_position_.y);
}

void PlayerView::on_own_position(world::Position position) {
  if (position == own_position_) return;
  findings().add(Violation::own_position, "piece {:x} is at ({}, {}), but a cell shows it at ({}, {})",
                 welcome().entity.high, own_position_.x, own_position_.y, position.x, position.y);
}

std::uint32_t axis_distance(world::Position a, world::Position b) {
  return static_cast<std::uint32_t>(std::max(std::abs(a.x - b.x), std::abs(a.y - b.y)));
}

}  // namespace madang::board
