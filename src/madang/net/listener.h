// Listener: one listening port of a server. It decides which connections are accepted, at which rate, and
// which worker each one goes to.
//
// Owned by the worker that accepts; that worker's thread only. A connection with a place goes to the worker
// with the fewest connections. A refused one stays on the accepting worker. Refusals have a rate of their
// own, so that refused clients do not use up the rate of others. When either rate is used up, the listener
// pauses until the next sweep. All workers outlive the listener.
#pragma once

#include <cstdint>
#include <vector>

#include "madang/io/address_range.h"
#include "madang/net/arrival.h"
#include "madang/net/worker_context.h"

namespace madang::net {

class Worker;

class Listener {
 public:
  /// `here` is the worker that accepts, one of `workers`. `trusted` are the proxies that may name the address
  /// of a client.
  Listener(WorkerContext& context, const Entrance& entrance, Worker& here, std::vector<Worker*> workers,
           const io::AddressRanges& trusted);

  /// Binds and listens. Returns the address. `key` is the completion key of the listening socket.
  Result<io::Address> listen(const io::Address& address, io::Key key);
  void on_completion(io::Completion& completion);
  /// Starts a new interval of the rates. Called at each sweep.
  void renew_rates();
  /// Accepts no more connections. The workers get listener_closed() when the socket is closed.
  void close();
  bool is_open() const { return static_cast<bool>(socket_); }

 private:
  void accept(io::Completion& completion);
  bool admit(io::NativeSocket socket, const ClientAddress& client);
  bool refuse(io::NativeSocket socket, const ClientAddress& client, CloseReason reason);
  Worker& least_loaded();
  std::uint32_t accepts_a_second() const;

  WorkerContext& context_;
  const Entrance entrance_;
  Worker& here_;
  const std::vector<Worker*> workers_;
  const io::AddressRanges& trusted_;
  io::Socket socket_;
  std::size_t next_worker_ = 0;
  std::uint32_t accepts_left_ = 0;   // until the next sweep
  std::uint32_t refusals_left_ = 0;  // until the next sweep
  bool is_closing_ = false;
};

}  // namespace madang::net
