// Swarm: the bots of the board. They walk, say a few words, and answer players that speak near them
// (board/client/answers.h). One thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "board/client/answers.h"
#include "board/client/player_view.h"
#include "board/packets.h"
#include "board/rules.h"
#include "madang/base/time.h"
#include "madang/client/any_bots.h"
#include "madang/client/bot.h"
#include "madang/io/port.h"

namespace madang::board {

struct SwarmSettings {
  std::uint32_t roam = 0;         ///< maximum distance from the first tile along each axis, in tiles; 0: none
  Duration say_interval = 60s;    ///< mean time between two says of a bot; zero: none
  Duration shout_interval = 10s;  ///< mean time between two shouts of all bots together; zero: none
};

class Swarm;

class BoardBot final : public client::Bot<BoardBot, Board, PlayerView> {
 public:
  static constexpr std::array<std::string_view, 2> counters = {"moves", "moves_refused"};
  static std::unique_ptr<PlayerView> new_view(client::Findings& findings) {
    return std::make_unique<PlayerView>(findings, client::Attributes::check_only);
  }

  /// `swarm` outlives the bot.
  BoardBot(Swarm& swarm, Looks looks) : swarm_(swarm), looks_(looks) {}

  Entry entry() const { return {.looks = looks_}; }
  void on_entered();
  void on_left();
  void act();
  void on(const Pace& pace) { act_every(std::chrono::milliseconds(pace.move_interval_ms)); }
  void on(const Moved& moved);
  void on(const wire::CellSaid& said);
  void say(std::string_view text) { send(wire::Say{.text = text}); }
  void shout(std::string_view text) { send(wire::Shout{.text = text}); }

 private:
  bool may_go(Direction direction) const;
  void step();

  Swarm& swarm_;
  const Looks looks_;
  Direction direction_ = Direction::up;
  world::Position home_;  // its first tile
};

class Swarm final : public client::AnyBots {
 public:
  Swarm(std::unique_ptr<io::Port> port, const io::Address& server, const client::BotsSettings& settings,
        const SwarmSettings& own_settings = {});

  /// Calls visit(view) for each bot in the world. A view is a PlayerView.
  template <class Visit>
  void for_each_view(Visit visit) const {
    for_each_bot_in_world(
        [&](const client::AnyBot& bot) { visit(static_cast<const BoardBot&>(bot).view()); });
  }

 private:
  friend BoardBot;

  std::unique_ptr<client::AnyBot> make_bot() override;
  void on_turn(Time now) override;
  Time next_due() const override { return std::min(next_shout_, answers_.next_due()); }

  BoardBot& board_bot(std::size_t number) { return static_cast<BoardBot&>(bot(number)); }

  const SwarmSettings own_settings_;
  Answers answers_;
  Time next_shout_;
};

}  // namespace madang::board
