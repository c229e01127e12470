// The iocp backend: a completion port of Windows. It has the threads of a Port.
#pragma once

#include <memory>

#include "madang/io/port.h"

namespace madang::io {

/// Makes a port. Returns the error of the system call that failed.
Result<std::unique_ptr<Port>> make_iocp_port(const PortOptions& options);

}  // namespace madang::io
