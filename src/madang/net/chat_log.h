// ChatLog: the last words that players said or shouted, with the player, the time and the position. For the
// operator.
//
// A ring of `lines_max` lines. Words are recorded before their tick, so that the player is still in the
// world, also if it leaves in that tick. The strings keep their memory: a full ring allocates nothing. Zone
// thread only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "madang/base/ids.h"
#include "madang/base/time.h"
#include "madang/wire/codec.h"
#include "madang/world/input.h"
#include "madang/world/registry.h"

namespace madang::net {

class ChatLog {
 public:
  struct Line {
    std::uint64_t number = 0;  ///< counts up from 1
    Time at{};
    bool is_shout = false;
    SessionId session;
    world::EntityId entity;
    world::Position position{};
    std::string name;
    std::string text;
  };

  explicit ChatLog(std::size_t lines_max) : lines_(lines_max) {}

  /// Records words of a session. `speaker` is the entity of the session's character. `words` are of the
  /// gateway, so they are whole.
  void record(const world::Input& words, SessionId session, const world::Row& speaker, Time now) {
    world::Words parsed;
    Bytes rest = words.body;
    if (!wire::parse(rest, parsed)) return;
    Line& line = lines_[written_ % lines_.size()];
    line.number = ++written_;
    line.at = now;
    line.is_shout = words.kind == world::Input::Kind::shout;
    line.session = session;
    line.entity = speaker.id;
    line.position = speaker.position;
    line.name.assign(parsed.name);
    line.text.assign(parsed.text);
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
