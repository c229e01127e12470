// Functions that the echo servers share: descriptors, arguments, a listening socket, and the line that tells
// the driver where the server listens.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace echo {

inline constexpr int backlog = 4096;

[[noreturn]] inline void die(const char* doing) {
  std::perror(doing);
  std::exit(1);
}

/// Returns the number at `index` of the command line, or `otherwise`.
inline unsigned argument(int argc, char** argv, int index, unsigned otherwise) {
  return argc > index ? static_cast<unsigned>(std::strtoul(argv[index], nullptr, 10)) : otherwise;
}

/// Raises the limit of descriptors, because 9,000 connections need more than a shell usually allows.
inline void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

inline void announce(unsigned port) {
  std::printf("listening on %u\n", port);
  std::fflush(stdout);
}

/// Listens on loopback, and prints the port. The socket is non-blocking. Port 0 means any free port. Accepted
/// sockets inherit TCP_NODELAY.
inline int listen_on(unsigned port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener < 0) die("socket");
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("bind");
  if (::listen(listener, backlog) != 0) die("listen");
  socklen_t size = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  announce(ntohs(address.sin_port));
  return listener;
}

}  // namespace echo
