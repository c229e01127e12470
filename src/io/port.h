// The completion port: start an operation, go on, and be told when it has completed.
//
// One contract, four backends: `uring` and `epoll` on Linux, `iocp` on Windows, and `sim`, a simulated
// network with a virtual clock. tests/contract holds every backend to what stands here.
//
// Threads. A port belongs to one thread, the one that calls turn() first; only post() may be called from
// others. Everything before the first turn() (making the port, listening) may happen on the thread that makes
// it. Several threads means several ports.
//
// Operations: accept, connect, receive, send, close, timer, post. Starting one never calls back and never
// blocks; its completions come out of a later turn(), in the handler.
//   1. Every operation gets exactly one completion with `final` set. Only accept and receive have others
//      before it.
//   2. A completion names its operation's kind, and carries the key of the socket, timer or post that it
//      belongs to: the lecture's completion key, 64 bits that are the caller's own.
//   3. A receive is always pending, once started: it delivers what arrives until the peer ends its side
//      (final, no error, no bytes), it fails (final, error), or it is stopped (final, `cancelled`). The bytes
//      are valid only during the callback. One receive at a time on a socket. While a socket is paused (which
//      it may be before it receives) its receive delivers nothing, no end and no failure either, and reads
//      nothing more from the kernel, so that the peer slows down; what had already been read comes after
//      resume(). A pause is no obstacle to stop() and close(). A byte that the peer marked as urgent is a
//      byte of the stream like all others, in its place. An accept delivers a connection with its peer's
//      address; one whose peer has left again may be dropped.
//   4. A send owns its buffer until its completion gives it back: all bytes handed to the kernel, or an
//      error. Sends on one socket leave in the order they were started, one after the other. After one
//      failed, those behind it fail too.
//   5. Close shuts down, cancels, joins the operations still out, which complete before it, and only then
//      closes the handle. Its completion is the last that names the socket. Unsent sends complete as
//      cancelled. From the call on no bytes and no connections are delivered, only finals, and no function
//      may be called with that socket (CHECK).
//   6. Cancel and stop are requests. Completed and cancelled are both normal answers, and data may come in
//      between. No byte is lost by a stop: what it overtakes comes from the next receive.
//   7. Exhaustion delays work and then goes on: a full submission queue, a small completion queue, receive
//      buffers used up, no descriptors left at accept, no memory left for a send. It never ends the process,
//      spins, or loses a completion. Only what makes a socket (listen, connect, adopt) says no_descriptors
//      instead.
//   8. Ids are never reused. Naming a socket that has completed its close is a bug (CHECK).
//
// Destroying a port ends all that is out, without callbacks; from then on the kernel touches none of its
// buffers. Any thread may do it, once the port's own takes no more turns.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"
#include "io/address.h"
#include "io/native_socket.h"

namespace madang::io {

/// What the lecture calls the completion key: the caller's own word for whom a completion is about.
using Key = std::uint64_t;

using Socket = Id<struct SocketTag>;
using Timer = Id<struct TimerTag>;

enum class OperationKind : std::uint8_t { accept, connect, receive, send, close, timer, post };

struct Completion {
  OperationKind kind{};
  bool final = true;
  Key key = 0;
  Socket socket;          ///< accept: the listener. timer and post: none
  Error error;            ///< none: done
  Bytes bytes;            ///< receive: what arrived; valid during the callback
  Buffer buffer;          ///< send: comes back, for reuse. receive: see receive_into()
  NativeSocket accepted;  ///< accept, not final: the new connection, to be adopted by any port, or dropped to
                          ///< refuse it
  Address peer;           ///< accept, not final: whose
  std::uint64_t value = 0;  ///< post: what was posted
  Timer timer;              ///< timer: which
};

class CompletionHandler {
 public:
  /// Called from turn(), once for each completion. May start, stop, cancel and close anything.
  virtual void on_completion(Completion& completion) = 0;

 protected:
  ~CompletionHandler() = default;
};

enum class CloseMode : std::uint8_t {
  orderly,  ///< what the kernel has taken is still delivered, unless the peer has sent what nobody read: then
            ///< kernels send a reset. For a last word that must arrive: shutdown_send, receive to the end,
            ///< close
  reset,    ///< the peer sees a reset; nothing is delivered any more
};

class Port {
 public:
  Port() = default;
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  virtual ~Port() = default;

  /// "uring", "epoll", "iocp" or "sim".
  virtual std::string_view name() const = 0;

  // --- Sockets ---

  /// Binds, listens and starts the accept operation. Port 0 lets the system choose: see local_address. [::]
  /// is reached by IPv4, too.
  virtual Result<Socket> listen(const Address& address, Key key) = 0;
  virtual Address local_address(Socket socket) const = 0;

  /// Takes over a connection that some port accepted. Nothing is received before receive().
  virtual Result<Socket> adopt(NativeSocket accepted, Key key) = 0;

  /// Makes a socket and starts the connect operation. If that completes with an error, the socket is still to
  /// be closed.
  virtual Result<Socket> connect(const Address& address, Key key) = 0;

  virtual void set_key(Socket socket, Key key) = 0;

  /// Starts the receive operation. This and the sending below: only once the socket is connected.
  virtual void receive(Socket socket) = 0;

