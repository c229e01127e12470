// The encoded events of a tick: which frames, of which cells, in which order, and the answers for which
// worker.
#include "madang/net/encoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "madang/wire/frame.h"
#include "unit/board/board.h"

namespace madang::net {
namespace {

using board::Board;
using Opcodes = std::vector<std::uint16_t>;

board::ZoneConfig small_zone() {
  return {.width = 32, .height = 32, .obstacle_percent = 0, .move_interval_ticks = 1, .move_slack_ticks = 0};
}

template <class Packet>
constexpr std::uint16_t of = wire::opcode_of<Packet>;

class EncoderTest : public testing::Test {
 protected:
  EncoderTest() : board_(small_zone()) { output_.personal.resize(1); }

  void encode(std::vector<board::CellIndex> positions_of = {}) {
    encoder_.encode(board_.zone, board_.events, positions_of, output_);
  }
  Opcodes opcodes(TickOutput::Part part) {
    Opcodes found;
    Bytes rest = output_.bytes_of(part);
    while (!rest.empty()) {
      const auto frame = wire::next_frame(rest, wire::frame_size_max);
      EXPECT_TRUE(frame.has_value()) << "a part holds whole frames";
      if (!frame) break;
      found.push_back(frame->opcode);
    }
    return found;
  }

  Board board_;
  Encoder encoder_;
  TickOutput output_;
};

TEST_F(EncoderTest, ATickWithoutEventsIsEmptyAndHasNothingOfTheTickBefore) {
  board_.enter();
  encode();
  EXPECT_FALSE(output_.empty());
  board_.tick();
  encode();
  EXPECT_TRUE(output_.empty());
  EXPECT_TRUE(output_.updates.empty() && output_.states.empty() && output_.leaves.empty());
}

TEST_F(EncoderTest, ANewcomerGetsAnAnswerAndTheStatesOfItsCells) {
  board_.enter();
  encode();
  EXPECT_EQ(output_.personal[0].entered.size(), 1u);
  EXPECT_EQ(output_.personal[0].watch_changes.size(), 1u);
  ASSERT_EQ(output_.updates.size(), 1u);
  EXPECT_EQ(opcodes(output_.updates[0].all), Opcodes{of<wire::CellEnter>});
  EXPECT_EQ(output_.states.size(), board_.events.newly_watched.size());
  std::size_t with_pieces = 0;
  for (const TickOutput::CellPart& state : output_.states) {
    const Opcodes found = opcodes(state.part);
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found[0], of<wire::CellBegin>);
    if (found.size() == 2 && found[1] == of<wire::CellEnter>) ++with_pieces;
  }
  EXPECT_EQ(with_pieces, 1u);
}

TEST_F(EncoderTest, WordsComeBeforeStepsAndLeavesAndShoutsAreSeparate) {
  const board::Player speaker = board_.enter("speaker");
  const board::Player leaver = board_.enter("leaver");
  board_.queue_say(speaker, "hello");
  board_.queue_shout(speaker, "HELLO");
  board_.queue_leave(leaver.owner);
  board_.tick();
  encode();
  bool is_said = false;
  for (const TickOutput::CellUpdate& update : output_.updates) {
    EXPECT_FALSE(update.has_steps());
    is_said |= opcodes(update.without_steps()) == Opcodes{of<wire::Said>};
  }
  EXPECT_TRUE(is_said);
  ASSERT_EQ(output_.leaves.size(), 1u);
  EXPECT_EQ(opcodes(output_.leaves[0].part), Opcodes{of<wire::CellLeave>});
  EXPECT_EQ(opcodes(output_.for_all), Opcodes{of<wire::Shouted>});
}

TEST_F(EncoderTest, PositionsAreEncodedForAnEmptyCellToo) {
  const board::Player player = board_.enter();
  board_.tick();
  const board::CellIndex own = board_.zone.grid().cell_of(player.position);
  const board::CellIndex other{own.value == 0 ? 1u : 0u};
  encode({std::min(own, other), std::max(own, other)});
  ASSERT_EQ(output_.positions.size(), 2u);
  for (const TickOutput::CellPart& one : output_.positions)
    EXPECT_EQ(opcodes(one.part), Opcodes{of<wire::CellPositions>});
}

}  // namespace
}  // namespace madang::net
