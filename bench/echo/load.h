// Load: drives an echo server to its limit on one thread, and checks what comes back.
//
// A closed loop: each connection keeps so many messages out; as replies come back, as many new ones leave in
// one write. All connections that are ready are read before any is written to, so that the server, too, finds
// several at once. During the warm-up every byte is compared; after it the head of each frame, and where
// frames are large the rest is not even copied out of the kernel: the load must cost less than the server.
// What does not match, or does not come, ends the program.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "client/delay_histogram.h"
#include "frame_stream.h"
#include "load_options.h"

namespace echo {

class Load {
 public:
  explicit Load(const LoadOptions& options);

  /// Opens the connections and sends the first messages.
  void start();
  void run_for(madang::Duration duration);
  /// From here on the delays are noted, and only heads compared.
  void begin_measuring() { measuring_ = true; }

  std::uint64_t messages() const { return messages_; }
  /// From a message's send to its reply, in microseconds: of one message in seven.
  const madang::client::DelayHistogram& delays() const { return delays_; }
  /// Ends the program if there is a connection that never got anything back.
  void check_that_all_were_served() const;

 private:
  struct Connection {
    int fd;
    std::uint64_t sent = 0;      // bytes, from the beginning
    std::uint64_t received = 0;  // likewise
    std::uint64_t timed = 0;     // where the message ends whose reply is timed; 0: none is
    madang::Time timed_since{};
  };

  struct Wanted {
    std::size_t bytes;
    int flags;
  };

  void receive(std::uint32_t index);
  Wanted wanted_from(const Connection& connection) const;
  void note_reply(Connection& connection);
  void send(std::uint32_t index);

  const LoadOptions options_;
  FrameStream stream_;
  std::vector<std::byte> buffer_;
  int epoll_;
  std::vector<Connection> connections_;
  std::array<epoll_event, 512> events_;
  bool measuring_ = false;
  std::uint64_t messages_ = 0;
  unsigned until_timed_ = 0;
  madang::client::DelayHistogram delays_;
};

}  // namespace echo
