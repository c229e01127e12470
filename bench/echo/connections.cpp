#include "connections.h"

#include <fcntl.h>

#include <chrono>
#include <thread>

#include "server.h"

namespace echo {

namespace {

int connect_one(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) die("load: socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("load: connect");
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // Closed by a reset: nine thousand ports must be free again at once.
  const linger reset{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

}  // namespace

void connect_to(std::uint16_t port, std::uint32_t count, std::vector<int>& handles) {
  for (std::uint32_t i = 1; i <= count; ++i) {
    handles.push_back(connect_one(port));
    // A connection that finds the backlog full waits a second: let the slowest server keep up.
    if (i % 256 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace echo
