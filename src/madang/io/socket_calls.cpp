#include "madang/io/socket_calls.h"

#include <fmt/core.h>

#include <cstring>

#include "madang/io/port.h"

#ifdef _WIN32
#include <mutex>
#else
#include <arpa/inet.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

#include <cerrno>
#endif

namespace madang::io {

namespace {

template <class T>
bool set_option(Handle handle, int level, int name, T value) {
  return ::setsockopt(handle, level, name, reinterpret_cast<const char*>(&value), sizeof value) == 0;
}

#ifdef _WIN32
void start_winsock() {
  static std::once_flag once;
  std::call_once(once, [] {
    WSADATA data;
    ::WSAStartup(MAKEWORD(2, 2), &data);
  });
}
#else
void start_winsock() {}
#endif

}  // namespace

Error last_socket_error(const char* doing) {
#ifdef _WIN32
  return os_error(::WSAGetLastError(), doing);
#else
  return os_error(errno, doing);
#endif
}

Result<Address> look_up(const std::string& host, std::uint16_t port) {
  start_winsock();
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &list) != 0 || !list)
    return std::unexpected(Error{ErrorCode::not_found, 0, "looking up the host"});
  RawAddress raw;
  const addrinfo* answer = preferred_answer(list);
  std::memcpy(&raw.storage, answer->ai_addr, answer->ai_addrlen);
  ::freeaddrinfo(list);
  Address address = from_raw(raw);
  address.port = port;
  return address;
}

const addrinfo* preferred_answer(const addrinfo* first) {
  for (const addrinfo* answer = first; answer; answer = answer->ai_next)
    if (answer->ai_family == AF_INET) return answer;
  return first;
}

RawAddress to_raw(const Address& address) {
  RawAddress raw;
  if (address.family == Address::Family::v4) {
    auto* to = reinterpret_cast<sockaddr_in*>(&raw.storage);
    to->sin_family = AF_INET;
    to->sin_port = htons(address.port);
    std::memcpy(&to->sin_addr, address.ip.data(), 4);
    raw.size = sizeof *to;
  } else {
    auto* to = reinterpret_cast<sockaddr_in6*>(&raw.storage);
    to->sin6_family = AF_INET6;
    to->sin6_port = htons(address.port);
    std::memcpy(&to->sin6_addr, address.ip.data(), 16);
    raw.size = sizeof *to;
  }
  return raw;
}

Address from_raw(const RawAddress& raw) {
  Address address;
  if (raw.storage.ss_family == AF_INET6) {
    const auto* from = reinterpret_cast<const sockaddr_in6*>(&raw.storage);
    address.family = Address::Family::v6;
    address.port = ntohs(from->sin6_port);
    std::memcpy(address.ip.data(), &from->sin6_addr, 16);
    // An IPv4 peer of a listener on [::]. One host must have one address.
    if (IN6_IS_ADDR_V4MAPPED(&from->sin6_addr)) {
      address = Address::v4(address.ip[12], address.ip[13], address.ip[14], address.ip[15], address.port);
    }
  } else {
    const auto* from = reinterpret_cast<const sockaddr_in*>(&raw.storage);
    address.port = ntohs(from->sin_port);
    std::memcpy(address.ip.data(), &from->sin_addr, 4);
  }
  return address;
}

std::string Address::text() const {
  start_winsock();
  char host[INET6_ADDRSTRLEN] = "?";
  const bool is_v4 = family == Family::v4;
  ::inet_ntop(is_v4 ? AF_INET : AF_INET6, ip.data(), host, sizeof host);
  return is_v4 ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

Result<NativeSocket> make_socket(Address::Family family) {
  start_winsock();
  const int domain = family == Address::Family::v4 ? AF_INET : AF_INET6;
#ifdef _WIN32
  const SOCKET handle = ::WSASocketW(domain, SOCK_STREAM, IPPROTO_TCP, nullptr, 0,
                                     WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
  if (handle == INVALID_SOCKET) return std::unexpected(last_socket_error("making a socket"));
#else
  const int handle = ::socket(domain, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (handle < 0) return std::unexpected(last_socket_error("making a socket"));
#endif
  return NativeSocket(static_cast<std::uintptr_t>(handle));
}

Result<NativeSocket> make_listener(const Address& address, int backlog) {
  Result<NativeSocket> made = make_socket(address.family);
  if (!made) return made;
  const auto handle = static_cast<Handle>(made->get());
#ifdef _WIN32
  // On Windows, SO_REUSEADDR would allow another program to listen on this address. This option forbids that.
  set_option(handle, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1);
#else
  set_option(handle, SOL_SOCKET, SO_REUSEADDR, 1);
#endif
  // The default differs between systems. Here [::] accepts every client, also over IPv4.
  if (address.family == Address::Family::v6) set_option(handle, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  const RawAddress raw = to_raw(address);
  if (::bind(handle, raw.get(), raw.size) != 0) return std::unexpected(last_socket_error("bind"));
  if (::listen(handle, backlog) != 0) return std::unexpected(last_socket_error("listen"));
  return made;
}

void tune_connection(Handle handle, const PortOptions& options) {
  set_option(handle, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(handle, SOL_SOCKET, SO_OOBINLINE, 1);
#ifdef TCP_NOTSENT_LOWAT
  if (options.unsent_bytes_max > 0)
    set_option(handle, IPPROTO_TCP, TCP_NOTSENT_LOWAT, options.unsent_bytes_max);
#endif
  // TCP_NOTSENT_LOWAT does not count bytes in transit, nor the kernel's own memory for many small sends.
  const int buffer_bytes =
      options.send_buffer_bytes > 0 ? options.send_buffer_bytes : options.unsent_bytes_max;
  if (buffer_bytes > 0) set_option(handle, SOL_SOCKET, SO_SNDBUF, buffer_bytes);
  if (options.receive_kernel_bytes > 0)
    set_option(handle, SOL_SOCKET, SO_RCVBUF, options.receive_kernel_bytes);
}

Result<NativeSocket> make_connector(Address::Family family, const PortOptions& options) {
  Result<NativeSocket> made = make_socket(family);
  if (!made) return made;
  const auto handle = static_cast<Handle>(made->get());
  tune_connection(handle, options);
#ifdef __linux__
  // By default, Linux tries every even port before an odd one. With 14,000 connections to one address, each
  // new connection costs a millisecond. With a range, Linux begins at a random port. The range 0 to 65535
  // keeps the system's own range. The option exists since Linux 6.3.
  constexpr int ip_local_port_range = 51;
  constexpr std::uint32_t everything = 65535u << 16;
  set_option(handle, IPPROTO_IP, ip_local_port_range, everything);
#endif
  return made;
}

std::size_t unsent_bytes_of(Handle handle) {
#ifdef _WIN32
  static_cast<void>(handle);
  return 0;  // Winsock has no such call
#else
  int bytes = 0;
  return ::ioctl(handle, SIOCOUTQ, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
#endif
}

#ifdef __linux__
std::size_t unread_bytes_of(Handle handle) {
  int bytes = 0;
  return ::ioctl(handle, SIOCINQ, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}
#endif

Address local_address_of(Handle handle) {
  RawAddress raw;
  ::getsockname(handle, raw.get(), &raw.size);
  return from_raw(raw);
}

Result<Address> peer_address_of(Handle handle) {
  RawAddress raw;
  if (::getpeername(handle, raw.get(), &raw.size) != 0) return std::unexpected(last_socket_error("accept"));
  return from_raw(raw);
}

}  // namespace madang::io
