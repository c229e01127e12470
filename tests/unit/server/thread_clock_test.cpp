#include "madang/server/system.h"

#include <gtest/gtest.h>

#include <thread>

namespace madang::server {
namespace {

TEST(ThreadClock, GrowsWhileTheThreadWorksAndIsSafeToAskAfterItHasEnded) {
  std::jthread thread([](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
    }
  });
  const ThreadClock clock(thread);
  while (clock.processor_time() == Duration::zero()) std::this_thread::yield();
  thread.request_stop();
  thread.join();
  // The kernel knows a thread for a moment after it was joined.
  while (clock.processor_time() != Duration::zero()) std::this_thread::yield();
}

}  // namespace
}  // namespace madang::server
