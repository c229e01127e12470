#include "madang/io/epoll_set.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

namespace madang::io {

Result<void> EpollSet::open() {
  epoll_ = NativeSocket(static_cast<std::uintptr_t>(::epoll_create1(EPOLL_CLOEXEC)));
  if (!epoll_) return std::unexpected(last_os_error("epoll_create1"));
  wake_ = NativeSocket(static_cast<std::uintptr_t>(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)));
  if (!wake_) return std::unexpected(last_os_error("eventfd"));
  return watch(static_cast<int>(wake_.get()), wake_tag, EPOLLIN | EPOLLET);
}

Result<void> EpollSet::watch(int fd, std::uint64_t tag, std::uint32_t events) {
  epoll_event event{.events = events, .data = {.u64 = tag}};
  if (::epoll_ctl(static_cast<int>(epoll_.get()), EPOLL_CTL_ADD, fd, &event) == 0) return {};
  return std::unexpected(last_os_error("epoll_ctl"));
}

std::span<const epoll_event> EpollSet::wait(Duration wait) {
  int timeout_ms = -1;
  if (wait != Duration::max()) {
    // Rounded up: a timer is never early, and no turn spins through the last fraction of a millisecond.
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
    timeout_ms = static_cast<int>(std::min<std::int64_t>(ms, 3'600'000));
  }
  const int count = ::epoll_wait(static_cast<int>(epoll_.get()), events_.data(),
                                 static_cast<int>(events_.size()), timeout_ms);
  return {events_.data(), static_cast<std::size_t>(std::max(count, 0))};
}

void EpollSet::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(static_cast<int>(wake_.get()), &one, sizeof one);
}

void EpollSet::clear_wake() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto read = ::read(static_cast<int>(wake_.get()), &count, sizeof count);
}

}  // namespace madang::io
