#include "madang/wire/packets.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

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
  append(out, Move{.direction = Direction::left, .client_time = 0x01020304});
  EXPECT_EQ(bytes_of(out), bytes({9, 0, 2, 0, 2, 4, 3, 2, 1}));
}

TEST(Packets, ALogoutIsAHeaderAlone) {
  Buffer out;
  append(out, Logout{});
  EXPECT_EQ(bytes_of(out), bytes({4, 0, 6, 0}));
}

TEST(Packets, ALoginCarriesItsTextBehindALength) {
  Buffer out;
  append(out, Login{.schema = 0x0102030405060708, .name = "Kim", .looks = Looks::knight});
  EXPECT_EQ(bytes_of(out), bytes({17, 0, 1, 0, 8, 7, 6, 5, 4, 3, 2, 1, 3, 'K', 'i', 'm', 4}));
}

TEST(Packets, ACellMoveSpendsSixBytesOnAMover) {
  const std::vector<Step> steps = {{.alias = 0x0a0b0c0d, .x = 1, .y = 2}, {.alias = 5, .x = 31, .y = 0}};
  Buffer out;
  append(out, CellMove{.cell_x = 3, .cell_y = 0x104, .steps = steps});
  EXPECT_EQ(bytes_of(out), bytes({22, 0, 135, 0, 3, 0, 4, 1, 2, 0, 13, 12, 11, 10, 1, 2, 5, 0, 0, 0, 31, 0}));
}

TEST(Packets, ACellEnterTellsAllOfAPiece) {
  const std::vector<Piece> pieces = {
      {.entity = 9, .alias = 7, .x = 1, .y = 2, .looks = Looks::pawn, .name = "마당"}};
  Buffer out;
  append(out, CellEnter{.cell_x = 1, .cell_y = 2, .pieces = pieces});
  EXPECT_EQ(bytes_of(out), bytes({32, 0, 134, 0, 1, 0, 2, 0, 1, 0, 9,    0,    0,    0,    0,    0,
                                  0,  0, 7,   0, 0, 0, 1, 2, 5, 6, 0xeb, 0xa7, 0x88, 0xeb, 0x8b, 0xb9}));
}

TEST(Packets, AFrameFindsTheFunctionForItsPacket) {
  Buffer out;
  append(out, Say{.text = "hello"});
  Bytes rest = out.bytes();
  std::string_view heard;
  const auto visitor = Overloaded{[&](const Say& say) { heard = say.text; },
                                  [](const auto&) { ADD_FAILURE() << "the wrong function"; }};
  EXPECT_EQ(visit_client_packet(*next_frame(rest), visitor), CloseReason::none);
  EXPECT_EQ(heard, "hello");
}

TEST(Packets, WhatAFunctionReturnsIsWhatTheVisitReturns) {
  Buffer out;
  append(out, Logout{});
  Bytes rest = out.bytes();
  const auto visitor = [](const auto&) { return CloseReason::client_left; };
  EXPECT_EQ(visit_client_packet(*next_frame(rest), visitor), CloseReason::client_left);
}

TEST(Packets, AnOpcodeOfTheOtherSideIsUnknown) {
  Buffer out;
  append(out, Pong{});
  Bytes rest = out.bytes();
  EXPECT_EQ(visit_client_packet(*next_frame(rest), [](const auto&) {}), CloseReason::unknown_opcode);
}

TEST(Packets, AValueOutsideOfItsEnumerationIsABadPacket) {
  EXPECT_EQ(decode<Move>(bytes({4, 0, 0, 0, 0})), std::unexpected(CloseReason::bad_packet));
  EXPECT_TRUE(decode<Move>(bytes({3, 0, 0, 0, 0})).has_value());
}

}  // namespace
}  // namespace madang::wire
