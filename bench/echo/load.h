// Load: drives an echo server to its limit on one thread, and checks what comes back.
//
// A closed loop: each connection keeps so many messages out; as replies come back, as many new ones leave in
// one write. During the warm-up every byte is compared; after it the head of each frame.
//
// It must cost less than the server. So it stands on io_uring, a turn is one system call, successful sends do
// not complete at all, a connection is one cache line; and where frames are large, all but their heads is
// thrown away in the kernel (MSG_TRUNC) instead of being copied out of it.
//
// What does not match ends the program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "client/delay_histogram.h"
#include "frame_stream.h"
#include "load_options.h"
#include "ring.h"

namespace echo {

class Load {
 public:
  explicit Load(const LoadOptions& options);

  /// Opens the connections and sends the first messages.
  void start();
  /// At least so long, and until everybody has been answered.
  void warm_up(madang::Duration duration);
  /// After that, at least so long, and until a message has come back. Notes the delays; compares only heads.
  void run_for(madang::Duration duration);

  std::uint64_t messages() const { return messages_; }
  /// From a message's send to its reply, in microseconds: of one message in seven.
  const madang::client::DelayHistogram& delays() const { return delays_; }

 private:
  struct Connection {
    int fd;
    bool ready = false;          // stands in the list of those that may send
    std::uint64_t sent = 0;      // bytes, from the beginning
    std::uint64_t received = 0;  // likewise
    std::uint64_t timed = 0;     // where the message ends whose reply is timed; 0: none is
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
  std::vector<std::byte> large_buffers_;  // one for each connection, or none
  unsigned sends_written_ = 0;            // entries of the queue that has not been submitted
  std::size_t served_ = 0;                // connections that have been answered
  bool measuring_ = false;
  std::uint64_t messages_ = 0;
  unsigned until_timed_ = 0;
  madang::client::DelayHistogram delays_;
  ReceiveBuffers buffers_;  // outlive the ring
  io_uring ring_{};
};

}  // namespace echo
