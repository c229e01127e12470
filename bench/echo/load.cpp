#include "load.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "connections.h"
#include "server.h"

using namespace madang;

namespace echo {

namespace {

constexpr unsigned buffer_bytes = 2048;
constexpr unsigned timed_one_in = 7;  // odd, so that the timed messages belong to different connections
constexpr std::uint64_t send_tag = std::uint64_t{1} << 32;
constexpr Duration everybody_patience = 30s;
constexpr __kernel_timespec patience{.tv_sec = 5, .tv_nsec = 0};

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "load: %s\n", what);
  std::exit(1);
}

}  // namespace

bool Load::large() const { return options_.bytes > buffer_bytes; }

Load::Load(const LoadOptions& options)
    : options_(options),
      entries_(options.bytes > buffer_bytes ? 64 : 1024),
      stream_(options.bytes, options.in_flight, entries_) {
  set_up_ring(ring_, entries_);
  buffers_.set_up(ring_, 256, buffer_bytes);
}

void Load::start() {
  const ServerUsage server(options_.server_pid);
  for (const int fd : connect_to(options_.port, options_.connections, server))
    connections_.push_back({.fd = fd});
  if (large()) large_buffers_.resize(std::size_t{options_.connections} * options_.bytes);
  for (std::uint32_t index = 0; index < connections_.size(); ++index) {
    receive(index);
    send(index);
  }
}

void Load::warm_up(Duration duration) {
  const Time start = steady_now();
  while (steady_now() < start + duration || served_ < connections_.size()) {
    if (steady_now() > start + duration + everybody_patience) fail("a connection got no reply");
    turn();
  }
  measuring_ = true;
}

void Load::run_for(Duration duration) {
  const Time end = steady_now() + duration;
  const std::uint64_t messages_before = messages_;
  while (steady_now() < end || messages_ == messages_before) turn();
}

void Load::turn() {
  submit_and_wait();
  take_completions();
  for (const std::uint32_t index : ready_) send(index);
  ready_.clear();
}

io_uring_sqe* Load::entry(std::uint64_t tag) {
  io_uring_sqe* made = io_uring_get_sqe(&ring_);
  while (!made) {
    io_uring_submit(&ring_);
    sends_written_ = 0;
    made = io_uring_get_sqe(&ring_);
  }
  io_uring_sqe_set_data64(made, tag);
  return made;
}

void Load::submit_and_wait() {
  io_uring_cqe* first = nullptr;
  __kernel_timespec wait = patience;
  if (io_uring_submit_and_wait_timeout(&ring_, &first, 1, &wait, nullptr) == -ETIME)
    fail("the server has sent no reply for five seconds");
  sends_written_ = 0;
}

void Load::take_completions() {
  unsigned head = 0;
  unsigned count = 0;
  io_uring_cqe* completion = nullptr;
  io_uring_for_each_cqe(&ring_, head, completion) {
    // A successful send has no completion. All messages in flight must fit into the kernel's buffers.
    if (completion->user_data & send_tag) fail("the kernel did not accept a whole send");
    take_received(static_cast<std::uint32_t>(completion->user_data), *completion);
    ++count;
  }
  io_uring_cq_advance(&ring_, count);
  buffers_.give_back();
}

void Load::take_received(std::uint32_t index, const io_uring_cqe& completion) {
  if (completion.res <= 0 && completion.res != -ENOBUFS) fail("the server has closed a connection");
  if (completion.res > 0) {
    const auto size = static_cast<std::size_t>(completion.res);
    if (completion.flags & IORING_CQE_F_BUFFER) {
      const ReceiveBuffers::Number number = ReceiveBuffers::number_of(completion);
      note_received(index, {buffers_.at(number), size});
      buffers_.free(number);
    } else {
      const std::size_t offset = connections_[index].received % options_.bytes;
      note_received(index, {&large_buffers_[std::size_t{index} * options_.bytes + offset], size});
    }
  }
  if (!(completion.flags & IORING_CQE_F_MORE)) receive(index);
}

void Load::receive(std::uint32_t index) {
  io_uring_sqe* made = entry(index);
  if (large()) return receive_large(index, *made);
  io_uring_prep_recv_multishot(made, connections_[index].fd, nullptr, 0, 0);
  made->flags |= IOSQE_BUFFER_SELECT;
}

/// Receives the head of a frame, and then its rest. (MSG_WAITALL does not work with MSG_TRUNC: after a part,
/// the kernel would wait for the whole length again.)
void Load::receive_large(std::uint32_t index, io_uring_sqe& made) {
  const Connection& connection = connections_[index];
  const std::size_t offset = connection.received % options_.bytes;
  const bool head = offset < FrameStream::head_bytes;
  const std::size_t wanted = (head ? FrameStream::head_bytes : options_.bytes) - offset;
  io_uring_prep_recv(&made, connection.fd, &large_buffers_[std::size_t{index} * options_.bytes + offset],
                     wanted, measuring_ && !head ? MSG_TRUNC : 0);
  if (head) made.ioprio |= IORING_RECVSEND_POLL_FIRST;  // the data cannot have arrived yet
}

void Load::note_received(std::uint32_t index, Bytes bytes) {
  Connection& connection = connections_[index];
  if (connection.received + bytes.size() > connection.sent)
    fail("the server sent more bytes than it received");
  if (!stream_.check(index, connection.received, bytes, !measuring_))
    fail("the server sent other bytes than it received");
  const std::uint64_t messages_before = connection.received / options_.bytes;
  connection.received += bytes.size();
  const std::uint64_t messages = connection.received / options_.bytes - messages_before;
  messages_ += messages;
  if (messages_before == 0 && messages > 0) ++served_;
  if (!connection.ready) {
    connection.ready = true;
    ready_.push_back(index);
  }
  if (connection.timed == 0 || connection.received < connection.timed) return;
  connection.timed = 0;
  if (!measuring_) return;
  const auto delay =
      std::chrono::duration_cast<std::chrono::microseconds>(steady_now() - connection.timed_since);
  delays_.add(static_cast<std::uint32_t>(delay.count()));
}

void Load::send(std::uint32_t index) {
  Connection& connection = connections_[index];
  connection.ready = false;
  const std::uint64_t until = (connection.received / options_.bytes + options_.in_flight) * options_.bytes;
  if (connection.sent == until) return;
  if (connection.timed == 0 && until_timed_-- == 0) {
    until_timed_ = timed_one_in - 1;
    connection.timed = connection.sent + options_.bytes;
    connection.timed_since = steady_now();
  }
  // The kernel copies these when the entry is submitted. Until then each entry has its own memory.
  io_uring_sqe* made = entry(send_tag | index);
  const Bytes frames = stream_.make(sends_written_++, index, connection.sent, until);
  io_uring_prep_send(made, connection.fd, frames.data(), frames.size(),
                     MSG_NOSIGNAL | MSG_DONTWAIT | MSG_WAITALL);
  made->flags |= IOSQE_CQE_SKIP_SUCCESS;
  connection.sent = until;
}

}  // namespace echo
