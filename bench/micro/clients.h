// Clients: a number of sessions on a real worker, on a port without a network. Contenders append data to the
// sessions like the gateway, and the worker sends all data of a session in one send.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "madang/base/check.h"
#include "madang/net/worker.h"
#include "null_port.h"

namespace madang::micro {

class Clients {
 public:
  explicit Clients(std::uint32_t count)
      : count_(count),
        limits_(limits_for(count)),
        admission_(limits_),
        port_(new NullPort),
        worker_(0, limits_, std::unique_ptr<io::Port>(port_), admission_) {}

  /// Opens the sessions. To be called once, first. The number of a client is the index of its session.
  void connect(net::Service& service) {
    worker_.set_service(service);
    for (std::uint32_t client = 0; client < count_; ++client) {
      auto place = net::Place::occupy(admission_.at(net::Door::play), io::Address::loopback(1));
      MADANG_CHECK(place);
      net::Arrival arrival{io::NativeSocket(client), {}, std::move(*place)};
      MADANG_CHECK(worker_.offer(arrival));
      if ((client + 1) % limits_.accept_queue_max == 0) turn();
    }
    turn();
    MADANG_CHECK(worker_.counters().sessions_open.get() == count_);
  }

  /// From now on, calls reader(client, bytes) for all data that is sent to a client.
  void set_reader(std::function<void(std::uint32_t, Bytes)> reader) { port_->set_reader(std::move(reader)); }

  std::uint32_t count() const { return count_; }
  net::Worker& worker() { return worker_; }
  const Limits& limits() const { return limits_; }

  /// The server receives these bytes from a client in its next turn.
  void say(std::uint32_t client, Bytes bytes) { port_->feed(client, bytes); }

  Buffer& out(std::uint32_t client) { return worker_.out(worker_.at(client)); }
  void tell(std::uint32_t client, Bytes bytes) { out(client).append(bytes); }

  /// Turns the worker once, which sends the data of all sessions.
  void turn() { worker_.turn(Duration::zero()); }
  std::uint64_t bytes_sent() const { return port_->bytes_sent(); }

 private:
  static Limits limits_for(std::uint32_t count) {
    Limits limits;
    limits.sessions_max = count;
    // The clock of this port does not move, so every budget would soon be used up.
    limits.session_kbit_per_second = UINT32_MAX;
    limits.name_login_budget.burst = count;  // names share buckets
    return limits;
  }

  std::uint32_t count_;
  Limits limits_;
  net::Admission admission_;
  NullPort* port_;
  net::Worker worker_;
};

/// A service for clients that only receive data.
class NoService final : public net::Service {
 public:
  net::Verdict on_frame(net::Session&, const wire::Frame&) override { return net::Verdict::handled(); }
};

}  // namespace madang::micro
