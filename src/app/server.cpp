#include "app/server.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <map>

#include "app/stop_signal.h"
#include "base/log.h"

namespace madang::app {

namespace {

std::uint32_t worker_count(std::uint32_t asked) {
  return asked ? asked : std::clamp(std::thread::hardware_concurrency(), 1u, 8u);
}

}  // namespace

std::expected<std::unique_ptr<Server>, std::string> Server::make(const ServerOptions& options,
                                                                 const MakeService& make_service,
                                                                 net::HttpService* http_service) {
  const std::expected<io::Address, std::string> address = io::Address::resolve(options.listen);
  if (!address) return std::unexpected(address.error());
  CHECK(options.http.empty() || http_service, "an HTTP port, and nobody to answer there");

  std::unique_ptr<Server> server(new Server(options.limits));
  io::Backend backend = options.io;
  std::vector<net::Worker*> workers;
  for (std::uint32_t i = 0; i < worker_count(options.workers); ++i) {
    Result<std::unique_ptr<io::Port>> port = io::make_port(backend, options.port);
    if (!port)
      return std::unexpected(fmt::format("cannot make a completion port ({}): {}", io::name_of(backend),
                                         describe(port.error(), system_language())));
    // Each worker works on what it gets. A machine may have what one more ring needs and not what two need
    // (locked memory). Where it refused one it is not asked again: one line in the log is enough.
    if ((*port)->name() == "epoll" && backend == io::Backend::automatic) {
      if (i > 0)
        log_warning("workers 0 to {} are on {}, those from {} on epoll", i - 1,
                    server->workers_.front()->port().name(), i);
      backend = io::Backend::epoll;
    }
    server->workers_.push_back(std::make_unique<net::Worker>(static_cast<std::uint8_t>(i), options.limits,
                                                             std::move(*port), server->admission_));
    net::Worker& worker = *server->workers_.back();
    server->services_.push_back(make_service(worker));
    worker.set_service(*server->services_.back());
    if (http_service) worker.set_http_service(*http_service);
    workers.push_back(&worker);
  }
  const auto cannot_listen = [](std::string_view option, const io::Address& where, const Error& error) {
    return std::unexpected(fmt::format("cannot listen on {}: {} (another address: {} HOST:PORT)",
                                       where.text(), describe(error, system_language()), option));
  };
  const Result<io::Address> listening = workers.front()->listen(*address, workers);
  if (!listening) return cannot_listen("--listen", *address, listening.error());
  server->address_ = *listening;
  if (!options.http.empty()) {
    const std::expected<io::Address, std::string> http_address = io::Address::resolve(options.http);
    if (!http_address) return std::unexpected(http_address.error());
    const Result<io::Address> listening_http = workers.front()->listen_http(*http_address, workers);
    if (!listening_http) return cannot_listen("--http", *http_address, listening_http.error());
    server->http_address_ = *listening_http;
  }
  server->backend_ = backend;
  return server;
}

std::string Server::io_name() const {
  std::map<std::string_view, std::size_t> count;
  for (const auto& worker : workers_) ++count[worker->port().name()];
  if (count.size() == 1) return std::string(count.begin()->first);
  std::string text;
  for (const auto& [name, workers] : count)
    text += fmt::format("{}{} on {} {}", text.empty() ? "" : ", ", name, workers,
                        workers == 1 ? "worker" : "workers");
  return text;
}

void Server::start() {
  const std::lock_guard starting(starting_);
  for (const auto& worker : workers_) {
    threads_.emplace_back([this, &worker = *worker] {
      {
        const std::lock_guard wait(starting_);
      }
      while (!worker.finished()) worker.turn(io::Port::forever);
    });
    clocks_.emplace_back(threads_.back());
  }
}

void Server::stop() {
  if (threads_.empty()) return;
  for (const auto& worker : workers_) worker->stop();
  for (std::thread& thread : threads_) thread.join();
  clocks_.clear();
  threads_.clear();
}

Server::Totals Server::totals() const {
  Totals totals;
  for (const auto& worker : workers_) {
    const net::Counters& counters = worker->counters();
    totals.sessions_open += counters.sessions_open.get();
    totals.sessions_opened += counters.sessions_opened.get();
    totals.frames_in += counters.frames_in.get();
    totals.bytes_in += counters.bytes_in.get();
    totals.bytes_out += counters.bytes_out.get();
    totals.sends += counters.sends.get();
    totals.stalls += counters.stalls.get();
    for (std::size_t i = 0; i < totals.http_responses.size(); ++i)
      totals.http_responses[i] += counters.http_responses[i].get();
    counters.answers.add_to(totals.answers);
    totals.answers_us += counters.answers.sum_us();
    for (std::size_t i = 0; i < totals.closed.size(); ++i) totals.closed[i] += counters.closed[i].get();
  }
  return totals;
}

int run_service(const ServerOptions& options, const Server::MakeService& make_service) {
  StopSignal stop_signal;
  const auto server = Server::make(options, make_service);
  if (!server) {
    fmt::print(stderr, "{}\n", server.error());
    return 1;
  }
  (*server)->start();
  fmt::print("listening on {} (io: {}); Ctrl-C stops\n", (*server)->address().text(), (*server)->io_name());
  std::fflush(stdout);
  while (!stop_signal.wait(1h)) {
  }
  (*server)->stop();
  return 0;
}

std::string describe_closed(const Server::Totals& totals) {
  std::string text;
  for (std::size_t i = 0; i < totals.closed.size(); ++i)
    if (totals.closed[i] > 0)
      fmt::format_to(std::back_inserter(text), "{}{} {}", text.empty() ? "" : ", ",
                     close_reason_texts[i].name, totals.closed[i]);
  return text.empty() ? "nobody" : text;
}

}  // namespace madang::app
