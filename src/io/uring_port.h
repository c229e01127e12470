// The io_uring backend: operations are entries in a queue that the kernel shares with us.
#pragma once

#include <memory>

#include "io/port.h"

namespace madang::io {

/// Fails where io_uring is blocked, which is so in many containers, or older than Linux 6.0.
Result<std::unique_ptr<Port>> make_uring_port(const PortOptions& options);

}  // namespace madang::io
