#include "madang/net/listener.h"

#include "madang/net/worker.h"

namespace madang::net {

Listener::Listener(WorkerContext& context, const Entrance& entrance, Worker& here,
                   std::vector<Worker*> workers, const io::AddressRanges& trusted)
    : context_(context),
      entrance_(entrance),
      here_(here),
      workers_(std::move(workers)),
      trusted_(trusted),
      accepts_left_(share_of_a_sweep(accepts_a_second())),
      refusals_left_(share_of_a_sweep(context.limits.refusals_per_second_max)) {}

std::uint32_t Listener::accepts_a_second() const {
  return entrance_.http ? context_.limits.http_connections_per_second_max
                        : context_.limits.handshakes_per_second_max;
}

Result<io::Address> Listener::listen(const io::Address& address, io::Key key) {
  const Result<io::Socket> listening = context_.port.listen(address, key);
  if (!listening) return std::unexpected(listening.error());
  for (Worker* worker : workers_) worker->listener_opened();
  socket_ = *listening;
  return context_.port.local_address(socket_);
}

void Listener::on_completion(io::Completion& completion) {
  if (completion.kind == io::OperationKind::close) {
    socket_ = {};
    for (Worker* worker : workers_) worker->listener_closed();
  } else if (!completion.is_final && !is_closing_) {
    accept(completion);
  }
}

void Listener::accept(io::Completion& completion) {
  ClientAddress client = completion.peer;
  if (entrance_.proxies != ProxyWord::none && io::contains(trusted_, completion.peer))
    client.route = Route::proxy;
  const bool is_admitted = admit(std::move(completion.accepted), client);
  std::uint32_t& left = is_admitted ? accepts_left_ : refusals_left_;
  if (left > 0 && --left == 0) context_.port.pause(socket_);  // until the next sweep
}

/// Gives the connection to a worker, or refuses it. Returns whether it was given to a worker.
bool Listener::admit(io::NativeSocket socket, const ClientAddress& client) {
  std::expected<Place, CloseReason> place = Place::occupy(context_.admission.at(entrance_.door), client);
  if (!place) return refuse(std::move(socket), client, place.error());
  Arrival arrival{std::move(socket), entrance_, std::move(*place)};
  if (least_loaded().offer(arrival)) return true;
  return refuse(std::move(arrival.socket), client, CloseReason::server_full);
}

/// Returns false always, so that admit() can return the result.
bool Listener::refuse(io::NativeSocket socket, const ClientAddress& client, CloseReason reason) {
  if (entrance_.http) {
    // The destructor of `socket` closes it. The browser tells its user that the server did not answer.
    context_.counters.http_refused.add();
    return false;
  }
  context_.counters.closed_for(reason).add();
  Arrival arrival{std::move(socket), entrance_, Place(client), reason};
  static_cast<void>(here_.offer(arrival));  // if the queue is full, the client gets no goodbye
  return false;
}

/// Returns the worker with the fewest connections. Workers with equal numbers take turns.
Worker& Listener::least_loaded() {
  Worker* best = workers_[next_worker_++ % workers_.size()];
  for (Worker* worker : workers_)
    if (worker->load() < best->load()) best = worker;
  return *best;
}

void Listener::renew_rates() {
  accepts_left_ = share_of_a_sweep(accepts_a_second());
  refusals_left_ = share_of_a_sweep(context_.limits.refusals_per_second_max);
  if (socket_ && !is_closing_) context_.port.resume(socket_);
}

void Listener::close() {
  is_closing_ = true;
  if (socket_) context_.port.close(socket_);
}

}  // namespace madang::net
