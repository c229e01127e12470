// Script: the commands of many players that enter, walk, talk and leave at random. The random numbers follow
// from a seed.
//
// A script knows of the zone only what a worker knows: the private events.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "board/command.h"
#include "board/events.h"
#include "madang/base/random.h"

namespace madang::board {

struct Habits {
  std::uint32_t players = 50;         ///< as many as there are to be
  std::uint32_t enter_percent = 20;   ///< chance of each missing player to enter, a tick
  std::uint32_t leave_permille = 10;  ///< chance of each player to leave, a tick
  std::uint32_t move_percent = 80;
  std::uint32_t turn_percent = 10;  ///< others walk straight on, over many cells
  std::uint32_t talk_percent = 3;
  std::uint32_t nonsense_percent = 2;  ///< commands with stale or foreign aliases
};

/// The state of a player in the world.
struct ScriptPlayer {
  Alias alias;
  PieceId id;
  Position position;
  std::string name;
  Direction heading = Direction::up;
};

class Script {
 public:
  Script(std::uint64_t seed, const Habits& habits) : random_(seed), habits_(habits) {}

  const std::map<SessionId, ScriptPlayer>& players() const { return players_; }

  /// Returns the commands of the next tick. Players that leave are removed from players() at once.
  std::vector<Command> next() {
    std::vector<Command> commands;
    for (std::size_t missing = players_.size(); missing < habits_.players; ++missing)
      if (random_.chance(habits_.enter_percent, 100)) enter(commands);
    for (auto& [owner, player] : players_) act(owner, player, commands);
    shuffle(commands);
    forget_those_who_leave(commands);
    return commands;
  }

  void learn(const TickEvents& events) {
    for (const Entered& entered : events.entered) {
      const auto coming = coming_.find(entered.owner);
      if (coming == coming_.end()) continue;
      players_[entered.owner] = {entered.alias, entered.id, entered.position, coming->second};
    }
    coming_.clear();
    for (const Moved& moved : events.moved) {
      const auto found = players_.find(moved.owner);
      if (found != players_.end()) found->second.position = moved.position;
    }
  }

 private:
  void enter(std::vector<Command>& commands) {
    const SessionId owner{++last_owner_};
    const std::string name = "player " + std::to_string(last_owner_);
    const auto looks = static_cast<std::uint8_t>(random_.below(6));
    commands.push_back({.kind = Command::Kind::enter, .looks = looks, .owner = owner, .text = name});
    coming_[owner] = name;
    if (random_.chance(5, 100)) commands.push_back({.kind = Command::Kind::leave, .owner = owner});
  }

  void act(SessionId owner, ScriptPlayer& player, std::vector<Command>& commands) {
    if (random_.chance(habits_.leave_permille, 1000))
      commands.push_back({.kind = Command::Kind::leave, .owner = owner});
    if (random_.chance(habits_.turn_percent, 100))
      player.heading = directions[random_.below(directions.size())];
    if (random_.chance(habits_.move_percent, 100))
      commands.push_back({.kind = Command::Kind::move,
                          .direction = player.heading,
                          .client_time = static_cast<std::uint32_t>(random_.next()),
                          .alias = player.alias,
                          .owner = owner});
    if (random_.chance(habits_.talk_percent, 100))
      commands.push_back({.kind = random_.chance(1, 4) ? Command::Kind::shout : Command::Kind::say,
                          .alias = player.alias,
                          .owner = owner,
                          .text = "words " + std::to_string(random_.below(1000))});
    if (random_.chance(habits_.nonsense_percent, 100))
      commands.push_back({.kind = Command::Kind::move,
                          .direction = player.heading,
                          .alias = Alias{player.alias.value ^ 1u << random_.below(32)},
                          .owner = owner});
    last_aliases_.emplace_back(owner, player.alias);
    if (last_aliases_.size() > 1000) last_aliases_.clear();
    if (random_.chance(habits_.nonsense_percent, 100)) {
      const auto& [old_owner, old_alias] =
          last_aliases_[random_.below(static_cast<std::uint32_t>(last_aliases_.size()))];
      if (!players_.contains(old_owner))
        commands.push_back({.kind = Command::Kind::move, .alias = old_alias, .owner = old_owner});
    }
  }

  void shuffle(std::vector<Command>& commands) {
    for (std::size_t i = commands.size(); i > 1; --i)
      std::swap(commands[i - 1], commands[random_.below(static_cast<std::uint32_t>(i))]);
  }

  /// A leave that the shuffle has put before its enter has no effect.
  void forget_those_who_leave(const std::vector<Command>& commands) {
    std::map<SessionId, std::string> coming;
    for (const Command& command : commands) {
      if (command.kind == Command::Kind::enter) coming[command.owner] = command.text;
      if (command.kind == Command::Kind::leave) {
        coming.erase(command.owner);
        players_.erase(command.owner);
      }
    }
    coming_ = std::move(coming);
  }

  Random random_;
  Habits habits_;
  std::uint64_t last_owner_ = 0;
  std::map<SessionId, ScriptPlayer> players_;
  std::map<SessionId, std::string> coming_;
  std::vector<std::pair<SessionId, Alias>> last_aliases_;
};

}  // namespace madang::board
