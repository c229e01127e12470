#include "load.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "connections.h"
#include "server.h"

using namespace madang;

namespace echo {

namespace {

constexpr std::size_t buffer_bytes = 65536;
constexpr std::uint32_t large_frame_bytes = 4096;  // from here on a second call costs less than the copy
constexpr unsigned timed_one_in = 7;               // odd, so that it is not always the same connections' turn
constexpr int patience_ms = 5000;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "load: %s\n", what);
  std::exit(1);
}

}  // namespace

Load::Load(const LoadOptions& options)
    : options_(options),
      stream_(options.bytes, options.in_flight),
      buffer_(buffer_bytes),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

void Load::start() {
  std::vector<int> handles;
  connect_to(options_.port, options_.connections, handles);
  for (const int fd : handles) {
    epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLET,
                      .data = {.u32 = static_cast<std::uint32_t>(connections_.size())}};
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) die("load: epoll_ctl");
    connections_.push_back({.fd = fd});
  }
  for (std::uint32_t index = 0; index < connections_.size(); ++index) send(index);
}

void Load::run_for(Duration duration) {
  const Time end = steady_now() + duration;
  while (steady_now() < end) {
    const int count = ::epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), patience_ms);
    if (count == 0) fail("nothing has come back for five seconds");
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events_[static_cast<std::size_t>(i)];
      if (event.events & (EPOLLIN | EPOLLERR | EPOLLHUP)) receive(event.data.u32);
    }
    for (int i = 0; i < count; ++i) send(events_[static_cast<std::size_t>(i)].data.u32);
  }
}

void Load::receive(std::uint32_t index) {
  Connection& connection = connections_[index];
  const std::uint64_t messages_before = connection.received / options_.bytes;
  bool drained = false;
  while (!drained && connection.received < connection.sent) {
    const Wanted wanted = wanted_from(connection);
    const ssize_t count = ::recv(connection.fd, buffer_.data(), wanted.bytes, wanted.flags);
    if (count < 0 && errno == EAGAIN) break;
    if (count <= 0) fail("the server has closed a connection");
    const auto size = static_cast<std::size_t>(count);
    if (connection.received + size > connection.sent) fail("more came back than was sent");
    if (!stream_.check(index, connection.received, Bytes(buffer_).first(size), !measuring_))
      fail("what came back is not what was sent");
    connection.received += size;
    drained = size < wanted.bytes;
  }
  messages_ += connection.received / options_.bytes - messages_before;
  note_reply(connection);
}

Load::Wanted Load::wanted_from(const Connection& connection) const {
  if (!measuring_ || options_.bytes < large_frame_bytes) return {buffer_.size(), 0};
  const std::size_t offset = connection.received % options_.bytes;
  if (offset < FrameStream::head_bytes) return {FrameStream::head_bytes - offset, 0};
  return {options_.bytes - offset, MSG_TRUNC};  // the kernel throws it away
}

void Load::note_reply(Connection& connection) {
  if (connection.timed == 0 || connection.received < connection.timed) return;
  connection.timed = 0;
  if (!measuring_) return;
  const auto delay =
      std::chrono::duration_cast<std::chrono::microseconds>(steady_now() - connection.timed_since);
  delays_.add(static_cast<std::uint32_t>(delay.count()));
}

void Load::send(std::uint32_t index) {
  Connection& connection = connections_[index];
  const std::uint64_t until = (connection.received / options_.bytes + options_.in_flight) * options_.bytes;
  if (connection.sent == until) return;
  if (connection.timed == 0 && until_timed_-- == 0) {
    until_timed_ = timed_one_in - 1;
    connection.timed = (connection.sent / options_.bytes + 1) * options_.bytes;
    connection.timed_since = steady_now();
  }
  const Bytes bytes = stream_.make(index, connection.sent, until);
  const ssize_t count = ::send(connection.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (count > 0) connection.sent += static_cast<std::uint64_t>(count);
  // Less than all, or nothing: an event says when there is room again.
  if (count < 0 && errno != EAGAIN) fail("the server has closed a connection");
}

void Load::check_that_all_were_served() const {
  for (const Connection& connection : connections_)
    if (connection.received < options_.bytes) fail("a connection never got an answer");
}

}  // namespace echo
