#include "madang/net/worker.h"

#include <algorithm>

namespace madang::net {

namespace {

/// Returns how many connections can have a place. In the worst case all of them are on one worker.
std::size_t places_of(const Limits& limits) {
  return std::size_t{limits.sessions_max} + limits.http_connections_max + Admission::operator_connections_max;
}

}  // namespace

Worker::Worker(std::uint8_t number, const Limits& limits, std::unique_ptr<io::Port> port,
               Admission& admission)
    : number_(number),
      limits_(limits),
      admission_(admission),
      port_(std::move(port)),
      drain_(context_, places_of(limits)),
      sessions_(context_, drain_, number),
      http_(context_, sessions_, drain_, trusted_proxies_),
      proxy_arrivals_(context_, sessions_, http_, drain_, places_of(limits)),
      arrivals_(limits.accept_queue_max) {
  MADANG_CHECK(number <= number_max);
  port_->start_timer(sweep_interval, key_sweep);
}

Worker::~Worker() = default;

Result<io::Address> Worker::listen(const io::Address& address, std::vector<Worker*> workers,
                                   const Entrance& entrance) {
  auto listener = std::make_unique<Listener>(context_, entrance, *this, std::move(workers), trusted_proxies_);
  const Result<io::Address> listening = listener->listen(address, key_listener + listeners_.size());
  if (listening) listeners_.push_back(std::move(listener));
  return listening;
}

// --- The loop ---

void Worker::turn(Duration max_wait) {
  // Frames and requests that wait come before the new completions. The port waits after the retries, so the
  // clock is read again.
  clock_.begin_turn();
  if (std::exchange(must_retry_, false)) {
    sessions_.retry_stalled();
    http_.retry_unanswered();
  }
  clock_.begin_turn();
  port_->turn(*this, notices_.empty() ? max_wait : Duration::zero());
  notify_sent();
  if (is_stop_requested_.load() && !is_stopping_) begin_stop();
  if (is_stopping_ && is_hurry_requested_.load()) stop_deadline_ = Time::min();
  accept_arrivals();
  run_calls();
  service_->on_turn(now());
  sessions_.flush();
  sessions_.erase_ended();
  load_.fetch_sub(drain_.exchange_closed_count(), std::memory_order_relaxed);
  notices_.insert(notices_.end(), std::exchange(notices_requested_, 0), port_->started_mark());
}

void Worker::on_completion(io::Completion& completion) {
  if (completion.key < key_listener + listeners_.size()) return on_own_key(completion);
  // The two highest bits of a key say which table it is of; both are 0 for Sessions. In a session's key, the
  // six bits below them are the number of the worker.
  switch (static_cast<std::uint8_t>(completion.key >> 56) & ~number_max) {
    case HttpConnections::table_number: return http_.on_completion(completion);
    case ProxyArrivals::table_number: return proxy_arrivals_.on_completion(completion);
    case Drain::table_number: return drain_.on_completion(completion);
    default: return sessions_.on_completion(completion);
  }
}

void Worker::prefetch(io::Key key, int step) const {
  const bool is_session =
      key >= key_listener + listeners_.size() && (static_cast<std::uint8_t>(key >> 56) & ~number_max) == 0;
  if (is_session && step == 0) sessions_.prefetch(SessionId{key}.index());
}

void Worker::on_own_key(io::Completion& completion) {
  switch (completion.key) {
    case key_sweep: return sweep();
    case key_wake:
      is_wake_posted_.exchange(false);
      must_retry_ = sessions_.has_stalled() || http_.has_unanswered();
      return;
    case key_timers: return timers_.on_completion(completion);
    default: return listeners_[completion.key - key_listener]->on_completion(completion);
  }
}

void Worker::notify_sent() {
  const auto first_unsent =
      std::ranges::find_if_not(notices_, [this](std::uint64_t mark) { return port_->is_submitted(mark); });
  const auto sent_count = first_unsent - notices_.begin();
  notices_.erase(notices_.begin(), first_unsent);
  for (auto left = sent_count; left > 0; --left) service_->on_sent(port_->now());
}

void Worker::sweep() {
  port_->start_timer(sweep_interval, key_sweep);
  sessions_.sweep();
  http_.sweep(stop_deadline_);
  proxy_arrivals_.sweep();
  drain_.sweep(stop_deadline_);
  for (const auto& listener : listeners_) listener->renew_rates();
}

// --- Accepted connections ---

bool Worker::offer(Arrival& arrival) {
  load_.fetch_add(1, std::memory_order_relaxed);
  if (!arrivals_.push(std::move(arrival))) {
    load_.fetch_sub(1, std::memory_order_relaxed);
    return false;
  }
  wake();
  return true;
}

void Worker::accept_arrivals() {
  Arrival arrival;
  while (arrivals_.pop(arrival)) accept_arrival(std::move(arrival));
}

void Worker::accept_arrival(Arrival arrival) {
  const Entrance& entrance = arrival.entrance;
  const bool is_late = is_stopping_ && !entrance.http && arrival.refusal == CloseReason::none;
  if (is_late) {
    arrival.refusal = CloseReason::server_stopping;
    counters_.closed_for(arrival.refusal).add();
  }
  if (!arrival.place && !drain_.has_capacity_for_refusal()) return drop(std::move(arrival));
  const Result<io::Socket> socket = port_->adopt(std::move(arrival.socket), 0);
  if (!socket) {
    counters_.closed_for(CloseReason::server_full).add();
    return drop(std::move(arrival));
  }
  Channel channel(*socket);
  channel.receive(context_);
  const bool is_of_proxy = arrival.place.client().route == Route::proxy;
  if (arrival.refusal != CloseReason::none) {
    sessions_.refuse(std::move(channel), std::move(arrival.place), arrival.refusal);
  } else if (entrance.proxies == ProxyWord::proxy_protocol && is_of_proxy) {
    proxy_arrivals_.open(std::move(channel), std::move(arrival.place), entrance);
  } else if (entrance.http) {
    http_.open(std::move(channel), std::move(arrival.place), entrance, {});
  } else {
    sessions_.open(std::move(channel), std::move(arrival.place), {});
  }
}

/// The destructor of the arrival closes the socket.
void Worker::drop(Arrival) { load_.fetch_sub(1, std::memory_order_relaxed); }

void Worker::listener_closed() {
  open_listeners_.fetch_sub(1);
  wake();
}

// --- From other threads ---

bool Worker::call(std::function<void()> what) {
  if (!calls_.push(std::move(what))) return false;
  wake();
  return true;
}

void Worker::run_calls() {
  std::function<void()> what;
  while (calls_.pop(what)) what();
}

void Worker::wake() {
  // One post is enough for everything that happened before its completion. If too many posts are in flight,
  // they wake the worker, so this post is not needed.
  if (!is_wake_posted_.exchange(true) && !port_->post(key_wake, 0)) is_wake_posted_.exchange(false);
}

// --- The end ---

void Worker::stop() {
  is_stop_requested_.store(true);
  wake();
}

void Worker::hurry() {
  is_hurry_requested_.store(true);
  wake();
}

void Worker::begin_stop() {
  is_stopping_ = true;
  stop_deadline_ = context_.deadline(limits_.shutdown_deadline_ms);
  for (const auto& listener : listeners_) listener->close();
  proxy_arrivals_.stop();
  http_.stop();
  sessions_.close_all(CloseReason::server_stopping);
}

bool Worker::is_finished() const {
  const bool is_closed =
      std::ranges::none_of(listeners_, [](const auto& listener) { return listener->is_open(); });
  return is_stopping_ && is_closed && connections() == 0 && open_listeners_.load() == 0 && arrivals_.empty();
}

std::size_t Worker::connections() const {
  return sessions_.size() + http_.size() + proxy_arrivals_.size() + drain_.size();
}

}  // namespace madang::net
