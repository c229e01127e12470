// Properties of every packet in the tables, and of bytes that are no packet.
#include "madang/wire/codec.h"

#include <gtest/gtest.h>

#include <type_traits>
#include <vector>

#include "fuzz/wire_input.h"
#include "unit/wire/samples.h"

namespace madang::wire {
namespace {

template <class... A, class... B, class... C>
testing::Types<A..., B..., C...> join(Types<A...>, Types<B...>, Types<C...>);
using AllPackets = decltype(join(ClientPackets{}, ServerPackets{}, kinds::ClientPackets{}));

/// Bytes on the heap without memory behind them, so that a sanitizer finds a read beyond their end.
std::vector<std::byte> exact_copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

template <class P>
class EveryPacket : public testing::Test {
 protected:
  /// Returns the smallest, the largest and many random packets of this type.
  std::vector<P> samples() {
    if (std::same_as<P, kinds::Lists>) {  // with many lists, they fit into a frame only if they are short
      samples_.list_size = 20;
      samples_.blob_bytes = 1'000;
    }
    std::vector<P> packets = {samples_.make<P>(Sample::smallest), samples_.make<P>(Sample::largest)};
    for (int i = 0; i < 100; ++i) packets.push_back(samples_.make<P>(Sample::arbitrary));
    return packets;
  }

  static std::vector<std::byte> body_of(const P& packet) {
    Buffer out;
    append(out, packet);
    return exact_copy(out.bytes().subspan(frame_header_bytes));
  }

  Samples samples_{7777};
};

TYPED_TEST_SUITE(EveryPacket, AllPackets);

TYPED_TEST(EveryPacket, ComesBackAsItWasSent) {
  for (const TypeParam& packet : this->samples()) {
    const std::vector<std::byte> body = this->body_of(packet);
    const auto decoded = decode<TypeParam>(body);
    ASSERT_TRUE(decoded);
    EXPECT_TRUE(*decoded == packet);
  }
}

TYPED_TEST(EveryPacket, IsSentOnAsItWasReceived) {
  for (const TypeParam& packet : this->samples()) {
    const std::vector<std::byte> body = this->body_of(packet);
    EXPECT_EQ(this->body_of(*decode<TypeParam>(body)), body);
  }
}

TYPED_TEST(EveryPacket, TakesTheBytesThatItWasSaidToTake) {
  for (const TypeParam& packet : this->samples()) {
    Buffer out;
    append(out, packet);
    EXPECT_EQ(out.size(), frame_size_of(packet));
    Bytes rest = out.bytes();
    EXPECT_EQ(next_frame(rest)->opcode, opcode_of<TypeParam>);
    EXPECT_TRUE(rest.empty());
  }
}

TYPED_TEST(EveryPacket, IsRefusedWhereverItIsCutShort) {
  for (const TypeParam& packet : this->samples()) {
    const std::vector<std::byte> body = this->body_of(packet);
    // Long packets are cut near their ends only; others at every byte.
    const std::size_t from = body.size() > 5000 ? body.size() - 500 : 0;
    for (std::size_t size = from; size < body.size(); ++size) {
      const std::vector<std::byte> cut = exact_copy(Bytes(body).first(size));
      const auto decoded = decode<TypeParam>(cut);
      ASSERT_FALSE(decoded) << size << " of " << body.size() << " bytes";
      ASSERT_EQ(decoded.error(), CloseReason::bad_packet);
    }
  }
}

TYPED_TEST(EveryPacket, IsRefusedWithAByteTooMany) {
  for (const TypeParam& packet : this->samples()) {
    std::vector<std::byte> body = this->body_of(packet);
    body.push_back(std::byte{0});
    const auto decoded = decode<TypeParam>(body);
    ASSERT_FALSE(decoded);
    ASSERT_EQ(decoded.error(), CloseReason::bad_packet);
  }
}

TYPED_TEST(EveryPacket, SurvivesAnyByteBeingAnother) {
  Random random(1);
  for (const TypeParam& packet : this->samples()) {
    std::vector<std::byte> body = this->body_of(packet);
    for (int i = 0; i < 20 && !body.empty(); ++i) {
      body[random.below(static_cast<std::uint32_t>(body.size()))] = static_cast<std::byte>(random.next());
      if (const auto decoded = decode<TypeParam>(body)) check_decoded(*decoded, body);
    }
  }
}

TEST(Codec, AnyBytesGivePacketsOrARefusal) {
  constexpr std::uint64_t seed = 2;
  Random random(seed);
  for (int round = 0; round < 100'000; ++round) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << ", round " << round);
    std::vector<std::byte> bytes(random.below(200));
    // Small values make small sizes and known opcodes, so that some frames are nearly right.
    const std::uint32_t value_max = random.chance(1, 2) ? 256 : 12;
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.below(value_max));
    check_wire_input(bytes);
  }
}

TEST(Codec, FramesWithAFewWrongBytesGivePacketsOrARefusal) {
  constexpr std::uint64_t seed = 3;
  Random random(seed);
  Samples samples(seed);
  for (int round = 0; round < 10'000; ++round) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << ", round " << round);
    Buffer stream;
    append(stream, samples.make<Login>(Sample::arbitrary));
    append(stream, samples.make<CellNames>(Sample::arbitrary));
    append(stream, samples.make<ByteMove>(Sample::arbitrary));
    append(stream, samples.make<Goodbye>(Sample::arbitrary));
    std::vector<std::byte> bytes = exact_copy(stream.bytes());
    for (std::uint32_t wrong = random.below(4); wrong > 0; --wrong)
      bytes[random.below(static_cast<std::uint32_t>(bytes.size()))] = static_cast<std::byte>(random.next());
    check_wire_input(bytes);
  }
}

TEST(Codec, AListOfManyItemsThatAreNotThereIsRefused) {
  const std::byte body[] = {std::byte{1},    std::byte{0},    std::byte{2}, std::byte{0},
                            std::byte{0xff}, std::byte{0xff}, std::byte{0}};
  EXPECT_FALSE(decode<ByteMove>(body));
  EXPECT_FALSE(decode<CellNames>(body));
}

TEST(Codec, AReceivedListIsReadWithoutACopy) {
  const std::vector<ByteStep> steps = {{1, 2, 3}, {4, 5, 6}};
  Buffer out;
  append(out, ByteMove{.steps = steps});
  Bytes rest = out.bytes();
  const auto packet = decode<ByteMove>(next_frame(rest)->body);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->steps.size(), 2u);
  EXPECT_EQ(packet->steps.bytes().data() + packet->steps.bytes().size(), out.data() + out.size());
  std::vector<std::uint32_t> aliases;
  for (const ByteStep& step : packet->steps) aliases.push_back(step.alias);
  EXPECT_EQ(aliases, (std::vector<std::uint32_t>{1, 4}));
}

