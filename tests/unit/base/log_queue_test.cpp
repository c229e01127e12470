#include "madang/base/log_queue.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <sstream>
#include <thread>
#include <vector>

namespace madang {
namespace {

/// The reader of the lines: a pipe or a disk that may be full.
class Reader {
 public:
  bool write(StandardStream stream, std::string_view text) {
    std::unique_lock lock(mutex_);
    ++writes_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !full_; });
    if (broken_) return false;
    (stream == StandardStream::error ? errors_ : output_) += text;
    longest_ = std::max(longest_, text.size());
    return true;
  }
  void set_full(bool full) {
    const std::lock_guard lock(mutex_);
    full_ = full;
    changed_.notify_all();
  }
  void set_broken(bool broken) {
    const std::lock_guard lock(mutex_);
    broken_ = broken;
  }
  void wait_for_write() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return writes_ > 0; });
  }
  std::string errors() {
    const std::lock_guard lock(mutex_);
    return errors_;
  }
  std::string output() {
    const std::lock_guard lock(mutex_);
    return output_;
  }
  std::size_t longest() {
    const std::lock_guard lock(mutex_);
    return longest_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool full_ = false;
  bool broken_ = false;
  int writes_ = 0;
  std::size_t longest_ = 0;
  std::string errors_;
  std::string output_;
};

