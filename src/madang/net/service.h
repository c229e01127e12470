// Service: what a server does with its sessions. Each worker has its own. Worker thread only.
//
// A game with worlds is a Service of the engine (madang/net/gateway.h). An echo server is another one
// (examples/thirty_lines.cpp). One whose sessions carry data is a ServiceOf (examples/chat).
#pragma once

#include "madang/base/check.h"
#include "madang/base/close_reason.h"
#include "madang/base/time.h"
#include "madang/net/session.h"
#include "madang/wire/frame.h"

namespace madang::net {

/// The result of a frame: handled, retry, or close with a reason.
class Verdict {
 public:
  static constexpr Verdict handled() { return {Kind::handled, CloseReason::none}; }
  /// The service has no capacity for the frame now, and has changed nothing. The frame comes again. Until
  /// then nothing more is read from this client.
  static constexpr Verdict retry() { return {Kind::retry, CloseReason::none}; }
  /// The session ends, and the client gets the reason. Precondition: the reason is not none (CHECK).
  static constexpr Verdict close(CloseReason reason) {
    MADANG_CHECK(reason != CloseReason::none, "a session closes for a reason");
    return {Kind::close, reason};
  }

  constexpr bool is_retry() const { return kind_ == Kind::retry; }
  constexpr bool is_close() const { return kind_ == Kind::close; }
  /// Returns why the session closes; none unless is_close().
  constexpr CloseReason reason() const { return reason_; }

 private:
  enum class Kind : std::uint8_t { handled, retry, close };
  constexpr Verdict(Kind kind, CloseReason reason) : kind_(kind), reason_(reason) {}
  Kind kind_;
  CloseReason reason_;
};

class Service {
 public:
  virtual ~Service() = default;

  /// Called when a client has connected.
  virtual void on_open(Session&) {}
  /// Handles a whole frame. Its bytes are valid during the call.
  virtual Verdict on_frame(Session& session, const wire::Frame& frame) = 0;
  /// Called when a session has ended. Its state is `over`: nothing more comes from it, and nothing can be
  /// sent to it.
  virtual void on_close(Session&, CloseReason) {}
  /// Appends the last bytes that a client gets, with the reason of the end. Also called for clients that were
  /// refused and had no session.
  virtual void say_goodbye(CloseReason, Buffer& out) { static_cast<void>(out); }
  /// Called at the end of every turn of the worker, before the bytes of this turn are sent.
  virtual void on_turn(Time) {}
  /// Called once for each call of Worker::notify_when_sent(). `now` is read from the clock for this call.
  virtual void on_sent(Time now) { static_cast<void>(now); }
};

}  // namespace madang::net
