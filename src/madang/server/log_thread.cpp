#include "madang/server/log_thread.h"

#include "madang/base/log.h"
#include "madang/server/system.h"

namespace madang::server {

namespace {

/// A reader that still reads needs less time than this for a full queue.
constexpr Duration end_wait = 1s;

}  // namespace

Result<std::unique_ptr<LogThread>> LogThread::start(std::uint32_t queue_bytes_max) {
  Result<std::thread> thread = make_thread(run_log_queue);
  if (!thread) return std::unexpected(thread.error());
  begin_log_queue(queue_bytes_max);
  return std::unique_ptr<LogThread>(new LogThread(std::move(*thread)));
}

LogThread::~LogThread() {
  if (end_log_queue(end_wait)) {
    thread_.join();
  } else {
    // The thread is blocked in a write. It uses only the log, which is never destroyed.
    thread_.detach();
  }
}

}  // namespace madang::server
