// An echo server directly on epoll. It is edge-triggered, has one receive buffer for all connections, and
// writes every reply at once. A connection needs memory only while its peer does not read.
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <unordered_map>

#include "server.h"

namespace {

class Server {
 public:
  explicit Server(unsigned port) : listener_(echo::listen_on(port)) { watch(listener_, EPOLLIN); }

  void run() {
    std::array<epoll_event, 512> events;
    for (;;) {
      const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) handle(events[static_cast<std::size_t>(i)]);
    }
  }

 private:
  void handle(const epoll_event& event) {
    const int fd = event.data.fd;
    if (fd == listener_) return accept_all();
    if ((event.events & EPOLLOUT) && !unsent_.empty() && !write_unsent(fd)) return;
    if (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_all(fd);
  }

  void accept_all() {
    int fd = -1;
    while ((fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
      watch(fd, EPOLLIN | EPOLLOUT);
  }

  void read_all(int fd) {
    if (unsent_.contains(fd)) return;  // the peer does not read, so the server does not read either
    for (;;) {
      const ssize_t count = ::recv(fd, buffer_.data(), buffer_.size(), 0);
      if (count == 0 || (count < 0 && errno != EAGAIN)) return close(fd);
      if (count < 0 || !reply(fd, static_cast<std::size_t>(count))) return;
      // A short read has emptied the socket. Another read would only fail.
      if (static_cast<std::size_t>(count) < buffer_.size()) return;
    }
  }

  bool reply(int fd, std::size_t count) {
    const ssize_t sent = ::send(fd, buffer_.data(), count, MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(count)) return true;
    if (sent < 0 && errno != EAGAIN) return close(fd), false;
    const auto done = static_cast<std::size_t>(sent < 0 ? 0 : sent);
    unsent_[fd].assign(buffer_.data() + done, count - done);
    return false;
  }

  bool write_unsent(int fd) {
    const auto at = unsent_.find(fd);
    if (at == unsent_.end()) return true;
    const ssize_t sent = ::send(fd, at->second.data(), at->second.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return close(fd), false;
    at->second.erase(0, static_cast<std::size_t>(sent < 0 ? 0 : sent));
    if (!at->second.empty()) return false;
    unsent_.erase(at);
    read_all(fd);  // data that arrived meanwhile makes no new edge
    return false;
  }

  void watch(int fd, unsigned events) {
    epoll_event event{.events = events | EPOLLET, .data = {.fd = fd}};
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) echo::die("epoll_ctl");
  }

  void close(int fd) {
    unsent_.erase(fd);
    ::close(fd);
  }

  int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  int listener_;
  std::array<char, 65536> buffer_;
  std::unordered_map<int, std::string> unsent_;
};

}  // namespace

int main(int argc, char** argv) {
  echo::raise_descriptor_limit();
  Server(echo::argument(argc, argv, 1, 0)).run();
}
