#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

#include "fuzz/all_packets.h"

namespace madang::wire {
namespace {

std::vector<std::byte> bytes_of(const Buffer& buffer) {
  return {buffer.bytes().begin(), buffer.bytes().end()};
}

std::vector<std::byte> bytes(std::initializer_list<int> values) {
  std::vector<std::byte> all;
  for (const int value : values) all.push_back(static_cast<std::byte>(value));
  return all;
}

TEST(Packets, AMoveIsNineBytesLittleEndian) {
  Buffer out;
  append(out, board::Move{.direction = board::Direction::left, .client_time = 0x01020304});
  EXPECT_EQ(bytes_of(out), bytes({9, 0, 32, 0, 2, 4, 3, 2, 1}));
}

TEST(Packets, ALogoutIsAHeaderAlone) {
  Buffer out;
  append(out, Logout{});
  EXPECT_EQ(bytes_of(out), bytes({4, 0, 5, 0}));
}

TEST(Packets, ALoginCarriesItsTextAndItsBlobBehindLengths) {
  const std::byte knight{4};
  Buffer out;
  append(out, Login{.schema = 0x0102030405060708, .name = "Kim", .world = "tea", .entry = Bytes(&knight, 1)});
  EXPECT_EQ(bytes_of(out),
            bytes({23, 0, 1, 0, 8, 7, 6, 5, 4, 3, 2, 1, 3, 'K', 'i', 'm', 3, 't', 'e', 'a', 1, 0, 4}));
}

TEST(Packets, ACellMoveSpendsFourBytesOnAMoverAndSixInALargeCell) {
  const std::vector<Step<std::uint8_t>> steps = {{.alias = 0x0a0b, .x = 1, .y = 2},
                                                 {.alias = 5, .x = 31, .y = 0}};
  Buffer out;
  append(out, CellMove<std::uint8_t>{.cell_x = 3, .cell_y = 0x104, .steps = steps});
  EXPECT_EQ(bytes_of(out), bytes({18, 0, 142, 0, 3, 0, 4, 1, 2, 0, 11, 10, 1, 2, 5, 0, 31, 0}));
  EXPECT_EQ(size_of(Step<std::uint16_t>{}), 6u);
}

TEST(Packets, AnIdIsItsUpperHalfAndThenItsLowerHalf) {
  Buffer out;
  append(out, Shouted{.entity = {1, 2}, .name = "a", .text = "b"});
  EXPECT_EQ(bytes_of(out),
            bytes({24, 0, 132, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 'a', 1, 'b'}));
}

TEST(Packets, AFrameFindsTheFunctionForItsPacket) {
  Buffer out;
  append(out, Say{.text = "hello"});
  Bytes rest = out.bytes();
  std::string_view heard;
  const auto visitor = Overloaded{[&](const Say& say) { heard = say.text; },
                                  [](const auto&) { ADD_FAILURE() << "the wrong function"; }};
  EXPECT_EQ(visit_packet(ClientPackets{}, *next_frame(rest), visitor), CloseReason::none);
  EXPECT_EQ(heard, "hello");
}

TEST(Packets, WhatAFunctionReturnsIsWhatTheVisitReturns) {
  Buffer out;
  append(out, Logout{});
  Bytes rest = out.bytes();
  const auto visitor = [](const auto&) { return CloseReason::client_left; };
  EXPECT_EQ(visit_packet(ClientPackets{}, *next_frame(rest), visitor), CloseReason::client_left);
}

TEST(Packets, AnOpcodeOfTheOtherSideIsUnknown) {
  Buffer out;
  append(out, Pong{});
  Bytes rest = out.bytes();
  EXPECT_EQ(visit_packet(ClientPackets{}, *next_frame(rest), [](const auto&) {}),
            CloseReason::unknown_opcode);
}

TEST(Packets, AValueOutsideOfItsEnumerationIsABadPacket) {
  EXPECT_EQ(decode<board::Move>(bytes({4, 0, 0, 0, 0})), std::unexpected(CloseReason::bad_packet));
  EXPECT_TRUE(decode<board::Move>(bytes({3, 0, 0, 0, 0})).has_value());
}

}  // namespace
}  // namespace madang::wire
