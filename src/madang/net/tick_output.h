// TickOutput: the results of a tick of all worlds of a runner, encoded once. Every worker fans them out to
// its sessions.
//
// The runner's thread fills it, and the workers' threads read it. It does not change until the last reader
// has released it. Then the runner's thread uses it for another tick.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "madang/base/buffer.h"
#include "madang/base/close_reason.h"
#include "madang/base/ids.h"
#include "madang/base/time.h"
#include "madang/net/world_info.h"
#include "madang/world/made.h"

namespace madang::net {

class TickOutput {
 public:
  /// What the tick has for the sessions of one worker, whatever their worlds. It refers to nothing that the
  /// runner's thread changes.
  struct Personal {
    /// The session's character is in the world now.
    struct Entered {
      SessionId session;
      std::shared_ptr<WorldInfo> world;
      world::EntityId entity;
      world::Position position;
    };
    /// The session must end: another session has replaced it, or its character has left the world.
    struct Closed {
      SessionId session;
      CloseReason reason;
    };
    /// The world does not let the session's character in.
    struct Refused {
      SessionId session;
      CloseReason reason;
      bool is_elsewhere = false;  ///< the character is in another world, so the login must go there
    };
    /// The session's character has left, because it wants to enter another world.
    struct Departed {
      SessionId session;
      CharacterId character;
    };
    /// The session's entity has come into a cell.
    struct Crossing {
      SessionId session;
      world::CellIndex cell;
    };
    /// Whole frames for the session.
    struct Answer {
      SessionId session;
      world::OutputPart part;  ///< of `bytes`
    };
    /// The cells that the session watches from this tick on.
    struct WatchChange {
      SessionId session;
      world::CellRect before;
      world::CellRect now;
      std::uint32_t world_number;  ///< of the session's world in TickOutput::worlds()
    };

    Bytes bytes_of(world::OutputPart part) const {
      return bytes.bytes().subspan(part.begin, part.end - part.begin);
    }
    void answer(SessionId session, Bytes frames) {
      const auto begin = static_cast<std::uint32_t>(bytes.size());
      bytes.append(frames);
      answers.push_back({session, {begin, static_cast<std::uint32_t>(bytes.size())}});
    }
    bool empty() const {
      return entered.empty() && closed.empty() && refused.empty() && departed.empty() && crossings.empty() &&
             answers.empty() && watch_changes.empty();
    }
    void clear();
    /// Appends what a later tick has.
    void append(const Personal& later);

    std::vector<Entered> entered;
    std::vector<Closed> closed;
    std::vector<Refused> refused;
    std::vector<Departed> departed;
    std::vector<Crossing> crossings;
    std::vector<Answer> answers;
    std::vector<WatchChange> watch_changes;  ///< ascending by world_number
    std::vector<SessionId> unsettled;        ///< sessions that begin to watch other cells in the next tick
    Buffer bytes;
    std::uint32_t lost_shout_ticks = 0;  ///< merged ticks that had shouts (see TickMailbox)
  };

  /// What a world has for all sessions that watch a cell, and for all its players.
  struct OfWorld {
    WorldId world;
    world::WorldOutput cells;
  };
  std::span<const OfWorld> worlds() const { return {worlds_.data(), world_count_}; }
  /// Adds an empty output of a world. The reference is valid until the next add().
  world::WorldOutput& add(WorldId world) {
    if (world_count_ == worlds_.size()) worlds_.emplace_back();
    OfWorld& of_world = worlds_[world_count_++];
    of_world.world = world;
    of_world.cells.clear();
    return of_world.cells;
  }
  /// Removes the output that was added last. Its memory is kept.
  void remove_last() { --world_count_; }

  bool empty() const;
  void clear();

  std::vector<Personal> personal;  ///< by worker
  /// Overload: players get the moves of their own cells only.
  bool is_own_cell_only = false;

  // --- Readers ---

  /// Sets the number of readers. `due` is the time at which the tick was due: released_at() is never earlier.
  void hold(std::uint32_t readers, Time due = Time::min()) {
    released_at_.store(due, std::memory_order_relaxed);
    readers_.store(readers, std::memory_order_release);
  }
  /// Notes that a reader is done at the time `now`. Any thread.
  void release(Time now) {
    Time last = released_at_.load(std::memory_order_relaxed);
    while (last < now && !released_at_.compare_exchange_weak(last, now, std::memory_order_relaxed)) {
    }
    readers_.fetch_sub(1, std::memory_order_acq_rel);
  }
  /// Returns whether there are no readers.
  bool is_free() const { return readers_.load(std::memory_order_acquire) == 0; }
  /// Returns when the last reader was done. Precondition: is_free().
  Time released_at() const { return released_at_.load(std::memory_order_relaxed); }

 private:
  std::vector<OfWorld> worlds_;  // the first world_count_ are of this tick
  std::size_t world_count_ = 0;
  std::atomic<std::uint32_t> readers_{0};
  std::atomic<Time> released_at_{Time::min()};
};

}  // namespace madang::net
