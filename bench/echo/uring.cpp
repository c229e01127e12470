// Echo on io_uring, with nothing between: the floor that the others are measured against. What was received
// is sent from where it was received, so that no byte is copied and a connection is but a few bytes; all that
// one turn brought for a connection leaves in one send; a turn is one system call.
#include <liburing.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

#include "server.h"

namespace {

using Number = std::uint16_t;  // of a buffer
constexpr Number none = UINT16_MAX;
enum class Op : std::uint8_t { accept, receive, send };

/// The buffers whose bytes it has yet to be sent: a list, and how many at its front are being sent.
struct Connection {
  Number first = none;
  Number last = none;
  Number held = 0;
  Number sending = 0;
  bool dirty = false;  // stands in the list of those with something to send
  bool ended = false;  // receives no more
};

class Server {
 public:
  Server(unsigned port, unsigned buffers, unsigned buffer_bytes)
      : listener_(echo::listen_on(port)),
        buffer_bytes_(buffer_bytes),
        held_(buffers),
        next_(buffers),
        iovecs_(buffers),
        messages_(buffers) {
    io_uring_params params{};
    params.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE |
                   IORING_SETUP_SUBMIT_ALL;
    params.cq_entries = 16384;
    if ((errno = -io_uring_queue_init_params(1024, &ring_, &params)) != 0) echo::die("io_uring_queue_init");
    io_uring_register_ring_fd(&ring_);
    make_buffers(buffers);
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
  void make_buffers(unsigned count) {
    const std::size_t ring_bytes = count * sizeof(io_uring_buf);
    void* memory = ::mmap(nullptr, ring_bytes + std::size_t{count} * buffer_bytes_, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) echo::die("mmap");
    buffer_ring_ = static_cast<io_uring_buf_ring*>(memory);
    buffers_ = static_cast<char*>(memory) + ring_bytes;
    io_uring_buf_reg registration{};
    registration.ring_addr = reinterpret_cast<std::uintptr_t>(memory);
    registration.ring_entries = count;
    if ((errno = -io_uring_register_buf_ring(&ring_, &registration, 0)) != 0) echo::die("buffer ring");
    io_uring_buf_ring_init(buffer_ring_);
    for (unsigned number = 0; number < count; ++number) free(static_cast<Number>(number));
    give_back();
  }

  char* buffer(Number number) { return buffers_ + std::size_t{number} * buffer_bytes_; }

  void free(Number number) {
    io_uring_buf_ring_add(buffer_ring_, buffer(number), buffer_bytes_, number,
                          io_uring_buf_ring_mask(static_cast<unsigned>(next_.size())), freed_++);
  }

  /// Lets the kernel have the freed buffers, and those go on whom it had none for.
  void give_back() {
    if (freed_ == 0) return;
    io_uring_buf_ring_advance(buffer_ring_, freed_);
    for (; freed_ > 0 && !hungry_.empty(); --freed_, hungry_.pop_back()) receive(hungry_.back());
    freed_ = 0;
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
      const auto number = static_cast<Number>(completion.flags >> IORING_CQE_BUFFER_SHIFT);
      hold(connection, number, static_cast<std::size_t>(completion.res));
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
    if (result != static_cast<int>(bytes)) {  // MSG_WAITALL: less than all is a failure
      while (connection.held > 0) release(connection);
      ::shutdown(fd, SHUT_RDWR);
    }
    if (connection.held > 0) return to_be_sent(fd, connection);
    if (connection.ended) ::close(fd);
  }

  void hold(Connection& connection, Number number, std::size_t bytes) {
    held_[number] = {buffer(number), bytes};
    next_[number] = none;
    (connection.held++ == 0 ? connection.first : next_[connection.last]) = number;
    connection.last = number;
  }

  std::size_t release(Connection& connection) {
    const Number number = connection.first;
    connection.first = next_[number];
    --connection.held;
    free(number);
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
  unsigned buffer_bytes_;
  io_uring_buf_ring* buffer_ring_ = nullptr;
  char* buffers_ = nullptr;
  int freed_ = 0;
  std::vector<Connection> connections_;  // by descriptor
  std::vector<int> dirty_;
  std::vector<int> hungry_;
  std::vector<iovec> held_;   // by buffer: its bytes,
  std::vector<Number> next_;  // and which follows it
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
