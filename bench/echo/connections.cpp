#include "connections.h"

#include <fcntl.h>

#include <chrono>
#include <thread>
#include <utility>

#include "server.h"

using namespace std::chrono_literals;

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
  // A reset closes the connections, so that 9,000 ports are free again at once.
  const linger reset{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

/// Waits until the server has accepted all connections, by its number of descriptors. Some servers accept one
/// connection a turn, so the last ones would wait for minutes under load. If the descriptors cannot be read,
/// it waits one second.
void wait_until_accepted(const ServerUsage& server, std::uint32_t wanted) {
  std::uint32_t accepted = server.descriptors();
  for (int unchanged = 0; accepted < wanted && unchanged < 50;) {
    std::this_thread::sleep_for(20ms);
    const std::uint32_t before = std::exchange(accepted, server.descriptors());
    unchanged = accepted == before ? unchanged + 1 : 0;
  }
}

}  // namespace

std::vector<int> connect_to(std::uint16_t port, std::uint32_t count, const ServerUsage& server) {
  const std::uint32_t descriptors_before = server.descriptors();
  std::vector<int> handles;
  for (std::uint32_t i = 1; i <= count; ++i) {
    handles.push_back(connect_one(port));
    // A connection to a full backlog waits one second. So the pace here suits the slowest server.
    if (i % 256 == 0) std::this_thread::sleep_for(5ms);
  }
  wait_until_accepted(server, descriptors_before + count);
  return handles;
}

}  // namespace echo
