// Swarm: many bots on one port. Bots log in at a constant rate, walk, say a few words, answer players that
// speak near them (board/client/answers.h), and check every packet that they get. If an option says so, a
// bot whose connection has ended logs in again later (madang/client/reentry.h).
//
// A plain object with a turn function. It makes no thread, and its only clock is that of its port, so that a
// simulation can run it. All random numbers follow from its seed. Owns its port and its bots. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <tuple>
#include <vector>

#include "board/client/answers.h"
#include "board/client/player_view.h"
#include "board/packets.h"
#include "madang/base/buffer.h"
#include "madang/base/random.h"
#include "madang/base/time.h"
#include "madang/client/connection.h"
#include "madang/client/delay_histogram.h"
#include "madang/client/findings.h"
#include "madang/client/reentry.h"
#include "madang/io/port.h"

namespace madang::board {

struct SwarmOptions {
  std::uint32_t players = 100;
  std::uint32_t logins_per_second = 500;
  std::uint32_t logins_pending_max = 1000;  ///< logins without an answer; further logins wait
  std::uint64_t seed = 1;
  std::uint32_t roam = 0;  ///< maximum distance from the first tile along each axis, in tiles; 0: none
  std::string name_prefix = "bot";  ///< a name is this prefix and a number
  std::uint32_t room_of = 0;      ///< bots in each room "room 1", "room 2" ...; 0: all are in the main world
  Duration room_stay{};           ///< mean time until a bot goes to another room; zero: it stays
  Duration say_interval = 60s;    ///< mean time between two says of a bot; zero: none
  Duration shout_interval = 10s;  ///< mean time between two shouts of all bots together; zero: none
  bool logs_in_again = false;  ///< a bot whose connection ended without a request comes back, like a demo bot
  client::ConnectionTimes times;
};

struct SwarmStats {
  std::uint32_t started = 0;         ///< bots that have begun to connect
  std::uint32_t logging_in = 0;      ///< bots whose login has no answer yet
  std::uint32_t connected = 0;       ///< bots that are in the world
  std::uint32_t connected_ever = 0;  ///< bots that are or were in the world
  std::uint64_t moves = 0;           ///< successful moves
  std::uint64_t moves_refused = 0;   ///< moves that were too soon or blocked
  std::uint64_t rooms_entered = 0;   ///< by bots that came from another room
  std::uint64_t rooms_refused = 0;   ///< that did not let a bot in
  std::uint64_t not_said = 0;        ///< words that the server refused
  std::uint64_t updates_in = 0;      ///< received enters, steps and leaves
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t violations = 0;
  std::uint64_t errors = 0;  ///< connections that failed, or that ended without a request
};

class Swarm final : private io::CompletionHandler, private client::ConnectionOwner {
 public:
  Swarm(std::unique_ptr<io::Port> port, const io::Address& server, const SwarmOptions& options);
  ~Swarm();

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
  SwarmStats stats() const;
  const client::Findings& findings() const { return findings_; }
  /// Calls visit(view) for each bot in the world. A view is a PlayerView.
  template <class Visit>
  void for_each_view(Visit visit) const {
    for (const Bot& bot : bots_)
      if (bot.is_in_world) visit(*bot.view);
  }
  /// Returns how the first connection failed; null if none has failed.
  const client::Ending* first_failure() const { return first_failure_ ? &*first_failure_ : nullptr; }
  /// Returns how often each error came, by its text.
  const std::map<std::string, std::uint64_t>& error_texts() const { return error_texts_; }
  /// Returns the delays from a Move to its Moved: all since the start or since restart_delays(), and all
  /// since the last reset.
  const client::DelayHistogram& delays() const { return delays_; }
  client::DelayHistogram& recent_delays() { return recent_delays_; }
  void restart_delays() { delays_.reset(); }
  const io::Port& port() const { return *port_; }

 private:
  struct Bot {
    explicit Bot(std::uint64_t seed) : reentry(seed, client::Reentry::Client::demo_bot) {}
    // Never empty between turns; a later login replaces both.
    std::unique_ptr<PlayerView> view;
    std::unique_ptr<PlayerView> next_view;  ///< of the world that the bot has asked for; null: none
    std::optional<client::Connection> connection;
    client::Reentry reentry;
    Looks looks = Looks::king;
    Direction direction = Direction::up;
    world::Position home;       ///< its first tile
    bool was_answered = false;  ///< its login has an answer, or will never get one
    bool is_in_world = false;
    bool has_appointment = false;  ///< in the agenda
  };
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
  void on_welcome(client::Connection& connection) override;
  void on_packet(client::Connection& connection, const wire::Frame& frame) override;
  void on_end(client::Connection& connection, const client::Ending& ending) override;
  void wants_flush(client::Connection& connection) override { dirty_.push_back(&connection); }

  void on_moved(const Moved& moved);
  void begin_to_act(std::uint32_t number);
  void log_in_due_bots(Time now);
  bool is_login_due(Time now) const;
  void log_in_new_bot();
  void log_in(Bot& bot, std::size_t number);
  void end_connection(Bot& bot);
  void plan_return(std::size_t number, const client::Ending& ending);
  void run_due_bots(Time now);
  void act(Bot& bot, Time now);
  void step(Bot& bot, Time now);
  bool wants_another_room(const Bot& bot);
  void enter_another_room(Bot& bot);
  bool may_go(const Bot& bot, Direction direction) const;
  void hear(std::uint32_t number, const wire::CellSaid& said);
  void send_due_answers(Time now);
  void maybe_shout(Time now);
  void note_answered(Bot& bot);
  void note_failure(const client::Ending& failure);
  void sweep();
  void flush();
  void set_alarm();
  static std::uint32_t number_of(const client::Connection& connection) {
    return static_cast<std::uint32_t>(connection.key() - key_first_bot);
  }
  Bot& bot_of(const client::Connection& connection) { return bots_[number_of(connection)]; }

  const SwarmOptions options_;
  const io::Address server_;
  client::Findings findings_;
  BufferPool pool_;
  std::unique_ptr<io::Port> port_;
  Random random_;
  Answers answers_;
  std::deque<Bot> bots_;  // they never move
  std::uint32_t players_wanted_;
  bool is_logging_out_ = false;
  bool must_stand_still_ = false;

  Time next_login_;
  Time next_shout_;
  std::priority_queue<Appointment> agenda_;
  std::priority_queue<Appointment> returns_;  // logins of bots that come back
  io::Timer alarm_;                           // at the earliest of these times
  Time alarm_due_{};
  std::vector<client::Connection*> dirty_;

  std::uint32_t connections_open_ = 0;
  std::uint32_t logging_in_ = 0;
  std::uint32_t connected_ = 0;
  std::uint32_t connected_ever_ = 0;
  std::uint64_t moves_ = 0;
  std::uint64_t moves_refused_ = 0;
  std::uint64_t not_said_ = 0;
  std::uint64_t rooms_entered_ = 0;
  std::uint64_t rooms_refused_ = 0;
  std::uint64_t errors_ = 0;
  // Of connections that were replaced:
  std::uint64_t earlier_updates_in_ = 0;
  std::uint64_t earlier_bytes_in_ = 0;
  std::uint64_t earlier_bytes_out_ = 0;
  std::optional<client::Ending> first_failure_;
  std::map<std::string, std::uint64_t> error_texts_;
  client::DelayHistogram delays_;
  client::DelayHistogram recent_delays_;
};

}  // namespace madang::board
