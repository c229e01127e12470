// The lecture's own design of an MMORPG server, as good students of that course build it. The benchmark
// compares Madang with it: both have the same protocol, the same map from the same seed, the same rules and
// the same bots.
//
//   lecture_server [--listen HOST:PORT] [--workers N] [--map WIDTHxHEIGHT] [--seed N] ...
//
// The main thread accepts, and gives each socket to the workers. Several worker threads wait on one epoll.
// The worker that receives a packet handles it completely. A sector grid finds the players nearby. Each
// player has a view list behind a mutex of its own, which shows what has changed. Each change for each viewer
// is one send, at once. lecture_session.h explains why there are no races.
//
// Two players see each other if they are at most --view-radius tiles apart along both axes, as in the
// lecture. The server sends the cells of the protocol only because the clients need them. Madang sends whole
// cells: with its defaults (cells of 8, radii of 10 and 14) a walking player watches a square of about 33
// tiles a side. The default radius here is 16, which is also a square of 33 tiles. So at the same density a
// player sees about as many others. Keep this default for comparisons.
//
// This server has no admission, no budgets and no deadlines, which would only cost time. A client that does
// not read is disconnected at the same number of waiting bytes as in Madang. Linux only.
#include <fmt/core.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "board/board_config.h"
#include "lecture_board.h"
#include "lecture_session.h"
#include "lecture_worker.h"
#include "madang/base/buffer.h"
#include "madang/base/close_reason.h"
#include "madang/base/error.h"
#include "madang/base/log.h"
#include "madang/wire/codec.h"
#include "madang/wire/session_packets.h"

using namespace madang;
using namespace madang::lecture;

namespace {

constexpr std::uint32_t sessions_max = PlayerId::slot_count;
constexpr std::uint64_t slack_percent = 25;
constexpr int pause_without_descriptors_ms = 100;

struct Options {
  std::string listen = "127.0.0.1:7777";
  std::string map = "1000x1000";
  std::uint32_t workers = 0;
  std::uint32_t move_interval_ms = 1000;
  BoardOptions board;
};

[[noreturn]] void fail(std::string_view problem) {
  fmt::print(stderr, "lecture_server: {}\n", problem);
  std::exit(1);
}

int checked(int result, const char* doing) {
  if (result < 0) fail(describe(last_os_error(doing)));
  return result;
}

Options parse(int argc, char** argv) {
  Options options;
  BoardOptions& board = options.board;
  CLI::App program("The lecture's own MMORPG server, for comparison.");
  program.option_defaults()->always_capture_default();
  program.add_option("--listen", options.listen, "HOST:PORT to listen on");
  program.add_option("--workers", options.workers, "Number of worker threads; 0: one for each core");
  program.add_option("--map", options.map, "Width and height of the map: WIDTHxHEIGHT, in tiles");
  program.add_option("--seed", board.seed, "Seed of the map and of all random decisions");
  program.add_option("--obstacle-percent", board.obstacle_percent,
                     "Share of the map's tiles that are obstacles, in percent");
  program.add_option("--view-radius", board.view_radius,
                     "Distance at which players see each other, in tiles");
  program.add_option("--cell-size", board.cell_size,
                     "Side of a sector, which is the protocol's cell, in tiles");
  program.add_option("--move-interval-ms", options.move_interval_ms,
                     "Minimum time between two moves of a piece, in ms");
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(program.exit(error));
  }
  if (std::sscanf(options.map.c_str(), "%ux%u", &board.width, &board.height) != 2)
    fail(fmt::format("--map {}: must be WIDTHxHEIGHT", options.map));
  const auto problem = board::find_problem({.width = board.width,
                                            .height = board.height,
                                            .cell_size = board.cell_size,
                                            .seed = board.seed,
                                            .obstacle_percent = board.obstacle_percent,
                                            .view_radius = board.view_radius,
                                            .leave_radius = board.view_radius});
  if (problem) fail(fmt::format("{}: {}", problem->setting, problem->text));
  if (options.workers == 0) options.workers = std::max(std::thread::hardware_concurrency(), 1u);
  return options;
}

