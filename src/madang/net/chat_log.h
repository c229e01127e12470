// ChatLog: the last words that players said or shouted, with the player, the time and the position. For the
// operator.
//
// A ring of `lines_max` lines. Words are recorded before their tick, so that the player is still in the zone,
// also if it leaves in that tick. The strings keep their memory: a full ring allocates nothing. Zone thread
// only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "board/command.h"
#include "board/position.h"
#include "board/zone.h"
#include "madang/base/ids.h"
#include "madang/base/time.h"

namespace madang::net {

class ChatLog {
 public:
  struct Line {
    std::uint64_t number = 0;  ///< counts up from 1
    Time at{};
    bool is_shout = false;
    SessionId session;
    PieceId entity;
    board::Position position{};
    std::string name;
    std::string text;
  };

  explicit ChatLog(std::size_t lines_max) : lines_(lines_max) {}

  /// Records the words among the commands of the next tick of `zone`.
  void record(const board::Zone& zone, std::span<const board::Command> commands, Time now) {
    for (const board::Command& command : commands) {
      const bool is_shout = command.kind == board::Command::Kind::shout;
      if (!is_shout && command.kind != board::Command::Kind::say) continue;
      if (!zone.has(command.alias)) continue;
      const board::Piece piece = zone.piece(command.alias);
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

  /// Returns copies of the lines with a higher number, oldest first.
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
