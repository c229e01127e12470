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
  output.personal[1].moved.emplace_back();
  EXPECT_FALSE(output.empty());
  output.clear();
  EXPECT_TRUE(output.empty());
  EXPECT_EQ(output.personal.size(), 2u) << "the workers stay";
  output.bytes.extend(1)[0] = std::byte{1};
  EXPECT_FALSE(output.empty());
  output.updates.emplace_back();
  output.positions.emplace_back();
  output.states.emplace_back();
  output.leaves.emplace_back();
  output.for_all = {0, 1};
  output.clear();
  EXPECT_TRUE(output.empty());
  EXPECT_TRUE(output.updates.empty() && output.positions.empty() && output.states.empty() &&
              output.leaves.empty());
  EXPECT_TRUE(output.bytes_of(output.for_all).empty());
}

TEST(TickOutput, ACellsStateIsFoundByItsIndex) {
  TickOutput output;
  for (std::uint32_t i = 0; i < 9; ++i) output.states.push_back({board::CellIndex{i * 3}, {i, i + 1}});
  for (std::uint32_t i = 0; i < 9; ++i) EXPECT_EQ(output.state_of(board::CellIndex{i * 3}).begin, i);
}

TEST(TickOutput, WordsComeBeforeTheStepsOfACell) {
  const TickOutput::CellUpdate both{board::CellIndex{1}, {10, 30}, 20};
  EXPECT_TRUE(both.has_steps());
  EXPECT_EQ(both.without_steps().begin, 10u);
  EXPECT_EQ(both.without_steps().end, 20u);
  const TickOutput::CellUpdate words{board::CellIndex{1}, {10, 30}, 30};
  EXPECT_FALSE(words.has_steps());
}

TEST(TickOutput, AnswersOfALaterTickComeLast) {
  TickOutput::Personal first;
  TickOutput::Personal later;
  EXPECT_TRUE(first.empty());
  first.moved.resize(1);
  first.moved[0].client_time = 1;
  later.moved.resize(1);
  later.moved[0].client_time = 2;
  later.entered.resize(1);
  later.enter_refused.resize(1);
  later.watch_changes.resize(1);
  first.append(later);
  ASSERT_EQ(first.moved.size(), 2u);
  EXPECT_EQ(first.moved[1].client_time, 2u);
  EXPECT_EQ(first.entered.size() + first.enter_refused.size() + first.watch_changes.size(), 3u);
  first.clear();
  EXPECT_TRUE(first.empty());
}

}  // namespace
}  // namespace madang::net
