// How a server program ends: after one stop signal, after two, and when it cannot start. Each test runs a
// child process, because run_game() uses the signals and the log of a whole process. A signal that comes
// early stays pending, so that no test depends on an exact moment.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "app/board_game.h"
#include "board/board_config.h"
#include "board/packets.h"
#include "madang/base/log.h"
#include "madang/server/game_server.h"
#include "madang/wire/session_packets.h"
#include "unit/died_saying.h"

namespace madang::app {
namespace {

constexpr unsigned serve_patience_s = 120;

/// A small board without a port for HTTP.
struct QuietGame : BoardGame {
  explicit QuietGame(const std::string& listen = "127.0.0.1:0") {
    settings.listen = listen;
    settings.http = settings.operator_address = "off";
    settings.workers = 2;
    map = {40, 40};
  }
  int run() { return run_game({.name = "madang"}, *this, {}); }
};

/// Blocks the stop signals, also on later threads. They stay pending until run_game() waits for them.
void block_stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::alarm(serve_patience_s);
}

sockaddr_in on_loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// A socket that is bound to a port. Until it listens or is closed, no server can listen on that port.
struct HeldPort {
  HeldPort() {
    sockaddr_in address = on_loopback(0);
    socklen_t size = sizeof(address);
    ::bind(socket, reinterpret_cast<const sockaddr*>(&address), size);
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
  }
  std::string listen_address() const { return "127.0.0.1:" + std::to_string(port); }

  int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  std::uint16_t port = 0;
};

/// A client that logs in, and then stays connected after its goodbye.
class StubbornClient {
 public:
  explicit StubbornClient(std::uint16_t port) {
    const sockaddr_in address = on_loopback(port);
    while (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
      ::usleep(10'000);  // the server does not listen yet
    Buffer login;
    const std::byte pawn{static_cast<std::uint8_t>(board::Looks::pawn)};
    wire::append(login, wire::Login{board::game_info().protocol.schema, "stubborn", {}, Bytes(&pawn, 1)});
    if (::send(socket_, login.data(), login.size(), 0) < 0) std::_Exit(2);
  }
  void wait_for(std::uint16_t opcode) {
    for (;;) {
      Bytes rest = as_bytes(received_).subspan(taken_);
      const std::size_t before = rest.size();
      const wire::FrameResult frame = wire::next_frame(rest);
      taken_ += before - rest.size();
      if (frame && frame->opcode == opcode) return;
      if (frame) continue;
      char more[4096];
      const ssize_t size = ::recv(socket_, more, sizeof(more), 0);
      if (size <= 0) std::_Exit(3);
      received_.append(more, static_cast<std::size_t>(size));
    }
  }

 private:
  int socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
  std::string received_;
  std::size_t taken_ = 0;
};

TEST(ServePosixDeathTest, AfterOneSignalItStopsInOrderAndReturnsZero) {
  EXPECT_EXIT(
      {
        block_stop_signals();
        ::kill(::getpid(), SIGTERM);
        std::_Exit(QuietGame().run());
      },
      testing::ExitedWithCode(0),
      DiedSaying({"info: stopping: ", "info: stopped: 0 sessions served, 0 left open"}, {"asked again"}));
}

[[noreturn]] void serve_a_stubborn_client(int first_signal, int second_signal) {
  block_stop_signals();
  HeldPort held;
  QuietGame game(held.listen_address());
  game.settings.limits.goodbye_deadline_ms = game.settings.limits.shutdown_deadline_ms = 3'600'000;
  ::close(held.socket);
  std::thread([port = held.port, first_signal, second_signal] {
    StubbornClient client(port);
    client.wait_for(wire::opcode_of<wire::Welcome>);
    ::kill(::getpid(), first_signal);
    client.wait_for(wire::opcode_of<wire::Goodbye>);
    ::kill(::getpid(), second_signal);
    ::pause();
  }).detach();
  std::_Exit(game.run());
}

TEST(ServePosixDeathTest, AfterASecondSignalItDoesNotWaitForAClientThatStays) {
  for (const auto& [first, second] : {std::pair(SIGTERM, SIGTERM), std::pair(SIGINT, SIGTERM)})
    EXPECT_EXIT(serve_a_stubborn_client(first, second), testing::ExitedWithCode(0),
                DiedSaying({"info: stopping: ", "info: asked again",
                            "info: stopped: 1 sessions served, 0 left open", "server_stopping 1"}));
}

/// A server with rooms only.
struct Hall : QuietGame {
  using QuietGame::QuietGame;
  std::unique_ptr<world::AnyWorld> make_main_world() const override { return nullptr; }
  std::unique_ptr<world::AnyWorld> make_room(std::string_view, std::uint64_t number) const override {
    return board::make_room(board_config_of(*this), {16, 10}, "room", number);
  }
};

TEST(ServePosixDeathTest, WithoutAMainWorldAClientMustNameAWorld) {
  EXPECT_EXIT(
      {
        block_stop_signals();
        HeldPort held;
        Hall game(held.listen_address());
        ::close(held.socket);
        std::thread([port = held.port] {
          StubbornClient client(port);
          client.wait_for(wire::opcode_of<wire::Goodbye>);
          ::kill(::getpid(), SIGTERM);
        }).detach();
        std::_Exit(game.run());
      },
      testing::ExitedWithCode(0), DiedSaying({"stopped: 1 sessions served", "no_such_world 1"}));
  EXPECT_EXIT(
      {
        block_stop_signals();
        Hall game;
        game.settings.record = "there-is-no-such-file.record";
        std::_Exit(game.run());
      },
      testing::ExitedWithCode(1),
      DiedSaying({"--record: this game has no main world to record"}, {"stopped"}));
}

TEST(ServePosixDeathTest, AGameIsPreparedWhenItHasItsSeed) {
  struct Prepared : QuietGame {
    void prepare() override {
      log_warning("prepared with seed {}", settings.seed == 0 ? "zero" : std::to_string(settings.seed));
    }
  };
  const auto run = [](std::uint64_t seed) {
    block_stop_signals();
    ::kill(::getpid(), SIGTERM);
    Prepared game;
    game.settings.seed = seed;
    std::_Exit(game.run());
  };
  EXPECT_EXIT(run(77), testing::ExitedWithCode(0), DiedSaying({"prepared with seed 77"}));
  EXPECT_EXIT(run(0), testing::ExitedWithCode(0), DiedSaying({"prepared with seed "}, {"seed zero"}));
}

TEST(ServePosixDeathTest, AnErrorAtTheStartIsLoggedAtEveryLevelAndReturnsOne) {
  EXPECT_EXIT(
      {
        block_stop_signals();
        HeldPort held;
        ::listen(held.socket, 1);
        QuietGame game(held.listen_address());
        game.settings.log_level = LogLevel::off;
        std::_Exit(game.run());
      },
      testing::ExitedWithCode(1),
      DiedSaying({" error: cannot listen on 127.0.0.1:"}, {"stopping", " info: "}));
}

}  // namespace
}  // namespace madang::app
