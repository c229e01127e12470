#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "madang/base/standard_stream.h"

namespace madang {

namespace {

int descriptor_of(StandardStream stream) {
  return stream == StandardStream::output ? STDOUT_FILENO : STDERR_FILENO;
}

/// Waits until the descriptor accepts bytes or has an error for the next write. Returns false after the
/// timeout.
bool wait_until_writable(int descriptor, int timeout_ms) {
  pollfd polled{.fd = descriptor, .events = POLLOUT, .revents = 0};
  int ready = ::poll(&polled, 1, timeout_ms);
  while (ready < 0 && errno == EINTR) ready = ::poll(&polled, 1, timeout_ms);
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
      // Another program that uses the same terminal or pipe has made it non-blocking.
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
