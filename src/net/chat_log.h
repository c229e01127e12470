// ChatLog: the last words that players said or shouted: which player, what, when, where. For the operator.
//
// A ring of `lines_max` lines, of one thread: the zone's. Words are taken down before the tick that says
// them, so that a player who speaks and leaves at once is still named. Keeps its strings: once each line has
// been used, it allocates nothing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "world/command.h"
#include "world/position.h"
#include "world/zone.h"

namespace madang::net {

class ChatLog {
 public:
  struct Line {
    std::uint64_t number = 0;  ///< counts up from 1
    Time at{};
    bool is_shout = false;
    SessionId session;
    EntityId entity;
    world::Position position{};
    std::string name;
    std::string text;
  };

  explicit ChatLog(std::size_t lines_max) : lines_(lines_max) {}

  /// Takes down the words among the commands of a tick that `zone` is about to make.
  void take_down(const world::Zone& zone, std::span<const world::Command> commands, Time now) {
    for (const world::Command& command : commands) {
      const bool is_shout = command.kind == world::Command::Kind::shout;
      if (!is_shout && command.kind != world::Command::Kind::say) continue;
      if (!zone.has(command.alias)) continue;
      const world::Piece piece = zone.piece(command.alias);
      if (piece.owner != command.owner) continue;
      Line& line = lines_[written_ % lines_.size()];
      line.number = ++written_;
      line.at = now;
      line.is_shout = is_shout;
      line.session = piece.owner;
      line.entity = piece.id;
      line.position = piece.position;
      line.name.assign(piece.name);
      line.text.assign(command.text);
    }
  }

  /// The lines with a higher number, oldest first.
  std::vector<Line> after(std::uint64_t number) const {
    const std::uint64_t oldest = written_ > lines_.size() ? written_ - lines_.size() : 0;
    std::vector<Line> found;
    for (std::uint64_t i = std::max(oldest, number); i < written_; ++i)
      found.push_back(lines_[i % lines_.size()]);
    return found;
  }

 private:
  std::vector<Line> lines_;
  std::uint64_t written_ = 0;
};

}  // namespace madang::net
