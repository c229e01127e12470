// Bot: a client that plays by itself, for a game that is tested or measured. Many bots are one AnyBots
// (client/any_bots.h), which logs them in, lets them act, and checks all that the server sends.
//
//   class ArenaBot final : public client::Bot<ArenaBot, Arena> {
//    public:
//     static constexpr std::array<std::string_view, 1> counters = {"shots"};
//     Entry entry() { return {.name = {}, .colour = Colour::red}; }
//     void on_entered() { act_every(100ms); }
//     void act() { send(Fire{.client_time = client_time()}); }
//     void on(const Fired& fired) {
//       answered(fired.client_time);
//       if (fired.has_fired) count("shots");
//     }
//   };
//
// A bot has what it needs of these functions; those of Bot do nothing:
//
//   Entry entry();             what it asks for when it enters a world. Its name is filled in.
//   std::string name(std::string_view prefix);
//                              its name; by default the prefix of the settings and a number from 1 on
//   void on_entered();         it is in a world. Called again for each other world.
//   void on_left();            it is no longer in that world. Its view is still that of this world.
//   void act();                called again and again: see act_every()
//   void on(const P& packet);  a packet of a session, a packet about a cell, or an answer of the game
//   void on_told(const client::Seen& by, const P& packet);
//                              an entity in sight has told all clients that watch it an answer of the game
//   static std::unique_ptr<V> new_view(client::Findings& findings);
//                              makes the view of a world, if the game has a view V of its own
//   static constexpr bool has_main_world = false;
//                              the game has rooms alone
//
// All of this is on the thread of its AnyBots.
#pragma once

#include <fmt/format.h>

#include <array>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "madang/base/buffer.h"
#include "madang/base/random.h"
#include "madang/base/time.h"
#include "madang/client/cell_view.h"
#include "madang/client/connection.h"
#include "madang/client/findings.h"
#include "madang/client/login_entry.h"
#include "madang/client/reentry.h"
#include "madang/client/view.h"

namespace madang::client {

class AnyBots;

/// What a bot of any game can do. A game's bot derives from Bot, which is below.
class AnyBot : private ConnectionOwner {
 public:
  AnyBot();
  AnyBot(const AnyBot&) = delete;
  AnyBot& operator=(const AnyBot&) = delete;
  virtual ~AnyBot();

  bool is_in_world() const { return is_in_world_; }
  /// Returns what the bot knows of its world; of the last one if it is in none. Precondition: the bot has
  /// entered a world.
  const CellView& any_view() const { return *view_; }
  /// Returns the number of the bot among the bots of its AnyBots; the first one has the number 0.
  std::uint32_t number() const { return number_; }

 protected:
  /// From now on, act() is called once in each interval while the bot is in a world. The first call comes
  /// after a part of the interval by chance, so that not all bots act at once. Zero: act() is not called.
  void act_every(Duration interval);
  /// Sends a packet. It is dropped if the bot is in no world.
  template <wire::Packet P>
  void send(const P& packet) {
    if (is_in_world_ && !next_view_) connection_->send(packet);
  }
  /// Leaves the world for another one, as soon as the server agrees. The main world has an empty name.
  void enter_world(std::string_view world);
  /// Returns the time now for a packet whose answer has it, too.
  std::uint32_t client_time() const;
  /// Notes the time that has passed since a client_time() as the delay of an answer.
  void answered(std::uint32_t client_time);
  /// Adds 1 to a counter of the game (CHECK: it is one of its `counters`).
  void count(std::string_view counter);
  /// Returns true once in `every` on average, if it is asked once in each act(). Zero: never.
  bool comes_up(Duration every);
  /// Returns the time of the port.
  Time now() const;
  /// The random numbers of all bots together, which follow from the seed.
  Random& random();
  /// Returns whether this is the bot's own entity.
  bool is_own(const Seen& seen) const { return seen.id == view_->welcome().entity; }

 private:
  friend AnyBots;

  // What Bot knows of the game:
  virtual std::unique_ptr<CellView> make_view(Findings& findings) const = 0;
  virtual Buffer make_entry() = 0;
  virtual std::string make_name(std::string_view prefix) = 0;
  virtual void enter() = 0;
  virtual void leave() = 0;
  virtual void act_now() = 0;
  virtual void take(const wire::Frame& frame) = 0;

