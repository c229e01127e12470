// KeptWorld: gives what must be kept of a world to the writer of a store (keeper/writer.h).
//
// After each tick it looks at the characters:
//
//   a character enters    saved at once, so that the store knows where it is
//   it leaves             saved at once, as it was at the end of the tick
//   it is here            saved each `save_interval`, if what is kept of it has changed
//   the world ends        all are saved, and are in no world afterwards
//
// So a crash costs a character at most what it did in that interval, and what the store did not have yet. If
// the writer is busy, the saves of the interval are left out, and come with the next one.
//
// Guests are not kept: nobody can come back as a guest. A kind of entity that the rules do not let come back
// (world/kept.h) is not kept either, and the store keeps what it has of such a character.
//
// The ticks of a world begin anew with each process, but those of the store go on. So a tick of the store is
// the tick of the world, plus the tick that the store had when this process took the world. Batches that
// need a tick of their own make the difference larger.
//
// One thread: the one that ticks the world. It never waits.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "madang/base/ids.h"
#include "madang/keeper/tables.h"
#include "madang/keeper/writer.h"
#include "madang/world/any_world.h"

namespace madang::server {

/// Returns the character of a guest: of a session whose player has no account. No stored character has such
/// an id, because a store's numbers end far below, and the number of a worker is below 64. The gateway does
/// not use it yet: its guests have the ids of their sessions.
constexpr CharacterId guest_of(SessionId session) {
  return CharacterId{session.value | std::uint64_t{1} << 63};
}
constexpr bool is_guest(CharacterId character) { return (character.value >> 63) != 0; }

class KeptWorld {
 public:
  struct Limits {
    std::uint64_t save_interval = 200;  ///< in ordinary ticks
    /// Of the images in one batch. A store takes more, but a batch is held in memory several times.
    std::size_t batch_bytes_max = keeper::Batch::bytes_max / 4;
  };

  /// `taken` is the world as the store has leased it to this process. The writer must outlive this object.
  KeptWorld(keeper::Writer& writer, const keeper::WorldRow& taken, const Limits& limits)
      : writer_(writer), lease_{taken.id, taken.epoch}, limits_(limits), tick_before_(taken.tick) {}

  /// Lets characters leave that a process before has left in the world, because it ended without a stop.
  /// Precondition: the world has taken no tick.
  void release(std::span<const keeper::CharacterRow> left_behind);
  /// Precondition: the output is that of the world's last tick.
  void on_tick(const world::AnyWorld& world, const world::WorldOutput& output);
  /// The world takes no more ticks.
  void end(const world::AnyWorld& world);

  /// Returns the last tick of the world of which all that was given is on the disk. What confirms to a client
  /// that something is its own, waits for it. It may be lower than it could be, and never higher.
  std::uint64_t durable_tick() const;
  /// Returns why nothing more is kept of the world, if that is so. Then its owner closes it.
  std::optional<keeper::StoreError> fault() const { return writer_.state(lease_).fault; }

 private:
  void save_changed(const world::AnyWorld& world, std::vector<keeper::CharacterSave>& saves);
  void give(std::uint64_t world_tick, std::vector<keeper::CharacterSave> saves);

  keeper::Writer& writer_;
  const keeper::Lease lease_;
  const Limits limits_;
  std::uint64_t tick_before_;     ///< what a tick of the store has more than that of the world
  std::uint64_t next_saves_ = 0;  ///< the tick of the world
  std::unordered_map<CharacterId, std::uint64_t> here_;  ///< hashes of what was saved last
};

}  // namespace madang::server
