// How connections come to a worker: its listeners, who may come in and where to, and the PROXY header that a
// trusted proxy begins with.
#include <algorithm>
#include <chrono>

#include "net/worker.h"
#include "wire/proxy_header.h"

namespace madang::net {

Result<io::Address> Worker::listen(const io::Address& address, std::vector<Worker*> workers,
                                   ProxyWord proxies) {
  workers_ = std::move(workers);
  proxies_ = proxies;
  return listen_as(key_listener, listener_, address);
}

Result<io::Address> Worker::listen_http(const io::Address& address, std::vector<Worker*> workers,
                                        HttpService& service, ProxyWord proxies, Door door) {
  workers_ = std::move(workers);
  const std::size_t number = http_listeners_[0].service ? 1 : 0;
  CHECK(!http_listeners_[number].service, "two HTTP ports at the most");
  http_listeners_[number] = {.socket = {},
                             .service = &service,
                             .proxies = proxies,
                             .door = door,
                             .accepts_left = share_of_a_sweep(limits_.http_connections_per_second_max)};
  return listen_as(key_http_listener + number, http_listeners_[number].socket, address);
}

/// Null: it is the one for plain TCP.
Worker::HttpListener* Worker::http_listener_of(io::Key key) {
  return key < key_http_listener ? nullptr : &http_listeners_[key - key_http_listener];
}

Result<io::Address> Worker::listen_as(io::Key key, io::Socket& listener, const io::Address& address) {
  const Result<io::Socket> listening = port_->listen(address, key);
  if (!listening) return std::unexpected(listening.error());
  for (Worker* worker : workers_) worker->doors_.fetch_add(1);
  listener = *listening;
  return port_->local_address(listener);
}

void Worker::on_accept(io::Completion& completion) {
  HttpListener* http = http_listener_of(completion.key);
  if (completion.kind == io::OperationKind::close) {
    (http ? http->socket : listener_) = {};
    for (Worker* worker : workers_) worker->close_door();
  } else if (!completion.final && !stopping_) {
    Arrival arrival{std::move(completion.accepted), completion.peer, http ? http->service : nullptr,
                    http ? http->proxies : proxies_};
    if (arrival.proxies != ProxyWord::none && io::contains(trusted_proxies_, completion.peer))
      arrival.peer.route = Route::proxy;
    if (http) arrival.door = http->door;
    // Those who are refused must not use up what others need to come in, and pages not what players need.
    const bool is_in = admit(std::move(arrival));
    std::uint32_t& left = !is_in ? refusals_left_ : http ? http->accepts_left : handshakes_left_;
    if (left == 0 || --left > 0) return;  // else until the next sweep
    is_in ? port_->pause(completion.socket) : pause_listeners();
  }
}

/// Whether it may come in; if not, it has been refused.
bool Worker::admit(Arrival arrival) {
  if (const CloseReason reason = admission_.at(arrival.door).enter(arrival.peer);
      reason != CloseReason::none) {
    refuse(std::move(arrival), reason);
    return false;
  }
  Worker& worker = with_most_room();
  if (&worker == this) {
    open_session(std::move(arrival));
  } else if (!worker.offer(arrival)) {
    admission_.at(arrival.door).leave(arrival.peer);
    refuse(std::move(arrival), CloseReason::server_full);
    return false;
  }
  return true;
}

/// Equals take turns. A page's requests go where there is room like any others, so they push no session
/// aside.
Worker& Worker::with_most_room() {
  Worker* best = workers_[next_worker_++ % workers_.size()];
  for (Worker* worker : workers_)
    if (worker->load() < best->load()) best = worker;
  return *best;
}

/// No more connections come from one of the listeners.
void Worker::close_door() {
  doors_.fetch_sub(1);
  wake();
}

void Worker::open_session(Arrival arrival) {
  const ClientAddress peer = arrival.peer;
  Crowd& crowd = admission_.at(arrival.door);
  if (stopping_) {
    crowd.leave(peer);
    return refuse(std::move(arrival), CloseReason::server_stopping);
  }
  Session* session = make_session(std::move(arrival), std::chrono::milliseconds(limits_.login_deadline_ms));
  if (!session) {
    counters_.closed_for(CloseReason::server_full).add();
    return crowd.leave(peer);
  }
  session->admitted_ = true;
  if (!session->web_ && session->state_ == SessionState::greeting) begin_service(*session);
}

/// Where it is counted.
Crowd& Worker::crowd_of(const Session& session) {
  return admission_.at(session.web_ && !session.web_->socket ? session.web_->door : Door::play);
}

void Worker::refuse(Arrival arrival, CloseReason reason) {
  arrival.http ? counters_.http_refused.add() : counters_.closed_for(reason).add();
  // What is dropped closes. A browser says by itself that there was no answer.
  if (refusals_open_ >= limits_.refusals_max || (arrival.http && !stopping_)) return;
  Session* session = make_session(std::move(arrival), std::chrono::milliseconds(limits_.goodbye_deadline_ms));
  if (!session) return;
  ++refusals_open_;
  session->reason_ = reason;
  close(*session, reason);
}

Session* Worker::make_session(Arrival arrival, Duration deadline) {
  if (sessions_.full()) return nullptr;
  const auto [id, session] = sessions_.emplace(arrival.peer, clock_.awake() + deadline);
  const Result<io::Socket> socket = port_->adopt(std::move(arrival.socket), id.value);
  if (!socket) {
    sessions_.erase(id);
    return nullptr;
  }
  session.id_ = id;
  session.socket_ = *socket;
  if (arrival.http) {
    session.state_ = SessionState::asking;
    session.web_ = std::make_unique<WebConnection>();
    session.web_->service = arrival.http;
    session.web_->proxies = arrival.proxies;
    session.web_->door = arrival.door;
  }
  if (arrival.proxies == ProxyWord::proxy_protocol && arrival.peer.route == Route::proxy)
    session.state_ = SessionState::announced;
  session.receiving_ = true;
  load_.fetch_add(1, std::memory_order_relaxed);
  port_->receive(*socket);
  return &session;
}

/// What a trusted proxy's connection begins with. Behind it stands what the client says.
void Worker::take_proxy_header(Session& session, Bytes bytes) {
  if (session.in_.capacity() == 0) session.in_ = pool_.make(std::max(bytes.size(), wire::proxy_v2_bytes_max));
  session.in_.append(bytes);
  const wire::ProxyHeader header = wire::read_proxy_header(session.in_.bytes());
  if (header.state == wire::ProxyHeaderState::need_more) return;
  if (header.state != wire::ProxyHeaderState::whole) {
    if (proxy_log_.allows(now()))
      log_warning("{} is one of trusted_proxies, but sends no PROXY header, or a bad one; see proxy_protocol",
                  session.peer().text());
    counters_.closed_for(CloseReason::bad_packet).add();
    return close_socket(session, io::CloseMode::reset);
  }
  Buffer gathered = std::move(session.in_);
  session.in_ = {};
  session.state_ = session.web_ ? SessionState::asking : SessionState::greeting;
  identify(session, client_of(header, session.peer()));
  if (!session.web_) {
    if (session.reason_ != CloseReason::none) {
      counters_.closed_for(session.reason_).add();
      return close(session, session.reason_);
    }
    begin_service(session);
  }
  const Bytes rest = gathered.bytes().subspan(header.size);
  if (rest.empty() || !session.open()) return;
  if (session.web_) return take_web_bytes(session, rest);
  session.in_ = pool_.make(rest.size());
  session.in_.append(rest);
  take_gathered(session);
  receive_large(session);
}

/// From now on it is counted by its own address. One that may not be has its reason.
void Worker::identify(Session& session, const ClientAddress& client) {
  if (!session.admitted_) {
    session.peer_ = client;
  } else if (const CloseReason reason = crowd_of(session).identify(session.peer_, client);
             reason != CloseReason::none) {
    session.reason_ = reason;
  } else {
    session.peer_ = client;
  }
}

void Worker::pause_listeners() {
  if (listener_) port_->pause(listener_);
  for (HttpListener& one : http_listeners_)
    if (one.socket) port_->pause(one.socket);
}

void Worker::resume_listeners() {
  if (listener_) port_->resume(listener_);
  for (HttpListener& one : http_listeners_)
    if (one.socket) port_->resume(one.socket);
}

}  // namespace madang::net
