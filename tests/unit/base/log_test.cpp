// A process has one log, so each test runs in a child process of its own.
#include "madang/base/log.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "madang/base/check.h"
#include "unit/died_saying.h"

namespace madang {
namespace {

[[noreturn]] void end_of_child(bool all_right) { std::_Exit(all_right ? 0 : 1); }

[[noreturn]] void log_at_all_levels() {
  set_log_level(LogLevel::warning);
  log_info("too low");
  log_warning("as high");
  log_error("higher");
  set_log_level(LogLevel::off);
  log_error("nothing passes");
  log_fatal("but the reason of the end");
  end_of_child(true);
}

TEST(LogDeathTest, ALevelLetsPassWhatIsAsHighAndEveryLevelTheReasonOfTheEnd) {
  EXPECT_EXIT(log_at_all_levels(), testing::ExitedWithCode(0),
              DiedSaying({" warning: as high\n", " error: higher\n", " error: but the reason of the end\n"},
                         {"too low", "nothing passes"}));
}

[[noreturn]] void remember_lines() {
  const std::uint64_t before = log_lines_after(0).empty() ? 0 : log_lines_after(0).back().number;
  for (std::size_t i = 1; i <= log_lines_kept + 5; ++i) log_info("{}", i);
  const std::vector<LogLine> kept = log_lines_after(0);
  const std::vector<LogLine> newest = log_lines_after(kept.back().number - 2);
  end_of_child(kept.size() == log_lines_kept && kept.front().text == "6" &&
               kept.back().number == before + log_lines_kept + 5 && kept.back().level == LogLevel::info &&
               newest.size() == 2 && newest.back().text == std::to_string(log_lines_kept + 5) &&
               log_lines_after(kept.back().number).empty());
}

TEST(LogDeathTest, TheLastLinesAreRememberedAndNumbered) {
  EXPECT_EXIT(remember_lines(), testing::ExitedWithCode(0), DiedSaying({" info: 1\n", " info: 205\n"}));
}

TEST(LogDeathTest, WithoutALogThreadLastWordsAndLinesKeepTheirOrder) {
  EXPECT_DEATH(
      {
        log_info("before");
        MADANG_CHECK(1 > 2, "as {} said", "nobody");
      },
      DiedSaying({" info: before\n", "log_test.cpp:", ": CHECK failed: 1 > 2: as nobody said\n"}));
}

TEST(LogLimit, AllowsOneLineASecondAndCountsTheSkippedLines) {
  LogLimit limit;
  EXPECT_TRUE(limit.allows(100s));
  EXPECT_EQ(limit.pop_skipped(), 0);
  EXPECT_FALSE(limit.allows(100s));
  EXPECT_FALSE(limit.allows(101s - 1ns));
  EXPECT_TRUE(limit.allows(101s));
  EXPECT_EQ(limit.pop_skipped(), 2);
  EXPECT_EQ(limit.pop_skipped(), 0);
  EXPECT_TRUE(limit.allows(110s));
  EXPECT_FALSE(limit.allows(110s + 999ms)) << "a long pause allows no more than one line";
}

}  // namespace
}  // namespace madang
