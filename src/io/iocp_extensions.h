// The calls that Winsock gives out by pointer only, asked for once.
#pragma once

#include "io/socket_calls.h"

// After winsock2.h, which socket_calls.h brings in.
#include <mswsock.h>

namespace madang::io {

struct WinsockExtensions {
  LPFN_ACCEPTEX accept_ex = nullptr;
  LPFN_CONNECTEX connect_ex = nullptr;
  LPFN_GETACCEPTEXSOCKADDRS accept_addresses = nullptr;
};

Result<WinsockExtensions> load_winsock_extensions();

}  // namespace madang::io
