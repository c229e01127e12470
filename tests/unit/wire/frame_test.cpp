#include "madang/wire/frame.h"

#include <gtest/gtest.h>

#include <vector>

#include "madang/base/buffer.h"
#include "madang/wire/session_packets.h"

namespace madang::wire {
namespace {

/// A frame's first bytes, whatever size they claim, and then `body_bytes` more.
std::vector<std::byte> frame_claiming(std::uint16_t size, std::size_t body_bytes) {
  std::vector<std::byte> bytes(frame_header_bytes + body_bytes, std::byte{7});
  store<std::uint16_t>(bytes.data(), size);
  return bytes;
}

CloseReason refusal_of(Bytes bytes, std::uint32_t size_max = frame_size_max) {
  const FrameResult frame = next_frame(bytes, size_max);
  return frame ? CloseReason::none : frame.error();
}

TEST(Frame, SeveralInOneReadComeOneAfterTheOther) {
  Buffer out;
  append(out, Ping{.client_time = 1});
  append(out, Logout{});
  append(out, Ping{.client_time = 2});
  Bytes rest = out.bytes();

  std::vector<std::uint16_t> opcodes;
  FrameResult frame = next_frame(rest);
  for (; frame; frame = next_frame(rest)) opcodes.push_back(frame->opcode);

  EXPECT_EQ(opcodes, (std::vector<std::uint16_t>{4, 5, 4}));
  EXPECT_EQ(frame.error(), CloseReason::none);
  EXPECT_TRUE(rest.empty());
}

TEST(Frame, OneOverTwoReadsWaitsForTheSecondWhereverItIsSplit) {
  Buffer out;
  append(out, Say{.text = "hello"});
  const Bytes whole = out.bytes();
  for (std::size_t split = 0; split < whole.size(); ++split) {
    Bytes rest = whole.first(split);
    const FrameResult part = next_frame(rest);
    ASSERT_FALSE(part) << "split at " << split;
    EXPECT_EQ(part.error(), CloseReason::none) << "split at " << split;
    EXPECT_EQ(rest.size(), split) << "an unfinished frame was taken from the rest";
  }
  Bytes rest = whole;
  EXPECT_EQ(as_text(next_frame(rest)->whole), as_text(whole));
}

TEST(Frame, AStreamFedByteByByteGivesTheSameFramesAsInOneRead) {
  Buffer stream;
  for (std::uint32_t i = 0; i < 20; ++i) append(stream, Ping{i});
  std::vector<std::byte> kept;
  std::uint32_t pings = 0;
  for (const std::byte byte : stream.bytes()) {
    kept.push_back(byte);
    Bytes rest = kept;
    while (const FrameResult frame = next_frame(rest))
      EXPECT_EQ(decode<Ping>(frame->body)->client_time, pings++);
    kept.erase(kept.begin(), kept.end() - static_cast<std::ptrdiff_t>(rest.size()));
  }
  EXPECT_EQ(pings, 20u);
  EXPECT_TRUE(kept.empty());
}

TEST(Frame, ASizeBelowItsOwnHeaderIsRefused) {
  for (const std::uint16_t size : {0, 1, 2, 3})
    EXPECT_EQ(refusal_of(frame_claiming(size, 100)), CloseReason::bad_frame_size) << "size " << size;
}

TEST(Frame, AHeaderAloneIsAFrameWithAnEmptyBody) {
  const std::vector<std::byte> bytes = frame_claiming(4, 0);
  Bytes rest = bytes;
  const FrameResult frame = next_frame(rest);
  ASSERT_TRUE(frame);
  EXPECT_TRUE(frame->body.empty());
  EXPECT_EQ(frame->opcode, 0x0707);
  EXPECT_EQ(frame->whole.size(), 4u);
}

TEST(Frame, TheLargestSizeIsAFrame) {
  const std::vector<std::byte> bytes = frame_claiming(65535, 65531);
  Bytes rest = bytes;
  const FrameResult frame = next_frame(rest);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->body.size(), 65531u);
  EXPECT_TRUE(rest.empty());
}

TEST(Frame, ASizeOverTheLimitIsRefusedBeforeItsBodyHasCome) {
  const std::vector<std::byte> bytes = frame_claiming(1025, 0);
  EXPECT_EQ(refusal_of(Bytes(bytes).first(2), 1024), CloseReason::bad_frame_size);
  EXPECT_EQ(refusal_of(frame_claiming(65535, 0), 1024), CloseReason::bad_frame_size);
  EXPECT_EQ(refusal_of(frame_claiming(1024, 1020), 1024), CloseReason::none);
  EXPECT_EQ(refusal_of(Bytes(bytes).first(1), 1024), CloseReason::none) << "half a size says nothing yet";
}

}  // namespace
}  // namespace madang::wire
