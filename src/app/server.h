// Server: workers on threads. The one place where a server's threads are made.
//
// Each worker has a completion port and a service of its own, and a thread. The first worker also listens,
// and hands each connection to the next worker in turn. Made, started and stopped on one thread.
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

#include "app/system.h"
#include "base/limits.h"
#include "io/port.h"
#include "net/admission.h"
#include "net/service.h"
#include "net/worker.h"

namespace madang::app {

struct ServerOptions {
  std::string listen = "127.0.0.1:7777";
  /// Of the port for plain TCP: how a trusted proxy tells a client's address.
  net::ProxyWord proxies = net::ProxyWord::none;
  /// Ports for HTTP: two at the most.
  struct HttpPort {
    std::string option;                   ///< of the command line, for complaints: "--http"
    std::string address;                  ///< empty: not at all
    net::HttpService* service = nullptr;  ///< outlives the server
    net::ProxyWord proxies = net::ProxyWord::none;
    net::Door door = net::Door::pages;
  };
  std::vector<HttpPort> http;
  io::AddressRanges trusted_proxies;
  std::uint32_t workers = 0;  ///< 0: one a core, at most 8
  io::Backend io = io::Backend::automatic;
  Limits limits;
  io::PortOptions port;
};

class Server {
 public:
  using MakeService = std::function<std::unique_ptr<net::Service>(net::Worker&)>;

  /// Binds and listens, but starts no thread yet. The error is one line for a person.
  static std::expected<std::unique_ptr<Server>, std::string> make(const ServerOptions& options,
                                                                  const MakeService& make_service);
  /// Stops first, if need be.
  ~Server() { stop(); }

  /// Starts the threads. If the system refuses one of them, ends those that run already.
  [[nodiscard]] Result<void> start();
  /// Waits at most so long for somebody to ask for haste. True: somebody did.
  using HasteAsked = std::function<bool(Duration max_wait)>;
  /// Says goodbye to all, within the shutdown deadline, and ends the threads. When `haste_asked` says so,
  /// whoever is left then is reset instead.
  void stop(const HasteAsked& haste_asked = {});

  const io::Address& address() const { return address_; }
  /// Of the HTTP port of that number in the options.
  const io::Address& http_address(std::size_t number) const { return http_addresses_.at(number); }
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
    std::uint64_t cells_made_stale = 0;
    std::uint64_t shouts_suppressed = 0;
    std::array<std::uint64_t, std::tuple_size_v<decltype(net::Counters::words_refused)>> words_refused{};
    std::array<std::uint64_t, 5> http_responses{};
    std::uint64_t http_refused = 0;
    net::TimeHistogram::Counts answers{};
    std::uint64_t answers_us = 0;  ///< of all answers together
    std::array<std::uint64_t, static_cast<std::size_t>(CloseReason::count_)> closed{};
  };
  Totals totals() const;

 private:
  explicit Server(const Limits& limits)
      : admission_(limits, (std::uint64_t{std::random_device{}()} << 32) ^ std::random_device{}()) {}

  net::Admission admission_;
  std::vector<std::unique_ptr<net::Service>> services_;
  std::vector<std::unique_ptr<net::Worker>> workers_;
  std::vector<std::thread> threads_;
  std::vector<ThreadClock> clocks_;
  std::atomic<std::size_t> threads_running_{0};
  // Held while the threads are made: until then none may see the others. (A std::latch of MinGW's GCC 12 now
  // and then forgets to wake who waits.)
  std::mutex starting_;
  io::Address address_;
  std::vector<io::Address> http_addresses_;
  io::Backend backend_ = io::Backend::automatic;
};

/// A whole server program: serves until Ctrl-C or SIGTERM, then stops in order. What main returns.
int run_service(const ServerOptions& options, const Server::MakeService& make_service);

/// "client_left 12, flooding 1": the reasons that occurred.
std::string describe_closed(const Server::Totals& totals);

}  // namespace madang::app
