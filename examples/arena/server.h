// Server: what a game server is made of. It shows the parts of the engine, and how they are put together.
//
//   Listener      accepts connections, on the first worker
//   Worker        a completion port and the connections on it; a thread each
//   Gateway       what a worker does with a client's packets, and which news each client gets; one a worker
//   Zones         the worlds, which are made when a login names them; a thread for each zone
//   Admission     which connections are accepted; shared by all workers
//   ShoutBudget   how many shouts all clients may send together; shared by all workers
//
// The workers and the zones talk through queues. One thread makes, stops and destroys the server.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "arena/room.h"
#include "madang/base/limits.h"
#include "madang/io/port.h"
#include "madang/net/admission.h"
#include "madang/net/gateway.h"
#include "madang/net/shout_budget.h"
#include "madang/net/worker.h"
#include "madang/net/zones.h"

namespace arena {

namespace io = madang::io;

struct ServerSettings {
  std::string listen = "127.0.0.1:7790";
  std::uint32_t workers = 2;
  std::uint32_t zones = 1;
  std::uint32_t room_players = 20;
  std::uint32_t tick_rate = 20;  ///< ticks a second
  io::Backend io = io::Backend::automatic;
};

class Server {
 public:
  /// Makes a server that listens and runs. The error is one line for a person.
  static std::expected<std::unique_ptr<Server>, std::string> start(const ServerSettings& settings);
  /// Stops the server, if stop() was not called.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Says goodbye to all clients, and ends the threads. It takes at most limits.shutdown_deadline_ms.
  void stop();

  const io::Address& address() const { return address_; }
  std::string_view io_name() const { return io::name_of(workers_.front()->port().backend()); }
  std::uint64_t sessions_served() const;

 private:
  explicit Server(const ServerSettings& settings);

  std::expected<void, std::string> make_workers(const ServerSettings& settings);
  std::expected<void, std::string> listen(const std::string& address);
  std::expected<void, std::string> start_threads();

  const madang::Limits limits_;
  net::Admission admission_;
  net::ShoutBudget shouts_;
  net::Zones zones_;
  std::vector<std::unique_ptr<net::Gateway>> gateways_;  // gateway i is that of worker i
  std::vector<std::unique_ptr<net::Worker>> workers_;
  io::Address address_;
  std::vector<std::jthread> zone_threads_;
  std::vector<std::jthread> worker_threads_;
};

}  // namespace arena
