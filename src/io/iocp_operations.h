// What an IocpPort keeps for each operation that the kernel may have.
#pragma once

#include "base/check.h"
#include "io/native_socket.h"
#include "io/port.h"
#include "io/socket_calls.h"

namespace madang::io::iocp {

/// The lecture's OVER_EX: the kernel gives back a pointer and nothing more, so what it was about stands
/// behind the OVERLAPPED. It stays where it is while the kernel has it.
struct Operation : OVERLAPPED {
  explicit Operation(OperationKind k) : OVERLAPPED{}, kind(k) {}
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  OVERLAPPED* cleared() {
    CHECK(!out, "an operation was started twice");
    static_cast<OVERLAPPED&>(*this) = {};
    return this;
  }

  const OperationKind kind;
  bool out = false;  ///< the kernel has it
};

constexpr DWORD accept_address_bytes = sizeof(sockaddr_in6) + 16;  // AcceptEx wants 16 more

struct AcceptOperation : Operation {
  AcceptOperation() : Operation(OperationKind::accept) {}

  NativeSocket socket;  ///< is to become the connection
  char addresses[2 * accept_address_bytes] = {};
  bool held = false;  ///< accepted, but the listener is paused
};

}  // namespace madang::io::iocp
