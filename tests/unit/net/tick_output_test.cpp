#include "madang/net/tick_output.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace madang::net {
namespace {

TEST(TickOutput, IsFreeWhenItsLastReaderIsDoneAndKeepsTheLatestTime) {
  TickOutput output;
  EXPECT_TRUE(output.is_free());
  output.hold(2, Time(10s));
  EXPECT_FALSE(output.is_free());
  output.release(Time(15s));
  EXPECT_FALSE(output.is_free()) << "one still reads";
  output.release(Time(12s));
  EXPECT_TRUE(output.is_free());
  EXPECT_EQ(output.released_at(), Time(15s)) << "the reader that was done last by the clock counts";
}

TEST(TickOutput, NoReaderIsDoneBeforeTheTickWasDue) {
  TickOutput output;
  output.hold(1, Time(10s));
  output.release(Time(9s));
  EXPECT_EQ(output.released_at(), Time(10s));
  output.hold(1, Time(5s));
  output.release(Time(6s));
  EXPECT_EQ(output.released_at(), Time(6s)) << "the times of another use do not stay";
}

TEST(TickOutput, ReadersOfTwoThreadsLoseNoTime) {
  TickOutput output;
  for (int round = 0; round < 500; ++round) {
    output.hold(2, Time(1s));
    std::thread one([&] { output.release(Time(2s)); });
    output.release(Time(3s));
    while (!output.is_free()) std::this_thread::yield();
    EXPECT_EQ(output.released_at(), Time(3s));
    one.join();
  }
}

TEST(TickOutput, IsEmptyOnlyWithoutBytesAndAnswers) {
  TickOutput output;
  output.personal.resize(2);
  EXPECT_TRUE(output.empty());
  output.personal[1].answers.emplace_back();
  EXPECT_FALSE(output.empty());
  output.clear();
  EXPECT_TRUE(output.empty());
  EXPECT_EQ(output.personal.size(), 2u) << "the workers stay";
  output.add(WorldId::from(0, 1)).bytes.extend(1)[0] = std::byte{1};
  EXPECT_FALSE(output.empty());
  output.clear();
  EXPECT_TRUE(output.empty());
}

TEST(TickOutput, ACellsStateIsFoundByItsIndex) {
  world::WorldOutput output;
  for (std::uint32_t i = 0; i < 9; ++i) output.states.push_back({world::CellIndex{i * 3}, {i, i + 1}});
  for (std::uint32_t i = 0; i < 9; ++i) EXPECT_EQ(output.state_of(world::CellIndex{i * 3}).begin, i);
}

TEST(TickOutput, WhatIsPersonalInALaterTickComesLastWithItsBytes) {
  const SessionId session{7};
  TickOutput::Personal first;
  TickOutput::Personal later;
  EXPECT_TRUE(first.empty());
  first.answer(session, as_bytes("one"));
  later.answer(session, as_bytes("two"));
  later.answer(session, as_bytes("three"));
  later.entered.resize(1);
  later.closed.resize(1);
  later.refused.resize(1);
  later.departed.resize(1);
  later.crossings.resize(1);
  later.watch_changes.resize(1);
  first.append(later);
  later.clear();  // nothing of it is needed any more
  ASSERT_EQ(first.answers.size(), 3u);
  EXPECT_EQ(as_text(first.bytes_of(first.answers[0].part)), "one");
  EXPECT_EQ(as_text(first.bytes_of(first.answers[1].part)), "two");
  EXPECT_EQ(as_text(first.bytes_of(first.answers[2].part)), "three");
  EXPECT_EQ(first.answers[2].session, session);
  EXPECT_EQ(first.entered.size() + first.closed.size() + first.refused.size() + first.departed.size() +
                first.crossings.size() + first.watch_changes.size(),
            6u);
  first.clear();
  EXPECT_TRUE(first.empty());
}

TEST(TickOutput, NothingPersonalOfATickStaysInTheNext) {
  TickOutput output;
  output.personal.resize(1);
  TickOutput::Personal& personal = output.personal[0];
  personal.entered.resize(1);
  personal.unsettled.resize(1);
  personal.lost_shout_ticks = 1;
  personal.answer(SessionId{7}, as_bytes("one"));
  output.clear();
  EXPECT_TRUE(personal.empty());
  EXPECT_TRUE(personal.unsettled.empty());
  EXPECT_TRUE(personal.bytes.empty());
  EXPECT_EQ(personal.lost_shout_ticks, 0u);
}

TEST(TickOutput, EachListAloneMakesItNotEmpty) {
  const auto is_empty_with = [](auto change) {
    TickOutput::Personal personal;
    change(personal);
    return personal.empty();
  };
  EXPECT_FALSE(is_empty_with([](auto& p) { p.entered.resize(1); }));
  EXPECT_FALSE(is_empty_with([](auto& p) { p.closed.resize(1); }));
  EXPECT_FALSE(is_empty_with([](auto& p) { p.refused.resize(1); }));
  EXPECT_FALSE(is_empty_with([](auto& p) { p.departed.resize(1); }));
  EXPECT_FALSE(is_empty_with([](auto& p) { p.crossings.resize(1); }));
  EXPECT_FALSE(is_empty_with([](auto& p) { p.answers.resize(1); }));
  EXPECT_FALSE(is_empty_with([](auto& p) { p.watch_changes.resize(1); }));
}

}  // namespace
}  // namespace madang::net
