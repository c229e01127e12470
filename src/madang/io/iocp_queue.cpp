#include "madang/io/iocp_queue.h"

#include <algorithm>

#include "madang/base/check.h"

namespace madang::io {

IocpQueue::~IocpQueue() {
  if (handle_) ::CloseHandle(handle_);
}

Result<void> IocpQueue::open() {
  handle_ = ::CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, 1);
  if (!handle_) return std::unexpected(last_os_error("CreateIoCompletionPort"));
  return {};
}

Result<void> IocpQueue::bind(HANDLE socket, std::uint64_t key) {
  if (::CreateIoCompletionPort(socket, handle_, key, 0)) return {};
  return std::unexpected(last_os_error("binding a socket to the completion port"));
}

std::span<const OVERLAPPED_ENTRY> IocpQueue::wait(Duration wait) {
  DWORD timeout_ms = INFINITE;
  if (wait != Duration::max()) {
    // Rounded up: a timer is never early, and no turn spins through the last fraction of a millisecond.
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
    timeout_ms = static_cast<DWORD>(std::min<std::int64_t>(ms, 3'600'000));
  }
  ULONG count = 0;
  if (::GetQueuedCompletionStatusEx(handle_, events_.data(), static_cast<ULONG>(events_.size()), &count,
                                    timeout_ms, FALSE))
    return {events_.data(), count};
  MADANG_CHECK(::GetLastError() == WAIT_TIMEOUT, "GetQueuedCompletionStatusEx: {}", ::GetLastError());
  return {};
}

void IocpQueue::wake() {
  // The kernel refuses this only when it has no memory. The post behind the wake-up must not get lost.
  while (!::PostQueuedCompletionStatus(handle_, 0, 0, nullptr)) ::Sleep(1);
}

}  // namespace madang::io
