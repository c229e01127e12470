// Which bot answers which player, when, and with which words.
#include "board/client/answers.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace madang::board {
namespace {

constexpr Time talk_start = Time{} + 1000s;
constexpr wire::Id stranger_of(std::uint64_t number) { return {7, number}; }
constexpr wire::Id a_stranger = stranger_of(0);

/// Returns all answers that are due at this time.
std::vector<Answer> answers_due_at(Answers& answers, Time now) {
  std::vector<Answer> due;
  while (const auto answer = answers.dequeue_due(now)) due.push_back(*answer);
  return due;
}

TEST(Answers, ComeFromTheNearestBotAfterOneToTwoSeconds) {
  Answers answers(1);
  EXPECT_EQ(answers.next_due(), Time::max());
  answers.hear({4, a_stranger, 7, "hello!"}, talk_start);
  answers.hear({5, a_stranger, 3, "hello!"}, talk_start);
  answers.hear({6, a_stranger, 5, "hello!"}, talk_start);
  EXPECT_GE(answers.next_due(), talk_start + 1s);
  EXPECT_LE(answers.next_due(), talk_start + 2s);
  EXPECT_TRUE(answers_due_at(answers, answers.next_due() - 1ms).empty());
  const std::vector<Answer> due = answers_due_at(answers, answers.next_due());
  ASSERT_EQ(due.size(), 1u) << "one bot answers";
  EXPECT_EQ(due[0].bot, 5u);
  EXPECT_FALSE(due[0].text.empty());
  EXPECT_EQ(answers.next_due(), Time::max());
}

TEST(Answers, AreNotForTheBotsOfTheSwarm) {
  Answers answers(1);
  answers.add_bot({7, 50});
  answers.hear({4, {7, 50}, 2, "nice weather on this board"}, talk_start);
  EXPECT_TRUE(answers_due_at(answers, talk_start + 5s).empty());
}

TEST(Answers, AreNeverAnsweredThemselvesSoThatTwoSwarmsDoNotTalkForever) {
  Answers one(1);
  Answers two(2);
  for (const char* words : {"hello", "안녕"}) {
    for (std::uint64_t i = 0; i < 40; ++i) {
      const Time now = talk_start + i * 10s;
      one.hear({0, a_stranger, 2, words}, now);
      for (const Answer& answer : answers_due_at(one, now + 2s))
        two.hear({0, stranger_of(1), 2, answer.text}, now + 2s);
      EXPECT_TRUE(answers_due_at(two, now + 9s).empty());
    }
  }
}

TEST(Answers, RestAfterAnAnswerAndThenComeAgain) {
  Answers answers(1);
  answers.hear({4, a_stranger, 2, "hello"}, talk_start);
  const Time answered = answers.next_due();
  ASSERT_EQ(answers_due_at(answers, answered).size(), 1u);
  answers.hear({4, a_stranger, 2, "and you?"}, answered + Answers::rest - 1ms);
  EXPECT_EQ(answers.next_due(), Time::max());
  answers.hear({4, a_stranger, 2, "and you?"}, answered + Answers::rest);
  EXPECT_NE(answers.next_due(), Time::max());
}

TEST(Answers, ToAPlayerThatTalksWithoutAPauseAreBounded) {
  Answers answers(1);
  std::size_t count = 0;
  for (Time now = talk_start; now < talk_start + 60s; now += 100ms) {
    answers.hear({4, a_stranger, 2, "hello"}, now);
    count += answers_due_at(answers, now).size();
  }
  EXPECT_GE(count, 10u);
  EXPECT_LE(count, 20u);
}

TEST(Answers, AreBoundedForACrowdOfSpeakers) {
  Answers answers(1);
  for (std::uint64_t i = 0; i < 1000; ++i) answers.hear({4, stranger_of(i), 2, "hello"}, talk_start);
  EXPECT_EQ(answers_due_at(answers, talk_start + 2s).size(), Answers::talks_max);
  answers.hear({4, stranger_of(999), 2, "hello"}, talk_start + 10s);
  EXPECT_EQ(answers_due_at(answers, talk_start + 12s).size(), 1u)
      << "speakers with an answer make way for others";
}

TEST(Answers, AreKoreanToKoreanWords) {
  Answers answers(1);
  for (std::uint64_t i = 0; i < 20; ++i) {
    const bool korean = i % 2 == 0;
    const Time now = talk_start + i * 10s;
    answers.hear({4, a_stranger, 2, korean ? "안녕하세요" : "hello, Grace"}, now);
    const std::vector<Answer> due = answers_due_at(answers, now + 2s);
    ASSERT_EQ(due.size(), 1u);
    EXPECT_EQ(static_cast<unsigned char>(due[0].text[0]) >= 0x80, korean) << due[0].text;
  }
}

TEST(Answers, FollowFromTheSeed) {
  const auto history = [](std::uint64_t seed) {
    Answers answers(seed);
    std::string all;
    for (std::uint64_t i = 0; i < 20; ++i) {
      const Time now = talk_start + i * 10s;
      answers.hear({4, a_stranger, 2, "hello"}, now);
      all += std::to_string((answers.next_due() - now).count());
      for (const Answer& answer : answers_due_at(answers, now + 2s)) all += answer.text;
    }
    return all;
  };
  EXPECT_EQ(history(1), history(1));
  EXPECT_NE(history(1), history(2));
}

}  // namespace
}  // namespace madang::board
