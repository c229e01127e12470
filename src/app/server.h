// Server: workers on threads. The one place where a server's threads are made.
//
// Each worker has a completion port and a service of its own, and a thread. The first worker also listens,
// and hands each connection to the next worker in turn. Made, started and stopped on one thread.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app/system.h"
#include "base/limits.h"
#include "io/port.h"
#include "net/admission.h"
#include "net/service.h"
#include "net/worker.h"

namespace madang::app {

struct ServerOptions {
  std::string listen = "127.0.0.1:7777";
  std::string http;           ///< likewise, for browsers; empty: not at all
  std::uint32_t workers = 0;  ///< 0: one a core, at most 8
  io::Backend io = io::Backend::automatic;
  Limits limits;
  io::PortOptions port;
};

class Server {
 public:
  using MakeService = std::function<std::unique_ptr<net::Service>(net::Worker&)>;

  /// Binds and listens, but starts no thread yet. The error is one line for a person.
  /// `http_service` answers on the HTTP port, and outlives the server; null where there is no such port.
  static std::expected<std::unique_ptr<Server>, std::string> make(const ServerOptions& options,
                                                                  const MakeService& make_service,
                                                                  net::HttpService* http_service = nullptr);
  /// Stops first, if need be.
  ~Server() { stop(); }

  void start();
  /// Says goodbye to all, within the shutdown deadline, and ends the threads.
  void stop();

  const io::Address& address() const { return address_; }
  const io::Address& http_address() const { return http_address_; }
  /// What was found for `automatic`: whoever makes another port need not look, and complain, again.
  io::Backend backend() const { return backend_; }
  /// What the workers run on: "uring", or "epoll on 3 workers, uring on 1 worker".
  std::string io_name() const;
  const std::vector<std::unique_ptr<net::Worker>>& workers() const { return workers_; }
  /// Of the workers' threads, from their start to their end; read by them too.
  const std::vector<ThreadClock>& clocks() const { return clocks_; }

  /// The counters of all workers together.
  struct Totals {
    std::uint64_t sessions_open = 0;
    std::uint64_t sessions_opened = 0;
    std::uint64_t frames_in = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t sends = 0;
    std::uint64_t stalls = 0;
    std::array<std::uint64_t, 5> http_responses{};
    net::TimeHistogram::Counts answers{};
    std::uint64_t answers_us = 0;  ///< of all answers together
    std::array<std::uint64_t, static_cast<std::size_t>(CloseReason::count_)> closed{};
  };
  Totals totals() const;

 private:
  explicit Server(const Limits& limits) : admission_(limits) {}

  net::Admission admission_;
  std::vector<std::unique_ptr<net::Service>> services_;
  std::vector<std::unique_ptr<net::Worker>> workers_;
  std::vector<std::thread> threads_;
  std::vector<ThreadClock> clocks_;
  // Held while the threads are made: until then none may see the others. (A std::latch of MinGW's GCC 12 now
  // and then forgets to wake who waits.)
  std::mutex starting_;
  io::Address address_;
  io::Address http_address_;
  io::Backend backend_ = io::Backend::automatic;
};

/// A whole server program: serves until Ctrl-C or SIGTERM, then stops in order. What main returns.
int run_service(const ServerOptions& options, const Server::MakeService& make_service);

/// "client_left 12, flooding 1": the reasons that occurred.
std::string describe_closed(const Server::Totals& totals);

}  // namespace madang::app
