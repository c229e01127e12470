#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "base/standard_stream.h"

namespace madang {

namespace {

int descriptor_of(StandardStream stream) {
  return stream == StandardStream::output ? STDOUT_FILENO : STDERR_FILENO;
}

/// Waits until the descriptor accepts bytes, or reports an error to the next write. False: not in time.
bool wait_until_writable(int descriptor, int timeout_ms) {
  pollfd polled{.fd = descriptor, .events = POLLOUT, .revents = 0};
  int ready = 0;
  while ((ready = ::poll(&polled, 1, timeout_ms)) < 0 && errno == EINTR) {
  }
  return ready != 0;
}

}  // namespace

Result<void> write_to(StandardStream stream, std::string_view text) {
  const int descriptor = descriptor_of(stream);
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      // Another program that shares the terminal or the pipe has made it non-blocking.
      wait_until_writable(descriptor, -1);
    } else if (errno != EINTR) {
      return std::unexpected(last_os_error("write"));
    }
  }
  return {};
}

Result<void> write_within(StandardStream stream, std::string_view text, Duration max_wait) {
  if (!wait_until_writable(descriptor_of(stream), static_cast<int>(to_ms(max_wait))))
    return std::unexpected(os_error(ETIMEDOUT, "write"));
  return write_to(stream, text);
}

}  // namespace madang
