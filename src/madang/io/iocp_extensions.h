// WinsockExtensions: the Winsock functions that a program must ask for. Any thread.
#pragma once

#include "madang/io/socket_calls.h"

// It must come after winsock2.h, which socket_calls.h includes.
#include <mswsock.h>

namespace madang::io {

struct WinsockExtensions {
  LPFN_ACCEPTEX accept_ex = nullptr;
  LPFN_CONNECTEX connect_ex = nullptr;
  LPFN_GETACCEPTEXSOCKADDRS accept_addresses = nullptr;
};

/// Asks Winsock for the functions. Returns the error of Winsock when one of them is missing.
Result<WinsockExtensions> load_winsock_extensions();

}  // namespace madang::io