  /// For large messages: what the receive brings next goes into the free room of `buffer`, behind what it
  /// holds, and the completion that brings it brings the buffer, with `bytes` at its end. The kernel writes
  /// there itself where it can. For one completion, one buffer at a time, and only while a receive is
  /// out; a final brings the buffer back too.
  virtual void receive_into(Socket socket, Buffer buffer) = 0;

  /// Holds back the socket's receive or accept, and lets it go on. Both may be repeated without harm.
  virtual void pause(Socket socket) = 0;
  virtual void resume(Socket socket) = 0;

  /// Asks a receive or an accept to end; nothing when there is none. A receive may be started again after its
  /// final.
  virtual void stop(Socket socket) = 0;

  /// Starts a send. `buffer` is not empty.
  virtual void send(Socket socket, Buffer buffer) = 0;

  /// Ends our side once the sends before it have left: the peer's receive then sees its end. No operation, no
  /// completion. No send after it (CHECK).
  virtual void shutdown_send(Socket socket) = 0;

  /// Returns how many bytes of this socket's sends the system holds because the peer has not yet confirmed
  /// them: how far this client is behind. A system call, so ask it about sockets that lag. Linux: SIOCOUTQ.
  /// It includes what is on its way (SIOCOUTQNSD does not), because a slow line keeps most of it there.
  /// sim: what the peer has not yet read. Windows: always 0, because Winsock has no such question.
  virtual std::size_t unsent_bytes(Socket socket) const = 0;

  /// Starts the close operation.
  virtual void close(Socket socket, CloseMode mode = CloseMode::orderly) = 0;

  // --- Has it left? ---

  /// Returns a mark behind all operations started so far, for is_submitted().
  virtual std::uint64_t started_mark() const = 0;
  /// Returns whether the port has given the kernel every operation that was started before the mark, as far
  /// as the kernel would take it: a send that waits for room, or behind another that does, is not waited for.
  /// Once true it stays true. It becomes true after finitely many turns, also with turns that do not wait.
  virtual bool is_submitted(std::uint64_t mark) const = 0;

  // --- Time ---

  virtual Time now() const = 0;
  /// Completes once, after `delay` or, cancelled, before.
  virtual Timer start_timer(Duration delay, Key key) = 0;
  /// Asks a timer to end early; nothing when it has completed already.
  virtual void cancel(Timer timer) = 0;

  // --- Between threads ---

  /// Any thread: completes on the port's own thread, in the order of one thread's posts, and wakes it if it
  /// waits. False when PortOptions::posts_max are waiting already; try again later.
  [[nodiscard]] virtual bool post(Key key, std::uint64_t value) = 0;

  // --- The loop ---

  static constexpr Duration forever = Duration::max();

  /// Submits what was started, waits at most `max_wait` for a first completion, and hands all that are there
  /// to `handler`: the lecture's GetQueuedCompletionStatus and the switch behind it. Returns how many.
  virtual std::size_t turn(CompletionHandler& handler, Duration max_wait) = 0;

  /// Operations started and not yet finally completed: accept, connect, receive, send, close and timer.
  virtual std::size_t operations_out() const = 0;
};

/// Sizes, all settable so that tests can make every one of them too small.
struct PortOptions {
  std::uint32_t submission_entries = 1024;  ///< uring: places in the submission queue
  std::uint32_t completion_entries =
      16384;                            ///< uring: places in the completion queue; iocp, epoll: events a turn
  std::uint32_t receive_buffers = 256;  ///< uring: buffers shared by all receives; a power of two
  std::uint32_t receive_buffer_bytes = 2048;  ///< uring: of each; epoll, iocp: see receive_bytes_max
  std::uint32_t receive_bytes_max = 65536;    ///< epoll, iocp: most bytes of one receive completion
  std::uint32_t accepts_pending = 64;         ///< iocp: AcceptEx calls kept posted for a listener
  std::uint32_t posts_max = 4096;             ///< posts waiting; a power of two
  std::uint32_t sockets_max = 1u << 20;       ///< sockets of one port
  int listen_backlog = 4096;
  /// Bounds what the system takes of a client's sends while that client does not read; a send completes later
  /// then. 0: the system's choice, which is megabytes. The bound is not exact: Linux takes up to twice as
  /// much and one segment more (64 KiB at most) before it says no; Windows this and one send more.
  int unsent_bytes_max = 0;
  int send_buffer_bytes = 0;                             ///< SO_SNDBUF of new sockets; 0: the system's choice
  int receive_kernel_bytes = 0;                          ///< SO_RCVBUF of new sockets; 0: the system's choice
  Duration retry_delay = std::chrono::milliseconds(50);  ///< before a refused accept or send is tried again
};

enum class Backend : std::uint8_t { automatic, uring, epoll, iocp };

/// A port on the machine's own network. `automatic` takes the best that this machine offers: on Linux
/// io_uring, and where the kernel or the container refuses that, epoll, with one line in the log that says
/// so.
Result<std::unique_ptr<Port>> make_port(Backend backend = Backend::automatic,
                                        const PortOptions& options = {});

/// "auto", "uring", "epoll", "iocp".
std::string_view name_of(Backend backend);

}  // namespace madang::io
