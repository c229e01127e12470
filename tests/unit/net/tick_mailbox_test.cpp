#include "madang/net/tick_mailbox.h"

#include <gtest/gtest.h>

#include <deque>

namespace madang::net {
namespace {

constexpr std::uint8_t worker = 1;

class TickMailboxTest : public testing::Test {
 protected:
  bool put(std::uint32_t number, bool has_shouts = false) {
    TickOutput& tick = ticks_.emplace_back();
    tick.personal.resize(2);
    tick.personal[worker].answer({}, as_bytes(std::string_view(reinterpret_cast<const char*>(&number), 4)));
    if (has_shouts) tick.add(WorldId::from(0, 1)).told_to_all.push_back({0, 10});
    tick.hold(1, 5s);
    return mailbox_.put(tick);
  }
  std::vector<std::uint32_t> merged_answers() const {
    std::vector<std::uint32_t> numbers;
    for (const auto& answer : merged_.answers)
      numbers.push_back(load<std::uint32_t>(merged_.bytes_of(answer.part).data()));
    return numbers;
  }

  std::deque<TickOutput> ticks_;
  TickMailbox mailbox_{3, worker};
  std::vector<TickOutput*> whole_;
  TickOutput::Personal merged_;
};

TEST_F(TickMailboxTest, GivesTicksWholeAndInOrderWhileTheyFit) {
  for (std::uint32_t i = 0; i < 3; ++i) EXPECT_TRUE(put(i));
  EXPECT_FALSE(mailbox_.dequeue(whole_, merged_));
  EXPECT_EQ(whole_, (std::vector<TickOutput*>{&ticks_[0], &ticks_[1], &ticks_[2]}));
  EXPECT_TRUE(merged_.empty());
  for (const TickOutput& tick : ticks_) EXPECT_FALSE(tick.is_free());
}

TEST_F(TickMailboxTest, MergesAllThatWaitWhenItOverflowsAndHoldsNoneOfThem) {
  for (std::uint32_t i = 0; i < 3; ++i) EXPECT_TRUE(put(i));
  for (std::uint32_t i = 3; i < 10; ++i) EXPECT_FALSE(put(i)) << "behind merged ticks none may be whole";
  for (const TickOutput& tick : ticks_) {
    EXPECT_TRUE(tick.is_free());
    EXPECT_EQ(tick.released_at(), 5s) << "a late worker does not count";
  }
  EXPECT_TRUE(mailbox_.dequeue(whole_, merged_));
  EXPECT_TRUE(whole_.empty());
  EXPECT_EQ(merged_answers(), (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST_F(TickMailboxTest, CountsTheMergedTicksThatHadShouts) {
  for (std::uint32_t i = 0; i < 5; ++i) static_cast<void>(put(i, i == 1 || i == 4));
  EXPECT_TRUE(mailbox_.dequeue(whole_, merged_));
  EXPECT_EQ(merged_.lost_shout_ticks, 2u);
  EXPECT_FALSE(mailbox_.dequeue(whole_, merged_));
  EXPECT_EQ(merged_.lost_shout_ticks, 0u);
}

TEST_F(TickMailboxTest, IsAsNewAfterMergedTicksWereDequeued) {
  for (std::uint32_t i = 0; i < 5; ++i) static_cast<void>(put(i));
  EXPECT_TRUE(mailbox_.dequeue(whole_, merged_));
  EXPECT_TRUE(put(5));
  EXPECT_FALSE(mailbox_.dequeue(whole_, merged_));
  EXPECT_EQ(whole_.size(), 1u);
  EXPECT_TRUE(merged_.empty());
}

}  // namespace
}  // namespace madang::net
