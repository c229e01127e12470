#include "madang/io/iocp_port.h"
#include "madang/io/port.h"

namespace madang::io {

Result<std::unique_ptr<Port>> make_port(Backend backend, const PortOptions& options) {
  if (backend == Backend::automatic || backend == Backend::iocp) return make_iocp_port(options);
  if (backend == Backend::sim)
    return std::unexpected(Error{ErrorCode::unsupported, 0, "sim is for tests only: see SimPort"});
  return std::unexpected(Error{ErrorCode::unsupported, 0, "uring and epoll are for Linux only"});
}

}  // namespace madang::io
