#include "madang/io/native_socket.h"

#ifdef _WIN32
#include <winsock2.h>
#else
#include <unistd.h>
#endif

namespace madang::io {

void NativeSocket::reset() {
  if (handle_ == none) return;
  const std::uintptr_t handle = std::exchange(handle_, none);
  if (owner_) return owner_->close_native(handle);
#ifdef _WIN32
  ::closesocket(static_cast<SOCKET>(handle));
#else
  ::close(static_cast<int>(handle));
#endif
}

}  // namespace madang::io
