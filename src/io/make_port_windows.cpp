#include "io/iocp_port.h"
#include "io/port.h"

namespace madang::io {

std::string_view name_of(Backend backend) {
  switch (backend) {
    case Backend::automatic: return "auto";
    case Backend::uring: return "uring";
    case Backend::epoll: return "epoll";
    case Backend::iocp: return "iocp";
  }
  return "?";
}

Result<std::unique_ptr<Port>> make_port(Backend backend, const PortOptions& options) {
  if (backend == Backend::automatic || backend == Backend::iocp) return make_iocp_port(options);
  return std::unexpected(Error{ErrorCode::unsupported, 0, "this port is Linux's"});
}

}  // namespace madang::io
