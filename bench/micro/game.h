// Game: a whole server without threads and without a network: zone, encoder, gateway and worker. Its clients
// are logged in and on the map. The three parts of a tick can be measured one by one.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "board/zone.h"
#include "clients.h"
#include "madang/net/encoder.h"
#include "madang/net/gateway.h"
#include "madang/wire/packets.h"

namespace madang::micro {

class Game {
 public:
  /// The clients must not be connected yet.
  Game(Clients& clients, const board::ZoneConfig& config)
      : clients_(clients),
        zone_(config),
        commands_(clients.limits().command_queue_max),
        shouts_(clients.limits()),
        gateway_(clients.worker(), config, commands_, throttled_cells_, shouts_),
        aliases_(clients.count()),
        owners_(clients.count()) {
    output_.personal.resize(1);
    clients_.connect(gateway_);
    constexpr std::uint32_t at_once = 10'000;
    for (std::uint32_t first = 0; first < clients_.count(); first += at_once)
      log_in(first, std::min(first + at_once, clients_.count()));
    MADANG_CHECK(zone_.player_count() == clients_.count());
  }

  const board::Zone& zone() const { return zone_; }
  board::Alias alias(std::uint32_t client) const { return aliases_[client]; }
  SessionId owner(std::uint32_t client) const { return owners_[client]; }

  // --- A tick ---

  void simulate(std::span<board::Command> commands) { zone_.tick(commands, events_); }
  /// Gives the workers the output of a tick that did not really happen.
  void simulate(board::TickEvents&& events) { events_ = std::move(events); }
  void encode() { encoder_.encode(zone_, events_, {}, output_); }
  void hand_out() {
    output_.hold(1);
    MADANG_CHECK(gateway_.offer(output_));
    clients_.turn();
  }

 private:
  void log_in(std::uint32_t first, std::uint32_t end) {
    for (std::uint32_t client = first; client < end; ++client) {
      const std::string name = "player " + std::to_string(client);
      Buffer login;
      wire::append(login, wire::Login{wire::schema_hash, name, wire::Looks::pawn});
      clients_.say(client, login.bytes());
    }
    clients_.turn();

    std::vector<board::Command> commands(end - first);
    for (board::Command& command : commands) MADANG_CHECK(commands_.pop(command));
    simulate(commands);
    for (const board::Entered& entered : events_.entered) {
      owners_[entered.owner.index()] = entered.owner;
      aliases_[entered.owner.index()] = entered.alias;
    }
    encode();
    hand_out();
  }

  Clients& clients_;
  board::Zone zone_;
  board::TickEvents events_;
  net::Encoder encoder_;
  net::TickOutput output_;
  BoundedQueue<board::Command> commands_;
  net::ThrottledCells throttled_cells_;  // none: there is no budget
  net::ShoutBudget shouts_;
  net::Gateway gateway_;
  std::vector<board::Alias> aliases_;  // by client
  std::vector<SessionId> owners_;      // by client
};

}  // namespace madang::micro
