// MemoryRecorder: records all ticks of a world, with a hash after each one, and plays them again. For tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "madang/net/tick_recorder.h"
#include "madang/world/record_file.h"
#include "madang/world/replay.h"

namespace madang {

class MemoryRecorder final : public net::TickRecorder {
 public:
  void on_tick(const world::AnyWorld& world, std::span<const world::Input> inputs,
               std::uint32_t length) override {
    using Kind = world::Input::Kind;
    world::RecordWriter writer(items_);
    writer.add_tick(inputs, length);
    if (world.broken().empty()) {
      writer.add_hash(world.hash());
    } else {
      writer.add_broken();
    }
    ++ticks_;
    if (length > 1) ++long_ticks_;
    take_overs_ += std::ranges::count(inputs, Kind::attach, &world::Input::kind);
    if (items_.size() > 64'000) end_block();
  }

  std::uint64_t long_ticks() const { return long_ticks_; }
  std::int64_t take_overs() const { return take_overs_; }

  /// Plays all ticks in a world that is as the recorded one was at first. Expects the same states.
  void expect_same_states_in(world::AnyWorld& world) {
    end_block();
    Buffer file_bytes;
    world::RecordBlocks::put_heading(file_bytes, {.program = "a test", .game = "board"});
    file_bytes.append(blocks_bytes_.bytes());
    blocks_.put_end(file_bytes);
    std::istringstream stream{std::string(as_text(file_bytes.bytes()))};
    world::RecordFile file(stream);
    ASSERT_TRUE(file.begin());
    world::RecordPlay play(file, world);
    const world::Replay result = world::replay(play);
    EXPECT_FALSE(result.differs_at) << "tick " << *result.differs_at << ": " << result.why;
    EXPECT_EQ(result.ending, world::RecordFile::Item::end) << file.problem();
    EXPECT_EQ(result.ticks, ticks_);
    EXPECT_EQ(result.hashes, ticks_);
  }

 private:
  void end_block() {
    blocks_.put_block(blocks_bytes_, items_.bytes());
    items_.clear();
  }

  Buffer items_;
  Buffer blocks_bytes_;
  world::RecordBlocks blocks_;
  std::uint64_t ticks_ = 0;
  std::uint64_t long_ticks_ = 0;
  std::int64_t take_overs_ = 0;
};

}  // namespace madang
