// BoardStage: a board whose players a test moves one by one.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "board/board_config.h"
#include "board/rules.h"
#include "madang/world/world.h"
#include "unit/world/game_inputs.h"

namespace madang::board {

class BoardStage {
 public:
  using Position = world::Position;

  explicit BoardStage(const BoardConfig& config) : made_(make_world(config, true)) {}

  void queue_enter(std::uint64_t character, std::string_view name = "somebody", Looks looks = Looks::king) {
    inputs_.enter(character, Entry{name, looks});
  }
  void queue_leave(std::uint64_t character) { inputs_.leave(character); }
  void queue_move(std::uint64_t character, Direction direction, std::uint32_t client_time = 0) {
    inputs_.send(character, Move{direction, client_time});
  }
  const world::WorldOutput& tick(std::uint32_t length = 1) {
    const world::WorldOutput& output = made_->tick(inputs_.list(), length);
    EXPECT_EQ(made_->broken(), "");
    inputs_.clear();
    moved_.clear();
    for (const auto& answer : output.answers) {
      Bytes rest = output.bytes_of(answer.part);
      const auto frame = wire::next_frame(rest);
      if (frame->opcode == wire::opcode_of<Moved>) moved_.push_back(*wire::decode<Moved>(frame->body));
      if (frame->opcode == wire::opcode_of<Pace>) pace_ = wire::decode<Pace>(frame->body)->move_interval_ms;
    }
    return output;
  }

  /// Runs a tick in which a player enters, and returns the character.
  std::uint64_t enter() {
    queue_enter(++last_character_);
    tick();
    return last_character_;
  }
  /// Runs a tick in which a player tries one step.
  MoveResult step(std::uint64_t character, Direction direction) {
    queue_move(character, direction);
    tick();
    MADANG_CHECK(moved_.size() == 1);
    EXPECT_EQ(moved_[0].x, position(character).x);
    EXPECT_EQ(moved_[0].y, position(character).y);
    return moved_[0].result;
  }
  /// For a map without obstacles and a move interval of one tick.
  void walk(std::uint64_t character, Position to) {
    const auto step_on = [&](Direction direction) {
      MADANG_CHECK(step(character, direction) == MoveResult::ok);
    };
    while (position(character).x < to.x) step_on(Direction::right);
    while (position(character).x > to.x) step_on(Direction::left);
    while (position(character).y < to.y) step_on(Direction::down);
    while (position(character).y > to.y) step_on(Direction::up);
  }

  bool is_here(std::uint64_t character) const {
    return world().registry().find(CharacterId{character}) != world::Registry::none;
  }
  Position position(std::uint64_t character) const { return row(character).position; }
  const Piece& piece(std::uint64_t character) const { return *game().find<Piece>(row(character).id); }
  const std::vector<Moved>& moved() const { return moved_; }
  std::uint32_t pace_ms() const { return pace_; }
  std::uint32_t player_count() const { return world().registry().size(); }
  const world::AnyWorld& world() const { return *made_; }
  const world::Map& map() const { return made_->map(); }

 private:
  const world::World<Board>& game() const { return static_cast<const world::World<Board>&>(*made_); }
  const world::Row& row(std::uint64_t character) const {
    return world().registry().row(world().registry().find(CharacterId{character}));
  }

  std::unique_ptr<world::AnyWorld> made_;
  world::GameInputs inputs_;
  std::vector<Moved> moved_;
  std::uint32_t pace_ = 0;
  std::uint64_t last_character_ = 0;
};

/// Returns the configuration of a map without obstacles, on which each player may move in each tick.
inline BoardConfig open_field(std::uint32_t width = 64, std::uint32_t height = 64) {
  return {.width = width,
          .height = height,
          .obstacle_percent = 0,
          .move_interval_ticks = 1,
          .move_slack_ticks = 0};
}

}  // namespace madang::board
