// The socket calls that all real backends share: Berkeley sockets, the same on Linux and Windows but for the
// names.
#pragma once

#include <string>

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#endif

#include "base/error.h"
#include "io/address.h"
#include "io/native_socket.h"

namespace madang::io {

struct PortOptions;

#ifdef _WIN32
using Handle = SOCKET;
#else
using Handle = int;
#endif

/// Name or number to address, by the system's resolver; of a name that has both, the IPv4 address, for that
/// is what servers listen on that were told nothing else. May block.
Result<Address> look_up(const std::string& host, std::uint16_t port);
/// Of the resolver's answers, the one that look_up takes.
const addrinfo* preferred_answer(const addrinfo* first);

/// The kernel's form of an address.
struct RawAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};
RawAddress to_raw(const Address& address);
Address from_raw(const RawAddress& raw);

/// A TCP socket that never blocks (overlapped, on Windows).
Result<NativeSocket> make_socket(Address::Family family);
/// make_socket, bound and listening. Nobody else may listen there too; a server that was just stopped is no
/// obstacle. One that listens on [::] is reached by IPv4, too.
Result<NativeSocket> make_listener(const Address& address, int backlog);
/// No Nagle delay, urgent bytes in line, and the buffer sizes and bounds of the options.
void tune_connection(Handle handle, const PortOptions& options);
/// make_socket for one that will connect: tuned, and quick to find a port of its own among thousands.
Result<NativeSocket> make_connector(Address::Family family, const PortOptions& options);
/// See Port::unsent_bytes.
std::size_t unsent_bytes_of(Handle handle);
#ifdef __linux__
/// What has arrived and was not read. At an urgent byte a read says EAGAIN, with a signal pending, although
/// there is more.
std::size_t unread_bytes_of(Handle handle);
#endif
Address local_address_of(Handle handle);
/// Fails when the connection is no more.
Result<Address> peer_address_of(Handle handle);

/// The error of the calling thread's last socket call.
Error last_socket_error(const char* doing);

}  // namespace madang::io
