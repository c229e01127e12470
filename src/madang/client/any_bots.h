// AnyBots: many bots of one game on one port (client/bot.h). Bots log in at a constant rate, act, and check
// every packet that they get. They play in the main world or in rooms, and may go from room to room. If a
// setting says so, a bot whose connection has ended logs in again later (madang/client/reentry.h): to the
// world in which it was. Bots, at the end of this file, makes them for a game.
//
// A plain object with a turn function. It makes no thread, and its only clock is that of its port, so that a
// simulation can run it. All random numbers follow from its seed. Owns its port and its bots. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "madang/base/buffer.h"
#include "madang/base/random.h"
#include "madang/base/time.h"
#include "madang/client/bot.h"
#include "madang/client/connection.h"
#include "madang/client/delay_histogram.h"
#include "madang/client/findings.h"
#include "madang/io/port.h"

namespace madang::client {

struct BotsSettings {
  std::uint32_t players = 100;
  std::uint32_t logins_per_second = 500;
  std::uint32_t logins_pending_max = 1000;  ///< logins without an answer; further logins wait
  std::uint64_t seed = 1;
  std::string name_prefix = "bot";  ///< a name is this prefix and a number
  std::uint32_t room_of = 0;   ///< bots in each room "room 1", "room 2" ...; 0: all are in the main world
  Duration room_stay{};        ///< mean time until a bot goes to another room; zero: it stays
  bool logs_in_again = false;  ///< a bot whose connection ended without a request comes back
  ConnectionTimes times;
};

struct BotsStats {
  std::uint32_t started = 0;         ///< bots that have begun to connect
  std::uint32_t logging_in = 0;      ///< bots whose login has no answer yet
  std::uint32_t connected = 0;       ///< bots that are in a world
  std::uint32_t connected_ever = 0;  ///< bots that are or were in a world
  std::uint64_t worlds_entered = 0;  ///< by bots that came from another world
  std::uint64_t worlds_refused = 0;  ///< that did not let a bot in
  std::uint64_t not_said = 0;        ///< words that the server refused
  std::uint64_t updates_in = 0;      ///< received enters, steps and leaves
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t violations = 0;
  std::uint64_t errors = 0;              ///< connections that failed, or that ended without a request
  std::vector<std::uint64_t> counted{};  ///< one for each counter of the game
};

/// What is the same for all bots of a game.
struct BotsInfo {
  std::uint64_t schema = 0;                      ///< of the game's protocol
  std::uint16_t default_port = 0;                ///< of the game's servers
  std::span<const std::string_view> counters{};  ///< names of what the game's bots count
  bool has_main_world = true;                    ///< bots that go from room to room go there, too
};

class AnyBots : private io::CompletionHandler {
 public:
  AnyBots(std::unique_ptr<io::Port> port, const io::Address& server, const BotsSettings& settings,
          const BotsInfo& info);
  virtual ~AnyBots();
  AnyBots(const AnyBots&) = delete;
  AnyBots& operator=(const AnyBots&) = delete;

  /// Waits at most `max_wait` for completions, and handles them and everything that is due.
  void turn(Duration max_wait);

  /// Sets the number of bots. A number that is lower than before has no effect.
  void set_players(std::uint32_t players);
  /// Returns whether every login has an answer, or will never get one.
  bool have_all_logged_in() const { return bots_.size() >= players_wanted_ && logging_in_ == 0; }
  std::uint32_t connected_ever() const { return connected_ever_; }
  /// Returns whether bots have connected, and no connection is open any more.
  bool have_all_ended() const { return !bots_.empty() && connections_open_ == 0; }
  /// Makes all bots stand still and be silent, or lets them go on.
  void stand_still(bool must_stand_still) { must_stand_still_ = must_stand_still; }
  /// Logs all bots out. No more bots log in.
  void log_out();
  /// Returns whether all connections have ended after log_out().
  bool is_finished() const { return is_logging_out_ && connections_open_ == 0; }

  /// Returns the statistics. Visits every bot, so it is too slow for every turn.
  BotsStats stats() const;
  /// Returns a counter of the game (CHECK: there is one of this name).
  std::uint64_t counted(std::string_view counter) const { return counted_[index_of(counter)]; }
  std::span<const std::string_view> counters() const { return info_.counters; }
  const Findings& findings() const { return findings_; }
  /// Calls visit(const AnyBot&) for each bot that is in a world.
  template <class Visit>
  void for_each_bot_in_world(Visit visit) const {
    for (const std::unique_ptr<AnyBot>& bot : bots_)
      if (bot->is_in_world()) visit(std::as_const(*bot));
  }
  /// Returns how the first connection failed; null if none has failed.
  const Ending* first_failure() const { return first_failure_ ? &*first_failure_ : nullptr; }
  /// Returns how often each error came, by its text.
  const std::map<std::string, std::uint64_t>& error_texts() const { return error_texts_; }
  /// Returns the delays that the bots have measured: all since the start or since restart_delays(), and all
  /// since the last reset.
  const DelayHistogram& delays() const { return delays_; }
  DelayHistogram& recent_delays() { return recent_delays_; }
  void restart_delays() { delays_.reset(); }
  const io::Port& port() const { return *port_; }

