// Port: a completion port. A program starts an operation and goes on; a completion says how it has ended.
//
// An echo server shows the use:
//
//   void on_completion(Completion& done) override {  // a CompletionHandler
//     if (done.kind == OperationKind::accept && !done.is_final) {
//       if (const auto client = port.adopt(std::move(done.accepted), client_key)) port.receive(*client);
//     }
//     if (done.kind != OperationKind::receive) return;
//     if (done.is_final) return port.close(done.socket);
//     port.send(done.socket, Buffer::copy(done.bytes));
//   }
//   ...
//   port.listen(address, listener_key);
//   while (is_running) port.turn(echo_server, Port::forever);
//
// There is one contract and four backends: `uring` and `epoll` on Linux, `iocp` on Windows, and `sim`, a
// simulated network with a virtual clock. tests/contract checks this contract for every backend.
//
// Threads. A port belongs to one thread: the thread of its first turn(). Other threads may call post() only.
// Before the first turn(), the thread that made the port may use the port, for example to listen. A program
// with several threads has several ports.
//
// Operations: accept, connect, receive, send, close, timer, post. A call that starts an operation never
// blocks and never calls the handler. The handler gets the completions in a later turn().
//   1. Every operation has exactly one final completion (`is_final`). Only accept and receive have other
//      completions before the final one.
//   2. A completion names the kind of its operation. It carries the key of its socket, timer or post. The key
//      is the lecture's completion key: 64 bits that belong to the caller.
//   3. A receive stays in flight until it ends. Until then it delivers bytes as they arrive. It ends when
//      the peer ends its side (final, no error, no bytes), when it fails (final, error), or when it is
//      stopped (final, `cancelled`). The bytes are valid during the callback only. A socket has at most one
//      receive. A byte that the peer has marked as urgent is delivered in its place in the stream.
//      A paused socket delivers nothing: no bytes, no end, no failure. The port reads nothing more from the
//      kernel, so the peer slows down. Bytes that the port had read before come after resume(). A socket may
//      be paused before it receives. stop() and close() work on a paused socket.
//      An accept delivers each connection with the address of its peer. The port may drop a connection whose
//      peer has left already.
//   4. A send owns its buffer. The completion gives the buffer back: the kernel has all bytes, or there is an
//      error. The sends of a socket leave one after the other, in the order of their start. When one send
//      fails, all later sends of the socket fail too.
//   5. A close shuts the socket down, cancels its operations, waits for them, and then closes the handle. The
//      other operations complete before the close. The completion of the close is the last that names the
//      socket. Sends that have not left complete as cancelled. After the call, the socket delivers no bytes
//      and no connections, only final completions. No other function accepts the socket then (CHECK).
//   6. Cancel and stop are requests. The operation may still complete as done, and data may come in between.
//      A stop loses no byte: the next receive delivers what has arrived meanwhile.
//   7. A lack of resources delays an operation. The port goes on when the resource is there again. This holds
//      for a full submission queue, a small completion queue, receive buffers, descriptors for an accept, and
//      memory for a send. The port does not end the process, does not spin, and loses no completion. Only
//      the calls that make a socket (listen, connect, adopt) return `no_descriptors` instead.
//   8. An id is never used again. To name a socket whose close has completed is a bug (CHECK).
//
// The destructor of a port ends all operations without callbacks. Afterwards the kernel touches none of the
// port's buffers. Any thread may destroy a port when the port's own thread takes no more turns.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>

#include "madang/base/buffer.h"
#include "madang/base/bytes.h"
#include "madang/base/error.h"
#include "madang/base/ids.h"
#include "madang/base/time.h"
#include "madang/io/address.h"
#include "madang/io/native_socket.h"

