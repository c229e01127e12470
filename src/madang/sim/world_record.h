// WorldRecord: records all ticks of a world in memory, with a hash after each one, and plays them again. So a
// test shows that the world depends on its inputs alone. One thread.
#pragma once

#include <cstdint>
#include <string>

#include "madang/base/buffer.h"
#include "madang/net/tick_recorder.h"
#include "madang/world/any_world.h"
#include "madang/world/record.h"
#include "madang/world/record_file.h"

namespace madang::sim {

class WorldRecord final : public net::TickRecorder {
 public:
  void on_tick(const world::AnyWorld& world, std::span<const world::Input> inputs,
               std::uint32_t length) override;

  std::uint64_t ticks() const { return ticks_; }
  std::uint64_t long_ticks() const { return long_ticks_; }
  std::uint64_t take_overs() const { return take_overs_; }

  /// Plays all ticks in a world that is as the recorded one was at first. Returns the first difference of the
  /// states, as one line; empty: there is none.
  std::string find_difference(world::AnyWorld& fresh);

 private:
  void end_block();

  Buffer items_;
  Buffer blocks_bytes_;
  world::RecordBlocks blocks_;
  std::uint64_t ticks_ = 0;
  std::uint64_t long_ticks_ = 0;
  std::uint64_t take_overs_ = 0;
};

}  // namespace madang::sim
