// Winsock calls that start an operation, and calls that read the result of a completed operation.
//
// Each start_* function returns an error when the kernel has refused the operation. Otherwise the operation
// is in flight, and the completion port reports it, even when it was done at once. Until then it counts in
// Entry::operations_in_flight. The port's thread only.
#pragma once

#include <optional>

#include "madang/base/bytes.h"
#include "madang/base/error.h"
#include "madang/io/address.h"
#include "madang/io/iocp_entry.h"
#include "madang/io/iocp_extensions.h"

namespace madang::io::iocp {

Error start_accept(Entry& listener, AcceptOperation& accept, const WinsockExtensions& extensions);
Error start_connect(Entry& entry, const Address& address, const WinsockExtensions& extensions);
/// Starts a receive of zero bytes. It completes when there is something to read.
Error start_receive(Entry& entry);
/// Sends `rest`, the bytes of the first send that have not left.
Error start_send(Entry& entry, Bytes rest);

/// Notes that the operation is no longer in flight.
void note_completed(Entry& entry, Operation& operation);
/// Returns the error of a completed operation, as a code of Winsock. OVERLAPPED holds only a code of the
/// kernel.
Error result_of(const Entry& entry, Operation& operation, const char* doing);

/// An accepted connection and the address of its peer.
struct AcceptedConnection {
  NativeSocket socket;
  Address peer;
};
/// Returns the connection of an accept that has succeeded. Returns nothing when the peer has left already.
std::optional<AcceptedConnection> finish_accept(const Entry& listener, AcceptOperation& accept,
                                                const WinsockExtensions& extensions);
/// Makes the socket of a completed connect fully usable for the other socket calls.
void finish_connect(const Entry& entry);

/// Returns the error of a connection that was reset although its read reports the peer's end. Returns no
/// error for a real end. Wine forgets a reset when no receive was in flight, and reports an end; a send,
/// even of no bytes, still fails. On Windows a read reports the reset itself.
Error reset_in_disguise(const Entry& entry);

}  // namespace madang::io::iocp
