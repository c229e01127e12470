// The iocp backend: Windows' own completion ports, one for each Port.
#pragma once

#include <memory>

#include "io/port.h"

namespace madang::io {

Result<std::unique_ptr<Port>> make_iocp_port(const PortOptions& options);

}  // namespace madang::io