  void on_welcome(Connection& connection) final;
  void on_packet(Connection& connection, const wire::Frame& frame) final;
  void on_end(Connection& connection, const Ending& ending) final;
  void wants_flush(Connection& connection) final;

  AnyBots* bots_ = nullptr;  // it and the number are set before all else
  std::uint32_t number_ = 0;
  // Not empty between turns, as the connection and the reentry; a later login replaces view and connection.
  std::unique_ptr<CellView> view_;
  std::unique_ptr<CellView> next_view_;  // of the world that the bot has asked for; null: none
  std::optional<Connection> connection_;
  std::optional<Reentry> reentry_;
  Duration act_interval_{};                // zero: it does not act
  Time looks_for_world_at_ = Time::max();  // if a world did not let it in
  std::string world_;                      // in which it is, was, or wants to be
  bool was_sent_away_ = false;             // from the world of its last login, which was full
  bool was_answered_ = false;              // its login has an answer, or will never get one
  bool is_in_world_ = false;
  bool has_appointment_ = false;  // in the agenda
};

/// The base of a game's bot. `Rules` are those of the game. A game that checks more than every view does has
/// a view of its own.
template <class Own, class GameRules, class OwnView = View<typename GameRules::Parts>>
class Bot : public AnyBot {
 public:
  using Rules = GameRules;
  using Parts = GameRules::Parts;
  using View = OwnView;

  /// The names of what the bots count.
  static constexpr std::array<std::string_view, 0> counters{};
  static constexpr bool has_main_world = true;

  /// Precondition: as for any_view().
  const OwnView& view() const { return static_cast<const OwnView&>(any_view()); }

  Parts::Entry entry() { return {}; }
  std::string name(std::string_view prefix) { return fmt::format("{}{}", prefix, number() + 1); }
  void on_entered() {}
  void on_left() {}
  void act() {}
  static std::unique_ptr<OwnView> new_view(Findings& findings) { return std::make_unique<OwnView>(findings); }

 private:
  Own& own() { return static_cast<Own&>(*this); }

  std::unique_ptr<CellView> make_view(Findings& findings) const final { return Own::new_view(findings); }
  Buffer make_entry() final { return login_entry(own().entry()); }
  std::string make_name(std::string_view prefix) final { return own().name(prefix); }
  void enter() final { own().on_entered(); }
  void leave() final { own().on_left(); }
  void act_now() final { own().act(); }
  void take(const wire::Frame& frame) final {
    take_one_of(wire::SessionServerPackets{}, frame);
    take_one_of(wire::CellPackets<typename Parts::Offset>{}, frame);
    take_one_of(typename Parts::Answers{}, frame);
    if (frame.opcode == wire::opcode_of<wire::CellTold>)
      take_told(typename Parts::Answers{}, *wire::decode<wire::CellTold>(frame.body));
  }

  // The view has decoded the frame already, so it is whole.
  template <wire::Packet... P>
  void take_one_of(wire::Types<P...>, const wire::Frame& frame) {
    (take_as<P>(frame), ...);
  }
  template <wire::Packet P>
  void take_as(const wire::Frame& frame) {
    if constexpr (requires(Own& bot, const P& packet) { bot.on(packet); })
      if (frame.opcode == wire::opcode_of<P>) own().on(*wire::decode<P>(frame.body));
  }
  template <wire::Packet... P>
  void take_told(wire::Types<P...>, const wire::CellTold& told) {
    if constexpr ((hears<P> || ...)) {
      const std::optional<Seen> by = view().find({told.cell_x, told.cell_y}, told.alias);
      if (!by) return;
      Bytes bytes = told.packet;
      const wire::FrameResult frame = wire::next_frame(bytes);
      (take_told_as<P>(*by, *frame), ...);
    }
  }
  template <class P>
  static constexpr bool hears =
      requires(Own& bot, const Seen& by, const P& packet) { bot.on_told(by, packet); };
  template <wire::Packet P>
  void take_told_as(const Seen& by, const wire::Frame& frame) {
    if constexpr (hears<P>)
      if (frame.opcode == wire::opcode_of<P>) own().on_told(by, *wire::decode<P>(frame.body));
  }
};

}  // namespace madang::client
