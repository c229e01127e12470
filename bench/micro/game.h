// Game: a whole server of the board without threads and without a network: the runner with its world,
// a gateway and a worker. Its clients are logged in and on the map.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "board/board_config.h"
#include "board/packets.h"
#include "clients.h"
#include "crowd.h"
#include "madang/net/gateway.h"
#include "madang/net/world_runners.h"
#include "madang/wire/session_packets.h"

namespace madang::micro {

class Game {
 public:
  /// The clients must not be connected yet.
  Game(Clients& clients, const board::BoardConfig& config)
      : clients_(clients),
        runners_(board::game_info(), 1, config.tick_rate, clients.limits()),
        shouts_(clients.limits()),
        gateway_(clients.worker(), runners_, shouts_) {
    runners_.add("", board::make_world(config));
    runners_.set_gateways({&gateway_});
    gateway_.set_characters([](const net::Session& session, std::string_view) {
      return Crowd::character(session.id().index());  // so the world is the same as in a Crowd
    });
    clients_.connect(gateway_);
    constexpr std::uint32_t at_once = 10'000;
    for (std::uint32_t first = 0; first < clients_.count(); first += at_once)
      log_in(first, std::min(first + at_once, clients_.count()));
    tick();
    tick();  // now all clients watch their cells
    MADANG_CHECK(world().registry().size() == clients_.count());
  }

  const world::AnyWorld& world() const { return runners_.main().world(); }

  /// Requests a move in the next tick, like the gateway.
  void request_move(std::uint32_t client, board::Direction direction) {
    std::array<std::byte, wire::size_of(board::Move{})> body;
    wire::put(body.data(), board::Move{.direction = direction});
    net::Request request{.opcode = wire::opcode_of<board::Move>,
                         .session = clients_.worker().at(client).id(),
                         .character = Crowd::character(client),
                         .body = std::string(as_text(body))};
    MADANG_CHECK(runners_[0].requests().push(std::move(request)));
  }
  /// Takes a tick, and gives its output to the sessions.
  void tick() {
    due_ = runners_[0].turn(due_);
    clients_.turn();
  }
  /// Gives the sessions the output of a tick that did not really happen.
  void fan_out(net::TickOutput& output) {
    output.hold(1);
    MADANG_CHECK(gateway_.offer(0, output));
    clients_.turn();
  }

 private:
  void log_in(std::uint32_t first, std::uint32_t end) {
    static constexpr std::array entry{static_cast<std::byte>(board::Looks::pawn)};
    for (std::uint32_t client = first; client < end; ++client) {
      const std::string name = "player " + std::to_string(client);
      Buffer login;
      wire::append(login, wire::Login{board::game_info().protocol.schema, name, {}, Bytes(entry)});
      clients_.say(client, login.bytes());
    }
    clients_.turn();
    tick();
  }

  Clients& clients_;
  net::WorldRunners runners_;
  net::ShoutBudget shouts_;
  net::Gateway gateway_;
  Time due_{};
};

}  // namespace madang::micro
