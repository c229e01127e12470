#include "madang/server/server.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "madang/base/log.h"
#include "madang/server/log_thread.h"
#include "madang/server/stop_signal.h"

namespace madang::server {

namespace {

std::uint32_t worker_count(std::uint32_t asked) {
  return asked ? asked : std::clamp(std::thread::hardware_concurrency(), 1u, 8u);
}

/// Logs that the system refused a thread. Returns the exit code of the program.
int fail_without_thread(const Error& error) {
  log_fatal(fmt::format("cannot {}", describe(error, system_language())));
  return 1;
}

}  // namespace

std::expected<std::unique_ptr<Server>, std::string> Server::make(const ServerOptions& options,
                                                                 const MakeService& make_service) {
  const std::expected<io::Address, std::string> address = io::Address::resolve(options.listen);
  if (!address) return std::unexpected(address.error());

  std::unique_ptr<Server> server(new Server(options));
  io::PortOptions port_options = options.port;
  port_options.unsent_bytes_max = static_cast<int>(options.limits.kernel_send_bytes_max);
  io::Backend backend = options.io;
  std::vector<net::Worker*> workers;
  for (std::uint32_t i = 0; i < worker_count(options.workers); ++i) {
    Result<std::unique_ptr<io::Port>> port = io::make_port(backend, port_options);
    if (!port)
      return std::unexpected(fmt::format("cannot make a completion port ({}): {}", io::name_of(backend),
                                         describe(port.error(), system_language())));
    // A machine may have enough locked memory for the rings of some workers only. The other workers run on
    // epoll. After the first refusal io_uring is not tried again, so that the log has one line about it.
    if ((*port)->backend() == io::Backend::epoll && backend == io::Backend::automatic) {
      if (i > 0)
        log_warning("workers 0 to {} run on {}, the workers from {} on run on epoll", i - 1,
                    io::name_of(server->workers_.front()->port().backend()), i);
      backend = io::Backend::epoll;
    }
    server->workers_.push_back(std::make_unique<net::Worker>(static_cast<std::uint8_t>(i), options.limits,
                                                             std::move(*port), server->admission_));
    net::Worker& worker = *server->workers_.back();
    server->services_.push_back(make_service(worker));
    worker.set_service(*server->services_.back());
    worker.set_trusted_proxies(options.trusted_proxies);
    workers.push_back(&worker);
  }
  const auto cannot_listen = [](std::string_view option, const io::Address& where, const Error& error) {
    return std::unexpected(fmt::format("cannot listen on {}: {} (to use another address: {} HOST:PORT)",
                                       where.text(), describe(error, system_language()), option));
  };
  const Result<io::Address> listening =
      workers.front()->listen(*address, workers, {.proxies = options.proxies});
  if (!listening) return cannot_listen("--listen", *address, listening.error());
  server->address_ = *listening;
  for (const ServerOptions::HttpPort& http : options.http) {
    server->http_addresses_.emplace_back();
    if (http.address.empty()) continue;
    const std::expected<io::Address, std::string> where = io::Address::resolve(http.address);
    if (!where) return std::unexpected(where.error());
    const Result<io::Address> bound =
        workers.front()->listen(*where, workers, {http.door, http.service, http.proxies});
    if (!bound) return cannot_listen(http.option, *where, bound.error());
    server->http_addresses_.back() = *bound;
  }
  server->backend_ = backend;
  return server;
}

std::string Server::io_name() const {
  std::map<std::string_view, std::size_t> count;
  for (const auto& worker : workers_) ++count[io::name_of(worker->port().backend())];
  if (count.size() == 1) return std::string(count.begin()->first);
  std::string text;
  for (const auto& [name, workers] : count)
    text += fmt::format("{}{} on {} {}", text.empty() ? "" : ", ", name, workers,
                        workers == 1 ? "worker" : "workers");
  return text;
}

Result<void> Server::start() {
  threads_.reserve(workers_.size());
  clocks_.reserve(workers_.size());
  std::unique_lock starting(starting_);
  for (const auto& worker : workers_) {
    Result<std::thread> thread = make_thread([this, &worker = *worker] {
      {
        const std::lock_guard wait(starting_);
      }
      while (!worker.is_finished()) worker.turn(io::Port::forever);
      threads_running_.fetch_sub(1);
    });
    if (!thread) {
      starting.unlock();
      stop();
      return std::unexpected(thread.error());
    }
    threads_running_.fetch_add(1);
    threads_.push_back(std::move(*thread));
    clocks_.emplace_back(threads_.back());
  }
  return {};
}

void Server::stop(const HasteAsked& haste_asked) {
  if (threads_.empty()) return;
  for (const auto& worker : workers_) worker->stop();
  while (haste_asked && threads_running_.load() > 0)
    if (haste_asked(20ms))
      for (const auto& worker : workers_) worker->hurry();
  for (std::thread& thread : threads_) thread.join();
  clocks_.clear();
  threads_.clear();
}

Server::Totals Server::totals() const {
  Totals totals;
  totals.close_reasons = close_reasons_;
  for (const auto& worker : workers_) {
    const net::Counters& counters = worker->counters();
    totals.sessions_open += counters.sessions_open.get();
    totals.sessions_opened += counters.sessions_opened.get();
    totals.frames_in += counters.frames_in.get();
    totals.bytes_in += counters.bytes_in.get();
    totals.bytes_out += counters.bytes_out.get();
    totals.sends += counters.sends.get();
    totals.stalls += counters.stalls.get();
    totals.http_refused += counters.http_refused.get();
    totals.cells_made_stale += counters.cells_made_stale.get();
    totals.shouts_suppressed += counters.shouts_suppressed.get();
    for (std::size_t i = 0; i < totals.words_refused.size(); ++i)
      totals.words_refused[i] += counters.words_refused[i].get();
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
  const auto log_thread = LogThread::start(options.limits.log_queue_bytes_max);
  if (!log_thread) return fail_without_thread(log_thread.error());
  const auto server = Server::make(options, make_service);
  if (!server) {
    log_last_words(fmt::format("{}\n", server.error()));
    return 1;
  }
  if (const Result<void> started = (*server)->start(); !started) return fail_without_thread(started.error());
  print_line(fmt::format("listening on {} (io: {}); Ctrl-C stops the server", (*server)->address().text(),
                         (*server)->io_name()));
  while (!stop_signal.wait(1h)) {
  }
  (*server)->stop([&](Duration max_wait) { return stop_signal.wait(max_wait); });
  return 0;
}

std::string describe_closed(const Server::Totals& totals) {
  std::string text;
  for (std::size_t i = 0; i < totals.close_reasons.count(); ++i)
    if (totals.closed[i] > 0)
      fmt::format_to(std::back_inserter(text), "{}{} {}", text.empty() ? "" : ", ",
                     totals.close_reasons[static_cast<CloseReason>(i)].name, totals.closed[i]);
  return text.empty() ? "none" : text;
}

}  // namespace madang::server
