// The epoll backend: it makes completions from epoll's readiness events. It is for Linux systems that block
// io_uring. It has the threads of a Port.
#pragma once

#include <memory>

#include "madang/io/port.h"

namespace madang::io {

/// Makes a port. Returns the error of the system call that failed.
Result<std::unique_ptr<Port>> make_epoll_port(const PortOptions& options);

}  // namespace madang::io
