// Connection: the connection of one client to a server, from the connect to the last completion.
//
// A connection connects, logs in, parses packets, applies them to its view, and then gives them to its owner.
// It knows the packets of a session alone, so it serves every game. Packets to send wait until flush(), and
// go out in one send. The only clock is that of the port. A
// connection starts no timers: its owner calls watch_clock() regularly.
//
// The owner is the completion handler of the port. It passes each completion with the connection's key to
// on_completion(). Port, pool, owner and view must outlive the connection. A view serves one connection, and
// one world. The
// connection must not be destroyed between start() and on_end(). One thread.
#pragma once

#include <cstdint>
#include <string>

#include "madang/base/buffer.h"
#include "madang/base/close_reason.h"
#include "madang/client/any_view.h"
#include "madang/io/port.h"
#include "madang/wire/codec.h"
#include "madang/wire/session_packets.h"

namespace madang::client {

class Connection;

/// How a connection ended.
struct Ending {
  bool was_connected = false;              ///< the connect had succeeded
  bool was_requested = false;              ///< by log_out() or drop()
  bool has_goodbye = false;                ///< the server has sent a goodbye
  CloseReason reason = CloseReason::none;  ///< of the goodbye; without a goodbye, what the client saw
  std::string text{};                      ///< the words of the goodbye; safe to show in a terminal
  Error error{};                           ///< of the system, if there was one

  /// Returns whether the end was regular: the client requested it, and the server (if any) said goodbye.
  bool is_regular() const { return was_requested && (has_goodbye || !was_connected); }
};

/// Returns one line that tells a person how the connection ended.
std::string describe(const Ending& ending, Language language = Language::english);

/// Returns the time as packets carry it: in microseconds modulo 2^32, which is 71 minutes.
inline std::uint32_t client_time(Time now) {
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}
/// Returns the time since an earlier client_time(), in microseconds. The wraparound of the unsigned
/// difference is intended: the result is right for times of up to 71 minutes.
inline std::uint32_t microseconds_since(std::uint32_t earlier_client_time, Time now) {
  return client_time(now) - earlier_client_time;
}

/// The owner of a connection, which the connection calls. No calls come during start().
class ConnectionOwner {
 public:
  /// Called when the client is in a world, also after enter_world(). The view has the Welcome.
  virtual void on_welcome(Connection&) {}
  /// Called for each packet, after the view has applied it. Also for the Welcome and the Goodbye.
  virtual void on_packet(Connection&, const wire::Frame&) {}
  /// The last call. The owner may destroy the connection in it.
  virtual void on_end(Connection&, const Ending& ending) = 0;
  /// Called when the first bytes wait to be sent. The owner calls flush() at the end of its turn.
  virtual void wants_flush(Connection&) = 0;

 protected:
  ~ConnectionOwner() = default;
};

/// The states of a connection, in their order. A connection may skip all states but closing and ended.
enum class ConnectionState : std::uint8_t {
  fresh,       ///< not started yet
  connecting,  ///< the connect operation is in flight
  handshake,   ///< the login is sent and has no answer yet
  active,      ///< in the world
  draining,    ///< the logout is sent and has no answer yet
  closing,     ///< the close operation is in flight
  ended,
};

struct ConnectionTimes {
  Duration login_deadline = 15s;  ///< from start to Welcome
  Duration logout_deadline = 5s;  ///< from log_out() to the goodbye of the server
  /// Time without a sent packet after which a ping is sent, because the server closes silent sessions.
  Duration quiet_before_ping = 10s;
};

class Connection {
 public:
  Connection(io::Port& port, io::Key key, BufferPool& pool, ConnectionOwner& owner, AnyView& view,
             const ConnectionTimes& times = {});
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Connects, and then logs in. Returns an error if the system gives no socket; then on_end() is not called.
  Result<void> start(const io::Address& server, const wire::Login& login);
  /// Leaves the present world for another one. `view` is fresh, and serves the connection from the next
  /// Welcome on; until then the view of the present world must live. Without success a NotEntered comes, and
  /// `view` is not used. Dropped if the connection is not active.
  void enter_world(const wire::EnterWorld& enter_world, AnyView& view);
  /// Sends a logout, and waits for the goodbye of the server. on_end() follows before logout_deadline is
  /// over.
  void log_out();
  /// Resets the connection. on_end() follows.
  void drop();

  ConnectionState state() const { return state_; }
  bool is_active() const { return state_ == ConnectionState::active; }
  io::Key key() const { return key_; }
  const AnyView& view() const { return *view_; }
  std::uint64_t bytes_in() const { return bytes_in_; }
  std::uint64_t bytes_out() const { return bytes_out_; }

  /// Appends a packet, if the connection is active. Otherwise the packet is dropped.
  template <wire::Packet P>
  void send(const P& packet) {
    if (is_active()) append(packet);
  }
  /// Sends what was appended. Called at the end of the owner's turn.
  void flush();
  /// Checks deadlines, and sends pings. Called about once a second.
  void watch_clock();

  void on_completion(io::Completion& completion);

 private:
  template <wire::Packet P>
  void append(const P& packet) {
    const bool was_clean = out_.empty();
    if (out_.capacity() == 0) out_ = pool_.make(wire::frame_size_of(packet));
    wire::append(out_, packet);
    if (was_clean) owner_.wants_flush(*this);
  }

  void on_connected(const io::Completion& completion);
  void on_received(const io::Completion& completion);
  void on_sent(const io::Completion& completion);
  void on_closed();

  void receive_bytes(Bytes bytes);
  std::size_t dispatch_frames(Bytes bytes);
  void dispatch_frame(const wire::Frame& frame);
  void on_welcome_packet();
  void on_goodbye_packet(const wire::Frame& frame);
  void fail(CloseReason reason, const Error& error = {});
  void close(io::CloseMode mode);
  /// Returns whether packets of the server are still handled.
  bool is_listening() const;

  io::Port& port_;
  BufferPool& pool_;
  ConnectionOwner& owner_;
  const io::Key key_;
  const ConnectionTimes times_;
  AnyView* view_;
  AnyView* next_view_ = nullptr;  ///< of the world that was asked for; null: none was

  io::Socket socket_;
  ConnectionState state_ = ConnectionState::fresh;
  bool is_sending_ = false;  ///< a send is in flight
  Time deadline_{};          ///< of connecting and handshake together; and of draining
  Time last_sent_{};
  Buffer in_;   ///< the beginning of a frame that is not whole yet
  Buffer out_;  ///< until the next flush(); while connecting it holds the login
  std::uint64_t bytes_in_ = 0;
  std::uint64_t bytes_out_ = 0;
  Ending ending_;
};

}  // namespace madang::client
