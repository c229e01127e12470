// Board: a zone whose players a test moves one by one.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "board/zone.h"
#include "madang/base/check.h"

namespace madang::board {

struct Player {
  SessionId owner;
  Alias alias;
  PieceId id;
  Position position;
};

class Board {
 public:
  explicit Board(const ZoneConfig& config) : zone(config) {}

  void queue(Command command) { commands_.push_back(std::move(command)); }
  void queue_enter(SessionId owner, std::string name = "somebody") {
    queue({.kind = Command::Kind::enter, .owner = owner, .text = std::move(name)});
  }
  void queue_leave(SessionId owner) { queue({.kind = Command::Kind::leave, .owner = owner}); }
  void queue_move(const Player& player, Direction direction, std::uint32_t client_time = 0) {
    queue({.kind = Command::Kind::move,
           .direction = direction,
           .client_time = client_time,
           .alias = player.alias,
           .owner = player.owner});
  }
  void queue_say(const Player& player, std::string text) {
    queue(
        {.kind = Command::Kind::say, .alias = player.alias, .owner = player.owner, .text = std::move(text)});
  }
  void queue_shout(const Player& player, std::string text) {
    queue({.kind = Command::Kind::shout,
           .alias = player.alias,
           .owner = player.owner,
           .text = std::move(text)});
  }

  void tick() {
    zone.tick(commands_, events);
    commands_.clear();
  }

  /// Runs a tick in which a player enters.
  Player enter(std::string name = "somebody") {
    const SessionId owner{next_owner_++};
    queue_enter(owner, std::move(name));
    tick();
    MADANG_CHECK(events.entered.size() == 1);
    const Entered& entered = events.entered[0];
    return {entered.owner, entered.alias, entered.id, entered.position};
  }

  /// Runs a tick in which a player tries one step.
  MoveResult step(Player& player, Direction direction) {
    queue_move(player, direction);
    tick();
    MADANG_CHECK(events.moved.size() == 1);
    player.position = events.moved[0].position;
    return events.moved[0].result;
  }

  /// For a map without obstacles and a move interval of one tick.
  void walk(Player& player, Position to) {
    while (player.position.x < to.x) MADANG_CHECK(step(player, Direction::right) == MoveResult::moved);
    while (player.position.x > to.x) MADANG_CHECK(step(player, Direction::left) == MoveResult::moved);
    while (player.position.y < to.y) MADANG_CHECK(step(player, Direction::down) == MoveResult::moved);
    while (player.position.y > to.y) MADANG_CHECK(step(player, Direction::up) == MoveResult::moved);
  }

  Zone zone;
  TickEvents events;

 private:
  std::vector<Command> commands_;
  std::uint64_t next_owner_ = 1;
};

/// Returns the configuration of a map without obstacles, on which each player may move in each tick.
inline ZoneConfig open_field(std::uint32_t width = 64, std::uint32_t height = 64) {
  return {.width = width,
          .height = height,
          .obstacle_percent = 0,
          .move_interval_ticks = 1,
          .move_slack_ticks = 0};
}

}  // namespace madang::board
