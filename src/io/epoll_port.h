// The epoll backend: readiness turned into completions. For Linux where io_uring is blocked.
#pragma once

#include <memory>

#include "io/port.h"

namespace madang::io {

Result<std::unique_ptr<Port>> make_epoll_port(const PortOptions& options);

}  // namespace madang::io
