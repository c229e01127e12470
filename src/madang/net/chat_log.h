// ChatLog: the last words that players said or shouted, with the player, the time and the position. For the
// operator.
//
// A ring of `lines_max` lines, of all worlds. Words are recorded before their tick, so that the player is
// still in the world, also if it leaves in that tick. The strings keep their memory: a full ring allocates
// nothing. Any thread; a lock guards it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
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
    std::string world;
    world::EntityId entity;
    world::Position position{};
    std::string name;
    std::string text;
  };

  explicit ChatLog(std::size_t lines_max) : lines_(lines_max) {}

  /// Records words of a session. `speaker` is the entity of the session's character. `words` are of the
  /// gateway, so they are whole.
  void record(const world::Input& words, SessionId session, std::string_view world, const world::Row& speaker,
              Time now) {
    world::Words parsed;
    Bytes rest = words.body;
    if (!wire::parse(rest, parsed)) return;
    const std::lock_guard lock(mutex_);
    Line& line = lines_[written_ % lines_.size()];
    line.number = ++written_;
    line.at = now;
    line.is_shout = words.kind == world::Input::Kind::shout;
    line.session = session;
    line.world.assign(world);
    line.entity = speaker.id;
    line.position = speaker.position;
    line.name.assign(parsed.name);
    line.text.assign(parsed.text);
  }

  /// Returns copies of the lines with a higher number, oldest first.
  std::vector<Line> after(std::uint64_t number) const {
    const std::lock_guard lock(mutex_);
    const std::uint64_t oldest = written_ > lines_.size() ? written_ - lines_.size() : 0;
    std::vector<Line> found;
    for (std::uint64_t i = std::max(oldest, number); i < written_; ++i)
      found.push_back(lines_[i % lines_.size()]);
    return found;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Line> lines_;
  std::uint64_t written_ = 0;
};

}  // namespace madang::net