namespace madang::io {

/// The lecture's completion key. The caller chooses it; the port only hands it back in each completion.
using Key = std::uint64_t;

using Socket = Id<struct SocketTag>;
using Timer = Id<struct TimerTag>;

enum class Backend : std::uint8_t { automatic, uring, epoll, iocp, sim };

/// Returns "auto", "uring", "epoll", "iocp" or "sim".
constexpr std::string_view name_of(Backend backend) {
  switch (backend) {
    case Backend::automatic: return "auto";
    case Backend::uring: return "uring";
    case Backend::epoll: return "epoll";
    case Backend::iocp: return "iocp";
    case Backend::sim: return "sim";
  }
  return "?";
}

enum class OperationKind : std::uint8_t { accept, connect, receive, send, close, timer, post };

struct Completion {
  OperationKind kind{};
  bool is_final = true;
  Key key = 0;
  Socket socket;            ///< accept: the listener; none for a timer and a post
  Error error;              ///< none: the operation has succeeded
  Bytes bytes;              ///< receive: the bytes that arrived; valid during the callback
  Buffer buffer;            ///< send: the buffer of the send; receive: see receive_into()
  NativeSocket accepted;    ///< accept, not final: the new connection; any port may adopt it; dropping it
                            ///< refuses the connection
  Address peer;             ///< accept, not final: the address of the connection's peer
  std::uint64_t value = 0;  ///< post: the value that was posted
  Timer timer;              ///< timer: the timer that has completed
};

class CompletionHandler {
 public:
  /// Handles one completion. turn() calls it once for each completion. It may start, stop, cancel and close
  /// any operation.
  virtual void on_completion(Completion& completion) = 0;

  /// A completion with this key comes soon: the handler may let the processor fetch the memory that it will
  /// read then. The port may call it twice for a completion, with step 0 for an object, and later with step 1
  /// for what that object points to. It must not change anything, and the key may be unknown by now.
  virtual void prefetch(Key, int step) const { static_cast<void>(step); }

 protected:
  ~CompletionHandler() = default;
};

enum class CloseMode : std::uint8_t {
  orderly,  ///< the kernel still delivers the bytes that it has; but when there are bytes from the peer that
            ///< nobody has read, kernels send a reset instead. A last message arrives safely in this order:
            ///< shutdown_send(), receive to the end, close()
  reset,    ///< the peer gets a reset; the kernel delivers nothing more
};

class Port {
 public:
  Port() = default;
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  virtual ~Port() = default;

  /// Returns the backend of this port; never `automatic`. Any thread.
  virtual Backend backend() const = 0;

  // --- Sockets ---

  /// Makes a socket, binds it, listens, and starts the accept operation. With port 0 the system chooses the
  /// port: see local_address(). A listener on [::] also accepts connections over IPv4.
  virtual Result<Socket> listen(const Address& address, Key key) = 0;

  /// Returns the local address of a socket.
  virtual Address local_address(Socket socket) const = 0;

  /// Makes a socket of this port from a connection that any port has accepted. Starts no operation.
  virtual Result<Socket> adopt(NativeSocket accepted, Key key) = 0;

  /// Makes a socket and starts the connect operation. When the operation fails, the socket still has to be
  /// closed.
  virtual Result<Socket> connect(const Address& address, Key key) = 0;

  /// Changes the key that later completions of this socket carry.
  virtual void set_key(Socket socket, Key key) = 0;

  /// Starts the receive operation. Precondition: the socket is connected and has no receive (CHECK).
  virtual void receive(Socket socket) = 0;

  /// Receives the next bytes into `buffer`, behind the bytes that the buffer holds. The next completion with
  /// bytes gives the buffer back, with `bytes` at its end; a final completion also gives it back. Then the
  /// receive goes on as before. It is for large messages: the kernel writes into the buffer where it can.
  /// Precondition: a receive is in flight, `buffer` has spare capacity, and the socket has no other such
  /// buffer (CHECK).
  virtual void receive_into(Socket socket, Buffer buffer) = 0;

  /// Stops the deliveries of the socket's receive or accept until resume(). A second call changes nothing.
  virtual void pause(Socket socket) = 0;
  /// Lets the socket's receive or accept deliver again. A second call changes nothing.
  virtual void resume(Socket socket) = 0;

  /// Asks the receive or the accept of the socket to end. Does nothing when there is none. After its final
  /// completion, a receive may be started again.
  virtual void stop(Socket socket) = 0;

  /// Starts a send. Precondition: the socket is connected, shutdown_send() was not called, and `buffer` is
  /// not empty (CHECK).
  virtual void send(Socket socket, Buffer buffer) = 0;

  /// Ends our side of the connection when all earlier sends have left. The peer's receive then ends. This is
  /// no operation and has no completion. Precondition: the socket is connected (CHECK).
  virtual void shutdown_send(Socket socket) = 0;

