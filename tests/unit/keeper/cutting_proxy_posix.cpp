#include "unit/keeper/cutting_proxy.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "madang/base/check.h"

namespace madang::keeper {

namespace {

int unix_socket() { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }

sockaddr_un unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  MADANG_CHECK(path.size() < sizeof address.sun_path, "the path {} is too long", path);
  std::memcpy(address.sun_path, path.c_str(), path.size());
  return address;
}

}  // namespace

CuttingProxy::CuttingProxy(const std::string& server_folder)
    : server_path_(server_folder + "/.s.PGSQL.5432"), listener_(unix_socket()) {
  const sockaddr_un address = unix_address(socket_.path());
  MADANG_CHECK(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                   listen(listener_, 16) == 0 && pipe2(wake_, O_CLOEXEC | O_NONBLOCK) == 0,
               "a socket of the proxy: {}", errno);
  thread_ = std::thread([this] { run(); });
}

CuttingProxy::~CuttingProxy() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  wake();
  thread_.join();
  for (const Line& line : lines_) close_line(line);
  close(listener_);
  close(wake_[0]);
  close(wake_[1]);
}

std::string CuttingProxy::address(std::string_view database) const {
  const auto folder = std::filesystem::path(socket_.path()).parent_path().string();
  return fmt::format("postgres://madang@/{}?host={}&port=5432", database, folder);
}

void CuttingProxy::cut(std::deque<Cut> cuts) {
  const std::lock_guard lock(mutex_);
  cuts_ = std::move(cuts);
}

std::size_t CuttingProxy::cuts_left() {
  const std::lock_guard lock(mutex_);
  return cuts_.size();
}

void CuttingProxy::refuse(bool is_refusing) {
  const std::lock_guard lock(mutex_);
  is_refusing_ = is_refusing;
  if (!is_refusing) return;
  for (const Line& line : lines_) close_line(line);
  lines_.clear();
  wake();
}

void CuttingProxy::freeze(bool is_frozen) {
  const std::lock_guard lock(mutex_);
  is_frozen_ = is_frozen;
  wake();
}

void CuttingProxy::run() {
  while (true) {
    std::vector<pollfd> sockets{{wake_[0], POLLIN, 0}};
    {
      const std::lock_guard lock(mutex_);
      if (ends_) return;
      if (!is_frozen_) {
        sockets.push_back({listener_, POLLIN, 0});
        for (const Line& line : lines_)
          for (const int socket : {line.client, line.server}) sockets.push_back({socket, POLLIN, 0});
      }
    }
    poll(sockets.data(), sockets.size(), -1);
    char ignored[64];
    while (read(wake_[0], ignored, sizeof ignored) > 0) {
    }
    const std::lock_guard lock(mutex_);
    if (is_frozen_) continue;
    const auto is_ready = [&](int socket) {
      return std::ranges::any_of(sockets,
                                 [&](const pollfd& one) { return one.fd == socket && one.revents != 0; });
    };
    std::erase_if(lines_, [&](const Line& line) {
      const bool goes_on = (!is_ready(line.client) || pass(line.client, line.server, Way::to_server)) &&
                           (!is_ready(line.server) || pass(line.server, line.client, Way::to_client));
      if (!goes_on) close_line(line);
      return !goes_on;
    });
    if (is_ready(listener_)) accept();
  }
}

void CuttingProxy::accept() {
  Line line{accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC), unix_socket()};
  const sockaddr_un address = unix_address(server_path_);
  if (is_refusing_ || connect(line.server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    close_line(line);
  else
    lines_.push_back(line);
}

bool CuttingProxy::pass(int from, int to, Way way) {
  char buffer[16 * 1024];
  const ssize_t count = recv(from, buffer, sizeof buffer, MSG_DONTWAIT);
  if (count < 0 && errno == EAGAIN) return true;  // of a socket that was closed and made anew meanwhile
  if (count <= 0) return false;
  auto passing = static_cast<std::size_t>(count);
  const bool counts = !cuts_.empty() && cuts_.front().way == way;
  const bool is_cut = counts && passing > cuts_.front().bytes;
  if (is_cut) passing = cuts_.front().bytes;
  if (counts) cuts_.front().bytes -= passing;
  for (std::size_t sent = 0; sent < passing;) {
    const ssize_t now = send(to, buffer + sent, passing - sent, MSG_NOSIGNAL);
    if (now <= 0) return false;
    sent += static_cast<std::size_t>(now);
  }
  if (is_cut) cuts_.pop_front();
  return !is_cut;
}

void CuttingProxy::wake() { static_cast<void>(!write(wake_[1], "w", 1)); }

void CuttingProxy::close_line(const Line& line) {
  close(line.client);
  close(line.server);
}

}  // namespace madang::keeper
