// An echo server directly on io_uring. Other servers are compared with it. It sends data from the receive
// buffer, so no byte is copied, and a connection needs only a few bytes. All data of one turn for a
// connection goes out in one send. A turn is one system call.
#include <unistd.h>

#include <cerrno>
#include <deque>
#include <vector>

#include "ring.h"
#include "server.h"

namespace {

using Number = echo::ReceiveBuffers::Number;
constexpr Number none = UINT16_MAX;
enum class Op : std::uint8_t { accept, receive, send };

/// The buffers whose bytes wait to be sent: a list, and the number of buffers at its front that are in
/// flight.
struct Connection {
  Number first = none;
  Number last = none;
  Number held = 0;
  Number sending = 0;
  bool dirty = false;  // in the list of connections with data to send
  bool ended = false;  // receives no more data
};

class Server {
 public:
  Server(unsigned port, unsigned buffers, unsigned buffer_bytes)
      : listener_(echo::listen_on(port)),
        held_(buffers),
        next_(buffers),
        iovecs_(buffers),
        messages_(buffers) {
    echo::set_up_ring(ring_, 1024);
    buffers_.set_up(ring_, buffers, buffer_bytes);
    accept();
  }

  void run() {
    for (;;) {
      io_uring_submit_and_wait(&ring_, 1);
      unsigned head = 0;
      unsigned count = 0;
      io_uring_cqe* completion = nullptr;
      io_uring_for_each_cqe(&ring_, head, completion) {
        take(*completion);
        ++count;
      }
      io_uring_cq_advance(&ring_, count);
      give_back();
      send_replies();
    }
  }

 private:
  /// Gives the freed buffers to the kernel, and continues as many receives that found no buffer.
  void give_back() {
    for (int left = buffers_.give_back(); left > 0 && !hungry_.empty(); --left, hungry_.pop_front())
      receive(hungry_.front());
  }

  io_uring_sqe* entry(Op op, int fd) {
    io_uring_sqe* made = io_uring_get_sqe(&ring_);
    while (!made) {
      io_uring_submit(&ring_);
      made = io_uring_get_sqe(&ring_);
    }
    io_uring_sqe_set_data64(made,
                            std::uint64_t{static_cast<std::uint8_t>(op)} << 32 | static_cast<unsigned>(fd));
    return made;
  }

  void accept() {
    io_uring_prep_multishot_accept(entry(Op::accept, listener_), listener_, nullptr, nullptr, SOCK_CLOEXEC);
  }

  void receive(int fd) {
    io_uring_sqe* made = entry(Op::receive, fd);
    io_uring_prep_recv_multishot(made, fd, nullptr, 0, 0);
    made->flags |= IOSQE_BUFFER_SELECT;
  }

  void take(const io_uring_cqe& completion) {
    const int fd = static_cast<int>(completion.user_data & UINT32_MAX);
    switch (static_cast<Op>(completion.user_data >> 32)) {
      case Op::accept: return take_accept(completion);
      case Op::receive: return take_receive(fd, connections_[static_cast<std::size_t>(fd)], completion);
      case Op::send: return take_send(fd, connections_[static_cast<std::size_t>(fd)], completion.res);
    }
  }

  void take_accept(const io_uring_cqe& completion) {
    if (!(completion.flags & IORING_CQE_F_MORE)) accept();
    if (completion.res < 0) return;
    const auto index = static_cast<std::size_t>(completion.res);
    if (index >= connections_.size()) connections_.resize(index + 1);
    connections_[index] = {};
    receive(completion.res);
  }

  void take_receive(int fd, Connection& connection, const io_uring_cqe& completion) {
    if (completion.res > 0) {
      hold(connection, buffers_.number_of(completion), static_cast<std::size_t>(completion.res));
      to_be_sent(fd, connection);
    }
    if (completion.flags & IORING_CQE_F_MORE) return;
    if (completion.res > 0) return receive(fd);
    if (completion.res == -ENOBUFS) return hungry_.push_back(fd);
    connection.ended = true;
    if (connection.held == 0) ::close(fd);
  }

  void take_send(int fd, Connection& connection, int result) {
    std::size_t bytes = 0;
    for (; connection.sending > 0; --connection.sending) bytes += release(connection);
    if (result != static_cast<int>(bytes)) {  // with MSG_WAITALL, fewer bytes are a failure
      while (connection.held > 0) release(connection);
      ::shutdown(fd, SHUT_RDWR);
    }
    if (connection.held > 0) return to_be_sent(fd, connection);
    if (connection.ended) ::close(fd);
  }

  void hold(Connection& connection, Number number, std::size_t bytes) {
    held_[number] = {buffers_.at(number), bytes};
    next_[number] = none;
    (connection.held++ == 0 ? connection.first : next_[connection.last]) = number;
    connection.last = number;
  }

  std::size_t release(Connection& connection) {
    const Number number = connection.first;
    connection.first = next_[number];
    --connection.held;
    buffers_.free(number);
    return held_[number].iov_len;
  }

  void to_be_sent(int fd, Connection& connection) {
    if (connection.dirty || connection.sending > 0) return;
    connection.dirty = true;
    dirty_.push_back(fd);
  }

  void send_replies() {
    std::size_t iovecs = 0;
    std::size_t messages = 0;
    for (const int fd : dirty_) {
      Connection& connection = connections_[static_cast<std::size_t>(fd)];
      connection.dirty = false;
      if (connection.held == 0) continue;
      connection.sending = connection.held;
      io_uring_sqe* made = entry(Op::send, fd);
      constexpr unsigned flags = MSG_NOSIGNAL | MSG_WAITALL;
      if (connection.held == 1) {
        const iovec& only = held_[connection.first];
        io_uring_prep_send(made, fd, only.iov_base, only.iov_len, flags);
      } else {
        msghdr& message = messages_[messages++];
        message.msg_iov = &iovecs_[iovecs];
        message.msg_iovlen = connection.held;
        for (Number number = connection.first; number != none; number = next_[number])
          iovecs_[iovecs++] = held_[number];
        io_uring_prep_sendmsg(made, fd, &message, flags);
      }
    }
    dirty_.clear();
  }

  io_uring ring_{};
  int listener_;
  echo::ReceiveBuffers buffers_;
  std::vector<Connection> connections_;  // by descriptor
  std::vector<int> dirty_;
  std::deque<int> hungry_;
  std::vector<iovec> held_;   // by buffer: its bytes
  std::vector<Number> next_;  // by buffer: the buffer that follows it
  std::vector<iovec> iovecs_;
  std::vector<msghdr> messages_;
};

}  // namespace

int main(int argc, char** argv) {
  echo::raise_descriptor_limit();
  Server(echo::argument(argc, argv, 1, 0), echo::argument(argc, argv, 2, 256),
         echo::argument(argc, argv, 3, 2048))
      .run();
}
