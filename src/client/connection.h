// Connection: one client's way to the server and back, from its connect to its last completion.
//
// It connects, logs in, cuts what comes into packets, feeds them to its View and shows them to its owner;
// what is sent gathers until flush(), and leaves in one send. It asks no clock but its port's and starts no
// timers: its owner calls watch_clock() now and then.
//
// The owner is the port's completion handler: it hands each completion that carries the connection's key to
// on_completion(). Port, pool, owner and findings outlive the connection; it must not be destroyed between
// start() and on_end(). One thread.
#pragma once

#include <cstdint>
#include <string>

#include "base/buffer.h"
#include "base/close_reason.h"
#include "client/view.h"
#include "io/port.h"
#include "wire/packets.h"

namespace madang::client {

class Connection;

/// How a connection ended.
struct Ending {
  bool connected = false;                  ///< the connect had succeeded
  bool asked_for = false;                  ///< by log_out() or drop()
  bool said_goodbye = false;               ///< the server did
  CloseReason reason = CloseReason::none;  ///< that of the goodbye; without one, what we saw
  std::string text;                        ///< the words of the goodbye, fit for a terminal
  Error error;                             ///< the system's, if it had one

  /// As it should be: both sides knew, or there was only one.
  bool in_order() const { return asked_for && (said_goodbye || !connected); }
};

/// One line for a person.
std::string describe(const Ending& ending, Language language = Language::english);

/// The client's clock as packets carry it: microseconds, round the clock in 71 minutes.
inline std::uint32_t client_time(Time now) {
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}
/// How long ago that was.
inline std::uint32_t microseconds_since(std::uint32_t earlier_client_time, Time now) {
  return client_time(now) - earlier_client_time;
}

/// Whom a connection tells. Never from inside start().
class ConnectionOwner {
 public:
  /// The client is in the world. The view knows the Welcome.
  virtual void on_welcome(Connection&) {}
  /// A packet came and the view has taken it in: also the Welcome, and the Goodbye.
  virtual void on_packet(Connection&, const wire::Frame&) {}
  /// The last call; the connection may be destroyed in it.
  virtual void on_end(Connection&, const Ending& ending) = 0;
  /// There is something to send where there was nothing: call flush() at the end of the turn.
  virtual void wants_flush(Connection&) = 0;

 protected:
  ~ConnectionOwner() = default;
};

/// A connection goes through these in order, and may skip any but closing.
enum class ConnectionState : std::uint8_t {
  fresh,       ///< not started yet
  connecting,  ///< the connect operation is out
  greeting,    ///< the login is on its way
  playing,     ///< in the world
  leaving,     ///< the logout is on its way
  closing,     ///< the socket's close operation is out
  ended,
};

struct ConnectionTimes {
  Duration login_deadline = 15s;  ///< from start to Welcome
  Duration logout_deadline = 5s;  ///< from log_out to the server's goodbye
  Duration quiet_before_ping =
      10s;  ///< nothing sent for so long: a ping, for the server gives up on the silent
};

class Connection {
 public:
  Connection(io::Port& port, io::Key key, BufferPool& pool, ConnectionOwner& owner, Findings& findings,
             bool keep_names = false, const ConnectionTimes& times = {});
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Connects, and then logs in with that name and looks. An error: no socket was to be had; on_end() will
  /// not be called.
  Result<void> start(const io::Address& server, std::string_view name, wire::Looks looks);
  /// Leaves in order; on_end() follows, at the latest when the deadline is over.
  void log_out();
  /// Ends without a goodbye; on_end() follows.
  void drop();

  ConnectionState state() const { return state_; }
  bool is_playing() const { return state_ == ConnectionState::playing; }
  io::Key key() const { return key_; }
  View& view() { return view_; }
  const View& view() const { return view_; }
  std::uint64_t bytes_in() const { return bytes_in_; }
  std::uint64_t bytes_out() const { return bytes_out_; }

  /// While playing; otherwise the packet is forgotten.
  template <wire::Packet P>
  void send(const P& packet) {
    if (is_playing()) append(packet);
  }
  /// At the end of the owner's turn.
  void flush();
  /// About once a second: deadlines and pings.
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

  void take_bytes(Bytes bytes);
  std::size_t take_frames(Bytes bytes);
  void take_frame(const wire::Frame& frame);
  void take_welcome();
  void take_goodbye(const wire::Frame& frame);
  void fail(CloseReason reason, const Error& error = {});
  void close(io::CloseMode mode);
  /// Whether what the server says still counts.
  bool listens() const;

  io::Port& port_;
  BufferPool& pool_;
  ConnectionOwner& owner_;
  const io::Key key_;
  const ConnectionTimes times_;
  View view_;

  io::Socket socket_;
  ConnectionState state_ = ConnectionState::fresh;
  bool sending_ = false;  ///< a send is out
  Time deadline_{};       ///< of connecting and greeting together, and of leaving
  Time last_sent_{};
  Buffer in_;   ///< the beginning of a frame whose rest has not come yet
  Buffer out_;  ///< gathers until the next flush; while connecting, the login
  std::uint64_t bytes_in_ = 0;
  std::uint64_t bytes_out_ = 0;
  Ending ending_;
};

}  // namespace madang::client