  /// Returns the number of sent bytes that the peer has not confirmed yet. The system still holds them, so
  /// the number says how far the client lags behind. The call costs a system call.
  /// Linux: SIOCOUTQ. It counts bytes in transit, because a slow line keeps most bytes there.
  /// sim: the bytes that the peer has not read. Windows: always 0, because Winsock has no such call.
  virtual std::size_t unsent_bytes(Socket socket) const = 0;

  /// Starts the close operation.
  virtual void close(Socket socket, CloseMode mode = CloseMode::orderly) = 0;

  // --- Has it left? ---

  /// Returns a mark for is_submitted(). The mark stands behind all operations that were started so far.
  virtual std::uint64_t started_mark() const = 0;

  /// Returns whether the kernel has every operation that was started before the mark. A send counts as
  /// submitted while it waits for its peer, and so does each send behind it. Once true, the result stays
  /// true. It becomes true after a finite number of turns, also when no turn waits.
  virtual bool is_submitted(std::uint64_t mark) const = 0;

  // --- Time ---

  /// Returns the time by the clock of this port.
  virtual Time now() const = 0;
  /// Starts a timer. It completes once: after `delay`, or before that as cancelled.
  virtual Timer start_timer(Duration delay, Key key) = 0;
  /// Asks a timer to end now. Does nothing when the timer has completed.
  virtual void cancel(Timer timer) = 0;

  // --- Between threads ---

  /// Starts a post and wakes the port if it waits. The post completes on the port's thread. The posts of one
  /// thread complete in their order. Returns false when PortOptions::posts_max posts are in flight: try again
  /// later. Any thread.
  [[nodiscard]] virtual bool post(Key key, std::uint64_t value) = 0;

  // --- The loop ---

  static constexpr Duration forever = Duration::max();

  /// Submits the started operations, waits at most `max_wait` for a first completion, and calls `handler`
  /// for each completion that is there. It is the lecture's GetQueuedCompletionStatus with the switch behind
  /// it. Returns the number of completions. Precondition: not called from a handler (CHECK).
  virtual std::size_t turn(CompletionHandler& handler, Duration max_wait) = 0;

  /// Returns the number of operations in flight: accept, connect, receive, send, close and timer. Posts do
  /// not count.
  virtual std::size_t operations_in_flight() const = 0;
};

/// Sizes of a port. All of them can be set, so that tests can make each of them too small.
struct PortOptions {
  /// uring: entries of the submission queue.
  std::uint32_t submission_entries = 1024;
  /// uring: entries of the completion queue. epoll, iocp, sim: events that one turn handles (epoll and
  /// iocp: at most 1024).
  std::uint32_t completion_entries = 16384;
  /// uring: number of buffers that all receives share; a power of two.
  std::uint32_t receive_buffers = 256;
  /// uring: bytes of each shared buffer.
  std::uint32_t receive_buffer_bytes = 2048;
  /// epoll, iocp, sim: maximum bytes of one receive completion.
  std::uint32_t receive_bytes_max = 65536;
  /// iocp: AcceptEx calls in flight for each listener.
  std::uint32_t accepts_pending = 64;
  /// Maximum number of posts in flight; rounded up to a power of two.
  std::uint32_t posts_max = 4096;
  /// Maximum number of sockets of the port.
  std::uint32_t sockets_max = 1u << 20;
  /// Connections that may wait at a listener until the port accepts them.
  int listen_backlog = 4096;
  /// Maximum bytes that the system holds for a peer that does not read. A send beyond it completes later.
  /// 0: the system's own bound, which is megabytes. The bound is not exact. Linux holds up to twice as much
  /// and one segment more (64 KiB at most); Windows holds one send more.
  int unsent_bytes_max = 0;
  /// SO_SNDBUF of new sockets in bytes. 0: unsent_bytes_max if that is set, else the system's choice.
  int send_buffer_bytes = 0;
  /// SO_RCVBUF of new sockets in bytes. 0: the system's choice.
  int receive_kernel_bytes = 0;
  /// Time before the port tries again what the system has refused for lack of a resource.
  Duration retry_delay = std::chrono::milliseconds(50);
};

/// Makes a port on the network of this machine. `automatic` chooses the best backend that the machine offers.
/// On Linux that is io_uring, or epoll where the kernel or the container refuses io_uring; then one line in
/// the log says so. Returns `unsupported` for a backend that this system does not have.
Result<std::unique_ptr<Port>> make_port(Backend backend = Backend::automatic,
                                        const PortOptions& options = {});

}  // namespace madang::io
