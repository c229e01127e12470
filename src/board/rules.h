// The rules of the board, Madang's own game.
//
//   - A newcomer appears on a free tile around the middle of the map (board/arrivals.h). A map without a free
//     tile refuses all newcomers (world_full).
//   - A piece that comes back appears where it left. If there is an obstacle now, it appears as a newcomer.
//   - A move goes one tile in one of four directions, but not onto an obstacle and not over the edge. Pieces
//     may share a tile. A piece may move once in `move_interval_ticks` on average. A move may come up to
//     `move_slack_ticks` early; then the next move must wait longer. In one tick a piece takes at most one
//     step, however long the tick is.
//
// The rules are a plain value without a state: any thread.
#pragma once

#include <memory>
#include <string_view>

#include "board/arrivals.h"
#include "board/board_config.h"
#include "board/packets.h"
#include "board/piece.h"
#include "madang/world/rules.h"

namespace madang::board {

/// The world itself.
struct BoardState {
  std::uint64_t newcomers = 0;

  static constexpr auto table =
      world::attributes("BoardState", "What the board counts.",
                        world::hidden("newcomers", &BoardState::newcomers, "that have appeared so far"));
};

struct BoardParts : world::Parts {
  using Entities = wire::Types<Piece>;
  using Commands = wire::Types<Move>;
  using Answers = wire::Types<Moved, Pace>;
  using Effects = wire::Types<Move>;
  using WorldState = BoardState;
  using Entry = board::Entry;
};

class Board : public world::Rules<BoardParts> {
 public:
  static constexpr std::string_view name = "board";

  /// The map is that of the world.
  Board(const BoardConfig& config, const world::Map& map);

  void enter(WorldChange& world, CharacterId character, const Entry& entry) const;
  void come_back(WorldChange& world, CharacterId character, const Entry& entry,
                 const Kept<Piece>& kept) const;
  void apply(Change<Piece>& self, const Move& move) const;
  void apply(Change<Piece>& self, const world::Attached& attached) const;

 private:
  void place(WorldChange& world, CharacterId character, const Entry& entry, world::Position tile) const;
  MoveResult try_step(Change<Piece>& self, Direction direction) const;

  std::uint32_t move_interval_ms_;
  std::uint32_t move_interval_ticks_;
  std::uint32_t move_slack_ticks_;
  std::shared_ptr<const Arrivals> arrivals_;  // shared by copies of the rules
};

}  // namespace madang::board