TEST(LogQueue, NoLineComesBetweenADroppedLineAndItsReport) {
  const std::string large(3'000, '.');  // two of them are two writes
  LogQueue queue;
  std::string written;
  int writes = 0;
  queue.begin(2 * large.size() + 200);
  queue.push(StandardStream::error, large + "A\n");
  queue.push(StandardStream::error, large + "B\n");
  std::thread writer([&] {
    queue.run([&](StandardStream, std::string_view text) {
      written += text;
      if (++writes == 1) queue.push(StandardStream::error, large + "C\n");  // there is no space
      if (writes == 2) queue.push(StandardStream::error, large + "D\n");    // A has made space
      return true;
    });
  });
  EXPECT_TRUE(queue.end(1min));
  writer.join();
  std::erase(written, '.');
  EXPECT_EQ(written, "A\nB\nlog: 2 lines are missing here: the reader was too slow, or the disk was full\n");
}

class LogQueueTest : public testing::Test {
 protected:
  ~LogQueueTest() override {
    reader_.set_full(false);
    if (!writer_.joinable()) return;
    queue_.end(1min);
    writer_.join();
  }
  void start(std::size_t bytes_max = 100'000) {
    queue_.begin(bytes_max);
    writer_ = std::thread([this] {
      queue_.run(
          [this](StandardStream stream, std::string_view text) { return reader_.write(stream, text); });
    });
  }
  void push(const std::string& line) { queue_.push(StandardStream::error, line + '\n'); }
  /// Waits for the line that says how many lines are missing.
  void wait_for_report(int count) {
    const Time deadline = steady_now() + 1min;
    while (!reader_.errors().ends_with(missing(count)) && steady_now() < deadline) std::this_thread::yield();
    EXPECT_TRUE(reader_.errors().ends_with(missing(count)));
  }
  static std::string missing(int count) {
    return fmt::format("log: {} lines are missing here: the reader was too slow, or the disk was full\n",
                       count);
  }

  Reader reader_;
  LogQueue queue_;
  std::thread writer_;
};

TEST_F(LogQueueTest, LinesAreWrittenInTheOrderInWhichTheyCame) {
  start();
  std::string all;
  for (int i = 0; i < 500; ++i) {
    push(fmt::format("line {}", i));
    all += fmt::format("line {}\n", i);
  }
  EXPECT_TRUE(queue_.wait_until_written(1min));
  EXPECT_EQ(reader_.errors(), all);
  EXPECT_LE(reader_.longest(), LogQueue::chunk_bytes_max);
  EXPECT_EQ(queue_.dropped(), 0);
}

TEST_F(LogQueueTest, ALineLongerThanAPieceIsWrittenWhole) {
  start();
  const std::string long_line(3 * LogQueue::chunk_bytes_max, 'x');
  push(long_line);
  EXPECT_TRUE(queue_.wait_until_written(1min));
  EXPECT_EQ(reader_.errors(), long_line + '\n');
}

TEST_F(LogQueueTest, WhatDoesNotFitIsDroppedAndCountedAndToldInOneLineBehindWhatFitted) {
  reader_.set_full(true);
  start(1'000);
  push("being written");
  reader_.wait_for_write();
  for (int i = 0; i < 100; ++i) push("0123456789");  // each line costs 11 bytes and the overhead
  const auto dropped = static_cast<int>(queue_.dropped());
  EXPECT_GT(dropped, 50);
  EXPECT_LT(dropped, 95);
  reader_.set_full(false);
  EXPECT_TRUE(queue_.wait_until_written(1min));
  push("again");
  EXPECT_TRUE(queue_.wait_until_written(1min));
  std::string expected = "being written\n";
  for (int i = 0; i < 100 - dropped; ++i) expected += "0123456789\n";
  EXPECT_EQ(reader_.errors(), expected + missing(dropped) + "again\n");
  EXPECT_EQ(queue_.dropped(), static_cast<std::uint64_t>(dropped))
      << "the line about the missing lines does not count as missing";
}

TEST_F(LogQueueTest, WhatIsBeingWrittenCountsAsWaitingUntilItIsWritten) {
  reader_.set_full(true);
  start(1'000);
  push(std::string(900, 'x'));
  reader_.wait_for_write();
  push(std::string(900, 'y'));
  EXPECT_EQ(queue_.dropped(), 1);
  reader_.set_full(false);
  wait_for_report(1);
  push(std::string(900, 'z'));
  EXPECT_TRUE(queue_.wait_until_written(1min));
  EXPECT_EQ(queue_.dropped(), 1) << "there is spare capacity again";
}

TEST_F(LogQueueTest, DroppedLinesAreToldThoughNoOtherLineComes) {
  reader_.set_full(true);
  start(1'000);
  push(std::string(900, 'x'));
  reader_.wait_for_write();
  push(std::string(900, 'y'));
  reader_.set_full(false);
  wait_for_report(1);
}

TEST_F(LogQueueTest, LinesThatAWriteLostAreCountedAndToldOnceWhenTheDiskHasRoomAgain) {
  reader_.set_broken(true);
  start();
  for (int i = 0; i < 3; ++i) {
    push("lost");
    EXPECT_TRUE(queue_.wait_until_written(1min));
  }
  EXPECT_EQ(queue_.dropped(), 3);
  reader_.set_broken(false);
  push("first");
  push("second");
  EXPECT_TRUE(queue_.wait_until_written(1min));
  EXPECT_EQ(reader_.errors(), missing(3) + "first\nsecond\n");
  EXPECT_EQ(queue_.dropped(), 3);
}

TEST_F(LogQueueTest, ALostLineNoLongerTakesUpTheQueue) {
  reader_.set_broken(true);
  start(1'000);
  for (int i = 0; i < 3; ++i) {
    push(std::string(900, 'x'));
    EXPECT_TRUE(queue_.wait_until_written(1min));
  }
  reader_.set_broken(false);
  push(std::string(900, 'y'));
  EXPECT_TRUE(queue_.wait_until_written(1min));
  EXPECT_EQ(queue_.dropped(), 3);
  EXPECT_EQ(reader_.errors(), missing(3) + std::string(900, 'y') + '\n');
}

TEST_F(LogQueueTest, TheTwoStreamsAreKeptApartAndALostBannerIsNoLostLine) {
  start();
  queue_.push(StandardStream::output, "banner\n");
  push("line");
  EXPECT_TRUE(queue_.wait_until_written(1min));
  reader_.set_broken(true);
  queue_.push(StandardStream::output, "lost\n");
  EXPECT_TRUE(queue_.wait_until_written(1min));
  EXPECT_EQ(reader_.output(), "banner\n");
  EXPECT_EQ(reader_.errors(), "line\n");
  EXPECT_EQ(queue_.dropped(), 0);
}

TEST_F(LogQueueTest, TheEndWritesWhatWaits) {
  start();
  for (int i = 0; i < 100; ++i) push("line");
  EXPECT_TRUE(queue_.end(1min));
  writer_.join();
  EXPECT_EQ(std::ranges::count(reader_.errors(), '\n'), 100);
}

TEST_F(LogQueueTest, NobodyWaitsLongForAReaderThatStandsStill) {
  reader_.set_full(true);
  start();
  push("stuck");
  reader_.wait_for_write();
  EXPECT_FALSE(queue_.wait_until_written(10ms));
  EXPECT_FALSE(queue_.end(10ms));
}

TEST_F(LogQueueTest, EightThreadsLogAtOnceAndEveryLineIsWrittenOrCounted) {
  constexpr int threads = 8;
  constexpr int lines = 12'500;  // 100,000 together
  start(50'000);
  std::vector<std::thread> loggers;
  for (int t = 0; t < threads; ++t)
    loggers.emplace_back([this, t] {
      for (int i = 0; i < lines; ++i) push(fmt::format("{} {}", t, i));
    });
  for (std::thread& logger : loggers) logger.join();
  EXPECT_TRUE(queue_.end(1min));
  writer_.join();
  std::uint64_t written = 0;
  std::uint64_t told = 0;
  std::vector<int> last(threads, -1);
  std::istringstream all(reader_.errors());
  for (std::string line; std::getline(all, line);) {
    if (line.starts_with("log: ")) {
      told += std::stoull(line.substr(5));
      continue;
    }
    ++written;
    const auto t = static_cast<std::size_t>(std::stoi(line));
    const int i = std::stoi(line.substr(line.find(' ')));
    EXPECT_GT(i, last.at(t)) << "the lines of one thread keep their order";
    last[t] = i;
  }
  EXPECT_EQ(written + queue_.dropped(), std::uint64_t{threads} * lines);
  EXPECT_EQ(told, queue_.dropped());
}

}  // namespace
}  // namespace madang
