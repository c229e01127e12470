// The calls that hand an operation to the kernel, and what the kernel says of it when it comes back.
//
// Each start_* returns an error when the kernel did not take the operation. If the kernel took it, it comes
// out of the completion port, also when it was done at once; until then it counts in Entry::operations_out.
// One thread, the port's.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/error.h"
#include "io/address.h"
#include "io/iocp_entry.h"
#include "io/iocp_extensions.h"

namespace madang::io::iocp {

Error start_accept(Entry& listener, AcceptOperation& accept, const WinsockExtensions& extensions);
Error start_connect(Entry& entry, const Address& address, const WinsockExtensions& extensions);
/// A receive of zero bytes: it completes when there is something to read.
Error start_receive(Entry& entry);
/// Sends `rest`, the first of entry.sends.
Error start_send(Entry& entry, Bytes rest);

/// The kernel has it no more.
void came_back(Entry& entry, Operation& operation);
/// Returns how an operation that came back has ended, in Winsock's own codes: OVERLAPPED only holds the
/// kernel's.
Error result_of(const Entry& entry, Operation& operation, const char* doing);

/// A connection that was accepted, and whose.
struct AcceptedConnection {
  NativeSocket socket;
  Address peer;
};
/// Takes the connection out of an accept that succeeded. Nothing when the peer has left again.
std::optional<AcceptedConnection> finish_accept(const Entry& listener, AcceptOperation& accept,
                                                const WinsockExtensions& extensions);
void finish_connect(const Entry& entry);

/// Returns the error of a connection whose read said that the peer has ended its side, but that was reset.
/// Wine forgets a reset that came while no receive was out, and reads it as the peer's end; a send, even of
/// nothing, still fails. On Windows this changes nothing.
Error reset_in_disguise(const Entry& entry);

}  // namespace madang::io::iocp
