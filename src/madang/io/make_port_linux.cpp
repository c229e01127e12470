#include <cerrno>

#include "madang/base/log.h"
#include "madang/io/epoll_port.h"
#include "madang/io/port.h"
#include "madang/io/uring_port.h"

namespace madang::io {

Result<std::unique_ptr<Port>> make_port(Backend backend, const PortOptions& options) {
  if (backend == Backend::epoll) return make_epoll_port(options);
  if (backend == Backend::iocp)
    return std::unexpected(Error{ErrorCode::unsupported, 0, "iocp is for Windows only"});
  if (backend == Backend::sim)
    return std::unexpected(Error{ErrorCode::unsupported, 0, "sim is for tests only: see SimPort"});
  Result<std::unique_ptr<Port>> port = make_uring_port(options);
  if (port || backend == Backend::uring) return port;
  // Kernels before 5.12 and after 6.13 count a ring as locked memory. Users other than root have little.
  const bool is_memory = port.error().code == ErrorCode::no_buffers || port.error().os_code == ENOMEM;
  log_info("io_uring is refused here ({}): using epoll{}", describe(port.error()),
           is_memory ? "; locked memory may be the limit: ulimit -l, or LimitMEMLOCK in systemd's unit" : "");
  return make_epoll_port(options);
}

}  // namespace madang::io
