// Service: what a server does with its sessions. One for each worker, called on that worker's thread only.
//
// Madang's own game is one (net/gateway.h); an echo server is another (examples/thirty_lines.cpp).
#pragma once

#include "base/close_reason.h"
#include "base/time.h"
#include "net/session.h"
#include "wire/frame.h"

namespace madang::net {

/// What became of a frame.
class Verdict {
 public:
  static constexpr Verdict taken() { return Verdict(false, CloseReason::none); }
  /// There is no room for it now. It is shown again later, and nothing more is read from this client until
  /// then.
  static constexpr Verdict later() { return Verdict(true, CloseReason::none); }
  /// The session ends, and the client is told why. CloseReason::none is the same as taken().
  static constexpr Verdict close(CloseReason reason) { return Verdict(false, reason); }

  constexpr bool is_later() const { return later_; }
  constexpr CloseReason reason() const { return reason_; }

 private:
  constexpr Verdict(bool later, CloseReason reason) : later_(later), reason_(reason) {}
  bool later_;
  CloseReason reason_;
};

class Service {
 public:
  virtual ~Service() = default;

  /// A client has connected.
  virtual void on_open(Session&) {}
  /// A whole frame has come. Its bytes are valid during the call.
  virtual Verdict on_frame(Session& session, const wire::Frame& frame) = 0;
  /// The session has ended, for whatever reason: nothing more comes from it, and nothing can be sent to it.
  virtual void on_close(Session&, CloseReason) {}
  /// Appends the last bytes that a client gets, when there is still a way to tell it why it must go. Also for
  /// clients that never came in.
  virtual void say_goodbye(CloseReason, Buffer& out) { static_cast<void>(out); }
  /// At the end of every turn of the worker, before what was gathered is sent.
  virtual void on_turn(Time) {}
  /// The answer to Worker::tell_when_sent(). `now` is read from the clock for this call.
  virtual void on_sent(Time now) { static_cast<void>(now); }
};

}  // namespace madang::net
