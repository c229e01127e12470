// Operation: what the iocp backend keeps for each operation of the kernel. The port's thread only.
#pragma once

#include "madang/base/check.h"
#include "madang/io/native_socket.h"
#include "madang/io/port.h"
#include "madang/io/socket_calls.h"

namespace madang::io::iocp {

/// The lecture's OVER_EX. The kernel gives back a pointer to OVERLAPPED, so our data stands behind it. An
/// operation must not move while it is in flight.
struct Operation : OVERLAPPED {
  explicit Operation(OperationKind k) : OVERLAPPED{}, kind(k) {}
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  /// Clears the OVERLAPPED for a new start and returns it. Precondition: the operation is not in flight
  /// (CHECK).
  OVERLAPPED* cleared() {
    MADANG_CHECK(!is_in_flight, "the operation is in flight already");
    static_cast<OVERLAPPED&>(*this) = {};
    return this;
  }

  const OperationKind kind;
  bool is_in_flight = false;
};

constexpr DWORD accept_address_bytes = sizeof(sockaddr_in6) + 16;  // AcceptEx needs 16 more

struct AcceptOperation : Operation {
  AcceptOperation() : Operation(OperationKind::accept) {}

  NativeSocket socket;  ///< becomes the connection
  char addresses[2 * accept_address_bytes] = {};
  bool is_held = false;  ///< has accepted a connection, but the listener is paused
};

}  // namespace madang::io::iocp
