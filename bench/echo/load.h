// Load: drives an echo server to its limit, and checks the echoes. One thread.
//
// A closed loop: each connection always has the same number of messages in flight. For each reply, a new
// message is sent; all new messages of a connection leave in one write. During the warm-up every byte is
// compared, and after it only the head of each frame. A wrong byte ends the program.
//
// The load must cost less than the server. So it uses io_uring with one system call for each turn, and
// successful sends have no completion. A connection is one cache line. The kernel discards the bodies of
// large frames (MSG_TRUNC) instead of copying them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "frame_stream.h"
#include "load_options.h"
#include "madang/base/time.h"
#include "madang/client/delay_histogram.h"
#include "ring.h"

namespace echo {

class Load {
 public:
  explicit Load(const LoadOptions& options);

  /// Opens the connections and sends the first messages.
  void start();
  /// Runs at least this long, and until each connection has got a reply.
  void warm_up(madang::Duration duration);
  /// Runs at least this long after the warm-up, and until a message has come back. Records the delays.
  void run_for(madang::Duration duration);

  std::uint64_t messages() const { return messages_; }
  /// Returns the times from a send to its reply, in microseconds, for one message in seven.
  const madang::client::DelayHistogram& delays() const { return delays_; }

 private:
  struct Connection {
    int fd;
    bool ready = false;          // in the list of connections that may send
    std::uint64_t sent = 0;      // bytes, from the start
    std::uint64_t received = 0;  // likewise
    std::uint64_t timed = 0;     // end of the message whose reply is timed; 0: none
    madang::Time timed_since{};
  };

  void turn();
  io_uring_sqe* entry(std::uint64_t tag);
  void submit_and_wait();
  void take_completions();
  void take_received(std::uint32_t index, const io_uring_cqe& completion);
  void receive(std::uint32_t index);
  void receive_large(std::uint32_t index, io_uring_sqe& entry);
  void note_received(std::uint32_t index, madang::Bytes bytes);
  void send(std::uint32_t index);
  bool large() const;

  const LoadOptions options_;
  const unsigned entries_;
  FrameStream stream_;
  std::vector<Connection> connections_;
  std::vector<std::uint32_t> ready_;
  std::vector<std::byte> large_buffers_;  // one buffer for each connection, or no buffers
  unsigned sends_written_ = 0;            // entries of the queue that are not submitted yet
  std::size_t served_ = 0;                // connections that have got a reply
  bool measuring_ = false;
  std::uint64_t messages_ = 0;
  unsigned until_timed_ = 0;
  madang::client::DelayHistogram delays_;
  ReceiveBuffers buffers_;  // outlive the ring
  io_uring ring_{};
};

}  // namespace echo
