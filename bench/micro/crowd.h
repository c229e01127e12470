// Crowd: the engine's world with the rules of the board, without a network. It is full of pieces. Each piece
// has a player, which watches the cells around.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "board/board_config.h"
#include "board/packets.h"
#include "madang/base/check.h"
#include "madang/wire/codec.h"
#include "madang/world/any_world.h"

namespace madang::micro {

/// Returns what the engine knows of a piece that is in the world.
inline const world::Row& row_of(const world::AnyWorld& world, CharacterId character) {
  return *world.find_row(character);
}

/// Returns the number of other pieces in the cells that the player of a piece watches.
inline std::uint32_t others_watched(const world::AnyWorld& world, CharacterId character) {
  std::uint32_t count = 0;
  world.grid().for_each(row_of(world, character).watch, [&](world::CellIndex cell) {
    world.for_each_row_in(cell, [&](const world::Row&) { ++count; });
  });
  return count - 1;
}

class Crowd {
 public:
  /// Makes a world with `config.players_max` pieces.
  explicit Crowd(const board::BoardConfig& config, bool checks_law = false)
      : Crowd(board::make_world(config, checks_law), config.players_max) {}
  /// Fills a world, which must have the rules of the board, with pieces.
  Crowd(std::unique_ptr<world::AnyWorld> world, std::uint32_t size) : world_(std::move(world)), size_(size) {
    constexpr std::uint32_t at_once = 10'000;
    for (std::uint32_t first = 0; first < size_; first += at_once)
      let_in(first, std::min(first + at_once, size_));
    MADANG_CHECK(world_->entity_count() == size_);
    inputs_.clear();
    tick();
    tick();  // now all players watch their cells
  }

  const world::AnyWorld& world() const { return *world_; }
  std::uint32_t size() const { return size_; }
  /// Pieces are numbered from 0.
  static CharacterId character(std::uint32_t who) { return CharacterId{who + std::uint64_t{1}}; }
  static std::uint32_t who_is(CharacterId character) {
    return static_cast<std::uint32_t>(character.value - 1);
  }

  /// Begins the inputs of another tick, with a number of moves.
  void begin_moves(std::size_t count) {
    bodies_.resize(count);
    inputs_.clear();
  }
  void add_move(std::uint32_t who, board::Direction direction) {
    MoveBody& body = bodies_[inputs_.size()];
    wire::put(body.data(), board::Move{.direction = direction});
    inputs_.push_back(
        {world::Input::Kind::command, character(who), wire::opcode_of<board::Move>, Bytes(body)});
  }
  const std::vector<world::Input>& inputs() const { return inputs_; }
  /// Takes a tick with these inputs. Returns its output, which is valid until the next tick.
  const world::WorldOutput& tick() {
    const world::WorldOutput& output = world_->tick(inputs_);
    MADANG_CHECK(world_->broken().empty(), "{}", world_->broken());
    return output;
  }
  void swap_output(world::WorldOutput& other) { world_->swap_output(other); }

 private:
  using MoveBody = std::array<std::byte, wire::size_of(board::Move{})>;

  void let_in(std::uint32_t first, std::uint32_t end) {
    std::vector<std::vector<std::byte>> entries;
    inputs_.clear();
    for (std::uint32_t who = first; who < end; ++who) {
      const std::string name = "player " + std::to_string(who);
      const board::Entry entry{.name = std::string_view(name), .looks = board::Looks::pawn};
      std::vector<std::byte>& body = entries.emplace_back(wire::size_of(entry));
      wire::put(body.data(), entry);
      inputs_.push_back({world::Input::Kind::enter, character(who), 0, Bytes(body)});
    }
    tick();
  }

  std::unique_ptr<world::AnyWorld> world_;
  std::uint32_t size_;
  std::vector<MoveBody> bodies_;
  std::vector<world::Input> inputs_;
};

}  // namespace madang::micro
