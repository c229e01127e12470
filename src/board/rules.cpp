#include "board/rules.h"

#include <algorithm>

namespace madang::board {

Board::Board(const BoardConfig& config, const world::Map& map)
    : move_interval_ms_(config.move_interval_ticks * 1000 / config.tick_rate),
      move_interval_ticks_(config.move_interval_ticks),
      move_slack_ticks_(config.move_slack_ticks),
      arrivals_(std::make_shared<const Arrivals>(map, config.seed, config.arrival_radius)) {}

void Board::enter(WorldChange& world, CharacterId character, const Entry& entry) const {
  if (world.map().free_tile_count() == 0) return world.refuse(character, CloseReason::world_full);
  place(world, character, entry, arrivals_->tile_of(world->newcomers++, world.map()));
}

/// A player may choose other looks at each login, so only the tile is kept.
void Board::come_back(WorldChange& world, CharacterId character, const Entry& entry,
                      const Kept<Piece>& kept) const {
  if (!world.is_free(kept.position)) return enter(world, character, entry);
  place(world, character, entry, kept.position);
}

void Board::place(WorldChange& world, CharacterId character, const Entry& entry, world::Position tile) const {
  world.place(character, Piece{.looks = entry.looks, .name = entry.name}, tile);
  world.answer(character, Pace{.move_interval_ms = move_interval_ms_});
}

void Board::apply(Change<Piece>& self, const Move& move) const {
  const MoveResult result = try_step(self, move.direction);
  self.answer(Moved{.client_time = move.client_time,
                    .x = static_cast<std::uint16_t>(self.position().x),
                    .y = static_cast<std::uint16_t>(self.position().y),
                    .result = result});
}

void Board::apply(Change<Piece>& self, const world::Attached&) const {
  self.answer(Pace{.move_interval_ms = move_interval_ms_});
}

/// A second step in one tick is too soon, because the slack is less than the interval.
MoveResult Board::try_step(Change<Piece>& self, Direction direction) const {
  if (self.tick() + move_slack_ticks_ < self->next_move_tick) return MoveResult::too_soon;
  const world::Position to = neighbour(self.position(), direction);
  if (!self.is_free(to)) return MoveResult::blocked;
  self.move_to(to);
  self->next_move_tick = std::max(self.tick(), self->next_move_tick) + move_interval_ticks_;
  return MoveResult::ok;
}

}  // namespace madang::board