TEST(Codec, AsManyStepsAsOneFrameHoldsFitAndNotOneMore) {
  constexpr std::size_t count = items_per_frame<ByteMove>();
  static_assert(count == 16'381);
  std::vector<ByteStep> steps(count);
  EXPECT_LE(frame_size_of(ByteMove{.steps = steps}), frame_size_max);
  steps.emplace_back();
  EXPECT_GT(frame_size_of(ByteMove{.steps = steps}), frame_size_max);
}

/// Returns the pieces of the cell after all frames in the buffer.
std::vector<Id> entities_in(const Buffer& frames, std::size_t size_max, std::size_t& frame_count) {
  std::vector<Id> entities;
  Bytes rest = frames.bytes();
  while (const FrameResult frame = next_frame(rest, static_cast<std::uint32_t>(size_max))) {
    ++frame_count;
    const auto packet = decode<CellNames>(frame->body);
    EXPECT_EQ(packet->cell_x, 3);
    EXPECT_EQ(packet->cell_y, 4);
    for (const Named& one : packet->entities) entities.push_back(one.id);
  }
  EXPECT_TRUE(rest.empty());
  return entities;
}

TEST(Codec, AListTooLongForOneFrameIsSplitOverSeveral) {
  Samples samples(4);
  std::vector<Named> pieces;
  std::vector<Id> expected;
  for (int i = 0; i < 3'000; ++i) {
    pieces.push_back(samples.make<Named>(Sample::arbitrary));
    expected.push_back(pieces.back().id);
  }
  for (const std::size_t size_max : {std::size_t{1024}, frame_size_max}) {
    Buffer out;
    append_split(out, CellNames{.cell_x = 3, .cell_y = 4, .entities = pieces}, size_max);
    std::size_t frame_count = 0;
    EXPECT_EQ(entities_in(out, size_max, frame_count), expected);
    EXPECT_LT(frame_count, out.size() / (size_max - 300) + 2) << "frames are full";
  }
}

TEST(Codec, ASplitListFillsItsFramesToTheLastByte) {
  const std::vector<Alias> pieces(10);
  const std::size_t size_of_five = frame_size_of(CellLeave{}) + 5 * sizeof(CellAlias);
  Buffer out;
  append_split(out, CellLeave{.entities = pieces}, size_of_five);
  EXPECT_EQ(out.size(), 2 * size_of_five);
}

TEST(Codec, AListThatFitsIsOneFrameAndAnEmptyOneIsNone) {
  const std::vector<Alias> pieces(100);
  Buffer split;
  append_split(split, CellLeave{.cell_x = 1, .entities = pieces});
  append_split(split, CellLeave{.cell_x = 1});
  Buffer whole;
  append(whole, CellLeave{.cell_x = 1, .entities = pieces});
  EXPECT_EQ(as_text(split.bytes()), as_text(whole.bytes()));
}

TEST(CodecDeathTest, WhatTheFormatCannotHoldIsABug) {
  Buffer out;
  const std::string long_text(256, 'x');
  EXPECT_DEATH(append(out, Say{.text = long_text}), "the text of 256 bytes is too long");
  const std::vector<ByteStep> steps(items_per_frame<ByteMove>() + 1);
  EXPECT_DEATH(append(out, ByteMove{.steps = steps}), "the CellMove of 65538 bytes is too large");
  const std::vector<Named> pieces(1);
  EXPECT_DEATH(append_split(out, CellNames{.entities = pieces}, 20), "an item of the CellNames does not fit");
}

}  // namespace
}  // namespace madang::wire