 protected:
  /// Makes the next bot of the game.
  virtual std::unique_ptr<AnyBot> make_bot() = 0;
  /// Called in each turn, when the bots that were due have acted. Not while they must stand still or have
  /// been logged out.
  virtual void on_turn(Time) {}
  /// Returns when on_turn() has something to do; Time::max(): nothing.
  virtual Time next_due() const { return Time::max(); }

  const BotsSettings& settings() const { return settings_; }
  Random& random() { return random_; }
  std::size_t bot_count() const { return bots_.size(); }
  /// Precondition: `number` is less than bot_count().
  AnyBot& bot(std::size_t number) { return *bots_[number]; }

 private:
  friend AnyBot;

  /// The time of the next action or login of a bot. A queue returns the earliest one first.
  struct Appointment {
    Time due;
    std::uint32_t bot;
    bool operator<(const Appointment& other) const {
      return std::tie(due, bot) > std::tie(other.due, other.bot);
    }
  };

  // Completion keys. The key of a bot is key_first_bot plus its number.
  static constexpr io::Key key_agenda = 1;
  static constexpr io::Key key_sweep = 2;
  static constexpr io::Key key_first_bot = 16;
  static constexpr Duration sweep_interval = 500ms;

  void on_completion(io::Completion& completion) override;
  void prefetch(io::Key key, int step) const override;

  // Calls of a bot. See AnyBot.
  void on_welcome(AnyBot& bot);
  void on_packet(AnyBot& bot, const wire::Frame& frame);
  void on_end(AnyBot& bot, const Ending& ending);
  void add_delay(std::uint32_t microseconds);
  std::size_t index_of(std::string_view counter) const;

  void log_in_due_bots(Time now);
  bool is_login_due(Time now) const;
  void log_in_new_bot();
  void log_in(AnyBot& bot);
  void forget_connection(AnyBot& bot);
  void plan_return(AnyBot& bot, const Ending& ending);
  void make_appointment(AnyBot& bot, Time due);
  void run_due_bots(Time now);
  void run(AnyBot& bot, Time due, Time now);
  void act(AnyBot& bot);
  bool wants_another_world(AnyBot& bot);
  void enter_world(AnyBot& bot, std::string_view world);
  std::string another_world(const AnyBot& bot);
  std::uint32_t rooms() const;
  bool is_quiet() const { return must_stand_still_ || is_logging_out_; }
  void leave_world(AnyBot& bot);
  void note_answered(AnyBot& bot);
  void note_failure(const Ending& failure);
  void sweep();
  void flush();
  void set_alarm();

  const BotsSettings settings_;
  const BotsInfo info_;
  const io::Address server_;
  Findings findings_;
  BufferPool pool_;
  std::unique_ptr<io::Port> port_;
  Random random_;
  std::vector<std::unique_ptr<AnyBot>> bots_;
  std::uint32_t players_wanted_;
  bool is_logging_out_ = false;
  bool must_stand_still_ = false;

  Time next_login_;
  std::priority_queue<Appointment> agenda_;
  std::priority_queue<Appointment> returns_;  // logins of bots that come back
  io::Timer alarm_;                           // at the earliest of these times
  Time alarm_due_{};
  std::vector<Connection*> dirty_;

  std::uint32_t connections_open_ = 0;
  std::uint32_t logging_in_ = 0;
  std::uint32_t connected_ = 0;
  std::uint32_t connected_ever_ = 0;
  std::uint64_t not_said_ = 0;
  std::uint64_t worlds_entered_ = 0;
  std::uint64_t worlds_refused_ = 0;
  std::uint64_t errors_ = 0;
  std::vector<std::uint64_t> counted_;
  // Of connections that were replaced:
  std::uint64_t earlier_updates_in_ = 0;
  std::uint64_t earlier_bytes_in_ = 0;
  std::uint64_t earlier_bytes_out_ = 0;
  std::optional<Ending> first_failure_;
  std::map<std::string, std::uint64_t> error_texts_;
  DelayHistogram delays_;
  DelayHistogram recent_delays_;
};

/// Returns what is the same for all bots of this class.
template <class OwnBot>
BotsInfo bots_info() {
  const wire::Protocol& protocol = world::game_info<typename OwnBot::Rules>.protocol;
  return {.schema = protocol.schema,
          .default_port = protocol.default_port,
          .counters = OwnBot::counters,
          .has_main_world = OwnBot::has_main_world};
}

/// Bots of one class, which derives from Bot.
template <class OwnBot>
class Bots final : public AnyBots {
 public:
  Bots(std::unique_ptr<io::Port> port, const io::Address& server, const BotsSettings& settings)
      : AnyBots(std::move(port), server, settings, bots_info<OwnBot>()) {}

 private:
  std::unique_ptr<AnyBot> make_bot() override { return std::make_unique<OwnBot>(); }
};

}  // namespace madang::client
