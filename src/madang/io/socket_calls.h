// Socket calls that all backends of real systems share. They hide the differences between Linux and Windows.
// Any thread.
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

#include "madang/base/error.h"
#include "madang/io/address.h"
#include "madang/io/native_socket.h"

namespace madang::io {

struct PortOptions;

#ifdef _WIN32
using Handle = SOCKET;
#else
using Handle = int;
#endif

/// Looks up a name or a number with the system's resolver. Prefers an IPv4 address, because our server
/// listens on IPv4 by default. May block.
Result<Address> look_up(const std::string& host, std::uint16_t port);
/// Returns the answer of the resolver that look_up() uses.
const addrinfo* preferred_answer(const addrinfo* first);

/// An address in the form of the kernel.
struct RawAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};
RawAddress to_raw(const Address& address);
Address from_raw(const RawAddress& raw);

/// Makes a TCP socket that never blocks. On Windows it is for overlapped operations.
Result<NativeSocket> make_socket(Address::Family family);
/// Makes a socket that is bound and listens. No other program can listen on the same address. The address may
/// be in use by connections of a server that was just stopped. A listener on [::] also accepts IPv4.
Result<NativeSocket> make_listener(const Address& address, int backlog);
/// Sets the options of a connection: no Nagle delay, urgent bytes in the stream, and the sizes in `options`.
void tune_connection(Handle handle, const PortOptions& options);
/// Makes a socket for a connect. It is tuned, and finds a free local port quickly among thousands.
Result<NativeSocket> make_connector(Address::Family family, const PortOptions& options);
/// Returns the number of bytes that the system holds for the peer: see Port::unsent_bytes().
std::size_t unsent_bytes_of(Handle handle);
#ifdef __linux__
/// Returns the number of bytes that have arrived and were not read. A read that meets an urgent byte returns
/// EAGAIN while a signal is pending, although there are more bytes.
std::size_t unread_bytes_of(Handle handle);
#endif
/// Returns the address of our side.
Address local_address_of(Handle handle);
/// Returns the address of the peer's side, or an error when the connection has ended.
Result<Address> peer_address_of(Handle handle);

/// Returns the error of this thread's last socket call.
Error last_socket_error(const char* doing);

}  // namespace madang::io
