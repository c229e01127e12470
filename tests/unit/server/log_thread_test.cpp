// What happens to lines of the log during and after the life of a LogThread. Each test runs a child process,
// because a process has only one log.
#include "madang/server/log_thread.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "madang/base/check.h"
#include "madang/base/log.h"
#include "unit/died_saying.h"

namespace madang::server {
namespace {

constexpr int many_lines = 5'000;  // the log's thread needs some time for them
constexpr std::uint32_t queue_for_all = 16 << 20;

std::unique_ptr<LogThread> log_thread_with_lines() {
  auto log_thread = LogThread::start(queue_for_all).value();
  for (int i = 1; i <= many_lines; ++i) log_info("line {}", i);
  return log_thread;
}

TEST(LogThreadDeathTest, AFailedCheckIsWrittenAfterAllLinesThatWait) {
  EXPECT_DEATH(
      {
        const auto log_thread = log_thread_with_lines();
        MADANG_CHECK(1 > 2, "as {} said", "nobody");
      },
      DiedSaying({" info: line 1\n", fmt::format(" info: line {}\n", many_lines),
                  ": CHECK failed: 1 > 2: as nobody said\n"}));
}

TEST(LogThreadDeathTest, ItsEndWritesTheLinesThatWaitAndLaterLinesAreWrittenAtOnce) {
  EXPECT_EXIT(
      {
        log_thread_with_lines().reset();
        log_info("behind it");
        std::_Exit(log_lines_dropped() == 0 ? 0 : 1);
      },
      testing::ExitedWithCode(0),
      DiedSaying({" info: line 1\n", fmt::format(" info: line {}\n", many_lines), " info: behind it\n"}));
}

TEST(LogThreadDeathTest, AnotherOneMayFollow) {
  EXPECT_EXIT(
      {
        for (const char* which : {"first", "second"}) {
          const auto log_thread = LogThread::start(queue_for_all).value();
          log_info("{}", which);
        }
        std::_Exit(0);
      },
      testing::ExitedWithCode(0), DiedSaying({" info: first\n", " info: second\n"}));
}

TEST(LogThreadDeathTest, ThereIsAtMostOneAtATime) {
  EXPECT_DEATH(
      {
        const auto first = LogThread::start(queue_for_all).value();
        const auto second = LogThread::start(queue_for_all).value();
      },
      DiedSaying({"there is a LogThread already"}));
}

}  // namespace
}  // namespace madang::server
