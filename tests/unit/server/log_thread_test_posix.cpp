// A LogThread with readers that do not read, or read slowly. Each test runs a child process. An alarm ends a
// child that waits for such a reader.
#include <fcntl.h>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <string>

#include "madang/base/check.h"
#include "madang/base/log.h"
#include "madang/server/log_thread.h"
#include "unit/died_saying.h"

namespace madang::server {
namespace {

constexpr unsigned patience_s = 120;

/// Replaces a standard stream by a small pipe. Returns the reader's end.
int pipe_at(int stream) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0 || ::fcntl(ends[1], F_SETPIPE_SZ, 4096) < 0 || ::dup2(ends[1], stream) < 0)
    std::_Exit(2);
  ::close(ends[1]);
  ::alarm(patience_s);
  return ends[0];
}
/// Replaces a standard stream by a full pipe without a reader.
void full_pipe_at(int stream) {
  pipe_at(stream);
  const int flags = ::fcntl(stream, F_GETFL);
  ::fcntl(stream, F_SETFL, flags | O_NONBLOCK);
  while (::write(stream, "....", 4) > 0) {
  }
  ::fcntl(stream, F_SETFL, flags);
}

/// A reader that reads one line in each call.
class LineReader {
 public:
  explicit LineReader(int descriptor) : descriptor_(descriptor) {}
  std::string next() {
    std::string line;
    for (char c = 0; ::read(descriptor_, &c, 1) == 1 && c != '\n';) line += c;
    return line;
  }

 private:
  int descriptor_;
};

/// Returns the number of missing lines in this line, or none if it is another line.
std::optional<int> missing_of(const std::string& line) {
  if (!line.starts_with("log: ")) return std::nullopt;
  int count = 0;
  std::from_chars(line.data() + 5, line.data() + line.size(), count);
  return count;
}

/// Logs more lines than fit at once, twice, and reads them one by one. Returns true if each line is read or
/// counted at its place, and if `dropped` is equal to the counted lines.
bool slow_reader_gets_or_counts_all() {
  LineReader reader(pipe_at(STDERR_FILENO));
  const auto log_thread = LogThread::start(8'192).value();
  constexpr int at_once = 2'000;
  int logged = 0;
  int read = 0;  // lines that were read or counted
  int told = 0;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < at_once; ++i) log_info("line {}", ++logged);
    int told_now = 0;
    while (read < logged) {
      const std::string line = reader.next();
      if (const auto missing = missing_of(line)) {
        read += *missing;
        told_now += *missing;
      } else if (!line.ends_with(fmt::format(": line {}", ++read))) {
        return false;
      }
    }
    if (told_now == 0) return false;
    told += told_now;
  }
  return read == logged && log_lines_dropped() == static_cast<std::uint64_t>(told);
}

TEST(LogThreadPosixDeathTest, ALineIsReadOrCountedWhereItIsMissingHoweverSlowTheReaderIs) {
  EXPECT_EXIT(std::_Exit(slow_reader_gets_or_counts_all() ? 0 : 1), testing::ExitedWithCode(0), "");
}

TEST(LogThreadPosixDeathTest, ItsEndDoesNotWaitForAReaderThatStopsAndLaterLinesAreCounted) {
  EXPECT_EXIT(
      {
        full_pipe_at(STDERR_FILENO);
        auto log_thread = LogThread::start(1 << 20).value();
        log_info("stuck");
        log_thread.reset();
        const std::uint64_t before = log_lines_dropped();
        for (int i = 0; i < 3; ++i) log_info("nobody reads this");
        std::_Exit(log_lines_dropped() == before + 3 ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST(LogThreadPosixDeathTest, AFailedCheckEndsTheProgramAlthoughTheReaderHasStopped) {
  EXPECT_EXIT(
      {
        full_pipe_at(STDERR_FILENO);
        const auto log_thread = LogThread::start(1 << 20).value();
        log_info("stuck");
        MADANG_CHECK(false, "nobody reads this");
      },
      testing::KilledBySignal(SIGABRT), "");
}

TEST(LogThreadPosixDeathTest, AFullStandardOutputDoesNotStopTheLog) {
  EXPECT_EXIT(
      {
        full_pipe_at(STDOUT_FILENO);
        auto log_thread = LogThread::start(1 << 20).value();
        log_info("before the banner");
        print_line("the banner");
        log_info("behind the banner");
        log_thread.reset();
        std::_Exit(log_lines_dropped() == 0 ? 0 : 1);
      },
      testing::ExitedWithCode(0), DiedSaying({" info: before the banner\n", " info: behind the banner\n"}));
}

TEST(LogThreadPosixDeathTest, WithoutALogThreadALineThatCannotBeWrittenIsCounted) {
  EXPECT_EXIT(
      {
        ::close(STDERR_FILENO);
        log_info("lost");
        std::_Exit(log_lines_dropped() == 1 ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace madang::server