void raise_descriptor_limit() {
  rlimit limit{};
  checked(::getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  checked(::setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

int listen_at(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) fail(fmt::format("--listen {}: must be HOST:PORT", text));
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int error =
      ::getaddrinfo(text.substr(0, colon).c_str(), text.substr(colon + 1).c_str(), &hints, &found);
  if (error != 0) fail(fmt::format("--listen {}: {}", text, ::gai_strerror(error)));
  const int listener =
      checked(::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  const int on = 1;
  checked(::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "setsockopt");
  checked(::bind(listener, found->ai_addr, found->ai_addrlen), "bind");
  checked(::listen(listener, SOMAXCONN), "listen");
  ::freeaddrinfo(found);
  return listener;
}

std::string address_of(int listener) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  checked(::getsockname(listener, raw, &size), "getsockname");
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  ::getnameinfo(raw, size, host.data(), host.size(), port.data(), port.size(),
                NI_NUMERICHOST | NI_NUMERICSERV);
  return fmt::format("{}:{}", host.data(), port.data());
}

/// SIGINT and SIGTERM as a descriptor for poll. Later threads block both signals.
int stop_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  checked(::pthread_sigmask(SIG_BLOCK, &signals, nullptr), "pthread_sigmask");
  return checked(::signalfd(-1, &signals, SFD_CLOEXEC), "signalfd");
}

/// Accepts all waiting connections. Returns false if the process has no more descriptors.
bool accept_all(int listener, int epoll, Sessions& sessions) {
  while (true) {
    const int socket = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!sessions.open(socket, epoll)) ::close(socket);
  }
}

/// The lecture's accept loop. Ends at a signal.
void accept_loop(int listener, int epoll, int signals, Sessions& sessions) {
  std::array<pollfd, 2> waited_for{{{signals, POLLIN, 0}, {listener, POLLIN, 0}}};
  bool told = false;
  while (true) {
    ::poll(waited_for.data(), waited_for.size(), -1);
    if (waited_for[0].revents != 0) return;
    if (accept_all(listener, epoll, sessions)) continue;
    if (!std::exchange(told, true)) log_warning("no more descriptors: those who come now wait");
    ::poll(waited_for.data(), 1, pause_without_descriptors_ms);
  }
}

/// Prints the figures of the workers. Precondition: the workers have ended.
void say_goodbye(const Sessions& sessions) {
  Buffer goodbye;
  const CloseReason reason = CloseReason::server_stopping;
  wire::append(goodbye, wire::Goodbye{.reason = reason, .text = text_of(reason)});
  sessions.for_each_here([&](PlayerId, Session& session) {
    session.send(goodbye.bytes());
    session.finish();
  });
}

void print_counts(const Sessions& sessions, const std::vector<std::unique_ptr<Worker>>& workers) {
  MoveCounts moves;
  for (const auto& worker : workers) {
    moves.made += worker->moves().made;
    moves.refused += worker->moves().refused;
    moves.others_in_view += worker->moves().others_in_view;
  }
  SendCounts sends;
  sessions.for_each([&](const Session& session) {
    const SendCounts counts = session.send_counts();
    sends.sends += counts.sends;
    sends.socket_full += counts.socket_full;
    sends.slow_readers += counts.slow_readers;
    sends.leaps += counts.leaps;
  });
  log_info(
      "stopped: {} sessions served; {} moves made, {} refused, {:.2f} others in view; {} sends, {} found the "
      "socket full, {} slow readers cut off, {} leaps",
      sessions.opened(), moves.made, moves.refused,
      static_cast<double>(moves.others_in_view) / static_cast<double>(std::max<std::uint64_t>(moves.made, 1)),
      sends.sends, sends.socket_full, sends.slow_readers, sends.leaps);
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  raise_descriptor_limit();
  const int signals = stop_signals();
  const int listener = listen_at(options.listen);
  const int epoll = checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  const int stop_event = checked(::eventfd(0, EFD_CLOEXEC), "eventfd");
  epoll_event event{};
  event.events = EPOLLIN;  // level-triggered, so that every worker gets the event
  event.data.ptr = nullptr;
  checked(::epoll_ctl(epoll, EPOLL_CTL_ADD, stop_event, &event), "epoll_ctl");

  Board board(options.board, sessions_max);
  Sessions sessions(board, sessions_max);
  const std::chrono::milliseconds interval(options.move_interval_ms);
  const MoveRule move_rule{.interval = interval, .slack = Duration(interval) * slack_percent / 100};
  std::vector<std::unique_ptr<Worker>> workers;
  std::vector<std::jthread> threads;
  for (std::uint32_t i = 0; i < options.workers; ++i) {
    workers.push_back(std::make_unique<Worker>(epoll, board, sessions, move_rule, options.board.seed + i));
    threads.emplace_back([&worker = *workers.back()] { worker.run(); });
  }

  fmt::print(
      "Madang is open: {} (the lecture's design, {} workers, {} x {} tiles). Ctrl-C stops the server.\n",
      address_of(listener), options.workers, options.board.width, options.board.height);
  std::fflush(stdout);
  accept_loop(listener, epoll, signals, sessions);

  checked(::eventfd_write(stop_event, 1), "eventfd_write");
  threads.clear();
  say_goodbye(sessions);
  print_counts(sessions, workers);
  return 0;
}
