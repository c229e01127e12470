// Listener: one listening port of a server: who may come in, how many at a time, and to which worker.
//
// It lives on the worker that accepts, and is used on its thread. Each connection that finds a place goes to
// the worker that has fewest. Refusals have a rate of their own: those who are refused must not use up what
// others need to come in. Its workers, and what the context names, outlive it.
#pragma once

#include <cstdint>
#include <vector>

#include "io/address_range.h"
#include "net/arrival.h"
#include "net/worker_context.h"

namespace madang::net {

class Worker;

class Listener {
 public:
  /// `here` is the worker that accepts, one of `workers`. `trusted` are the proxies whose word is believed.
  Listener(WorkerContext& context, const Entrance& entrance, Worker& here, std::vector<Worker*> workers,
           const io::AddressRanges& trusted);

  /// Binds and listens; returns the address. `key` is that of the completions.
  Result<io::Address> listen(const io::Address& address, io::Key key);
  void on_completion(io::Completion& completion);
  /// At each sweep.
  void renew_rates();
  /// Accepts no more. Later, when the socket is closed, the workers are told.
  void close();
  bool is_open() const { return static_cast<bool>(socket_); }

 private:
  void accept(io::Completion& completion);
  bool admit(io::NativeSocket socket, const ClientAddress& client);
  bool refuse(io::NativeSocket socket, const ClientAddress& client, CloseReason reason);
  Worker& with_most_room();
  std::uint32_t accepts_a_second() const;

  WorkerContext& context_;
  const Entrance entrance_;
  Worker& here_;
  const std::vector<Worker*> workers_;
  const io::AddressRanges& trusted_;
  io::Socket socket_;
  std::size_t next_worker_ = 0;
  std::uint32_t accepts_left_ = 0;   // until the next sweep
  std::uint32_t refusals_left_ = 0;  // likewise
  bool is_closing_ = false;
};

}  // namespace madang::net
