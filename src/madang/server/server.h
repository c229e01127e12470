// Server: the workers of a server and their threads.
//
// Each worker has a completion port, a service and a thread of its own. The first worker also listens, and
// hands each connection to the worker with the fewest connections. One thread makes, starts and stops the
// server.
#pragma once

#include <atomic>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "madang/base/limits.h"
#include "madang/io/port.h"
#include "madang/net/admission.h"
#include "madang/net/service.h"
#include "madang/net/worker.h"
#include "madang/server/system.h"

namespace madang::server {

struct ServerOptions {
  std::string listen = "127.0.0.1:7777";
  /// How a trusted proxy states a client's address at the port for plain TCP.
  net::ProxyWord proxies = net::ProxyWord::none;
  /// A port for HTTP. There are at most two.
  struct HttpPort {
    std::string option;                   ///< option of the command line, for errors: "--http"
    std::string address;                  ///< empty: the port is off
    net::HttpService* service = nullptr;  ///< outlives the server
    net::ProxyWord proxies = net::ProxyWord::none;
    net::Door door = net::Door::pages;
  };
  std::vector<HttpPort> http;
  io::AddressRanges trusted_proxies;
  std::uint32_t workers = 0;  ///< 0: one for each core, at most 8
  io::Backend io = io::Backend::automatic;
  Limits limits;
  io::PortOptions port;
  CloseReasons close_reasons;  ///< those of the game too, for metrics and logs
};

class Server {
 public:
  using MakeService = std::function<std::unique_ptr<net::Service>(net::Worker&)>;

  /// Makes the workers and listens. Starts no thread. The error is one line for a user.
  static std::expected<std::unique_ptr<Server>, std::string> make(const ServerOptions& options,
                                                                  const MakeService& make_service);
  /// Stops the server if it runs.
  ~Server() { stop(); }

  /// Starts the threads. If the system refuses a thread, ends the threads that already run.
  [[nodiscard]] Result<void> start();
  /// Waits at most `max_wait` for a second stop signal. Returns true if there was one.
  using HasteAsked = std::function<bool(Duration max_wait)>;
  /// Says goodbye to all clients, within the shutdown deadline, and ends the threads. When `haste_asked`
  /// returns true, all connections that are still open are reset.
  void stop(const HasteAsked& haste_asked = {});

  const io::Address& address() const { return address_; }
  /// Returns the address of HTTP port number `number` in the options. The port number is 0 if it is off.
  const io::Address& http_address(std::size_t number) const { return http_addresses_.at(number); }
  /// Returns the backend for further completion ports. If `automatic` found that io_uring is refused, this is
  /// epoll, so that the refusal is logged only once.
  io::Backend backend() const { return backend_; }
  /// Returns the backends of the workers: "uring", or "epoll on 3 workers, uring on 1 worker".
  std::string io_name() const;
  const std::vector<std::unique_ptr<net::Worker>>& workers() const { return workers_; }
  /// Returns the clocks of the workers' threads. Valid from the start of the threads to their end. Any
  /// thread.
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
    std::uint64_t cells_made_stale = 0;
    std::uint64_t shouts_suppressed = 0;
    std::array<std::uint64_t, std::tuple_size_v<decltype(net::Counters::words_refused)>> words_refused{};
    std::array<std::uint64_t, 5> http_responses{};
    std::uint64_t http_refused = 0;
    net::TimeHistogram::Counts answers{};
    std::uint64_t answers_us = 0;  ///< sum of the times of all answers, in microseconds
    std::array<std::uint64_t, close_reasons_max> closed{};  ///< by reason
    CloseReasons close_reasons;
  };
  /// Any thread.
  Totals totals() const;

 private:
  explicit Server(const ServerOptions& options)
      : admission_(options.limits, (std::uint64_t{std::random_device{}()} << 32) ^ std::random_device{}()),
        close_reasons_(options.close_reasons) {}

  net::Admission admission_;
  CloseReasons close_reasons_;
  std::vector<std::unique_ptr<net::Service>> services_;
  std::vector<std::unique_ptr<net::Worker>> workers_;
  std::vector<std::thread> threads_;
  std::vector<ThreadClock> clocks_;
  std::atomic<std::size_t> threads_running_{0};
  // Locked while the threads are made, so that no thread runs before all of them exist. (A std::latch of
  // MinGW's GCC 12 sometimes does not wake a thread that waits.)
  std::mutex starting_;
  io::Address address_;
  std::vector<io::Address> http_addresses_;
  io::Backend backend_ = io::Backend::automatic;
};

/// Runs a whole server program: serves until Ctrl-C or SIGTERM, and then stops in order. Returns the exit
/// code. Main thread.
int run_service(const ServerOptions& options, const Server::MakeService& make_service);

/// Returns the reasons of all ends: "client_left 12, flooding 1", or "none".
std::string describe_closed(const Server::Totals& totals);

}  // namespace madang::server
