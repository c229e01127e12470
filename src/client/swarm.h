// Swarm: many bots on one port. They log in at a steady rate, walk about, talk a little, answer players that
// speak near them (client/answers.h), and check everything that they are shown.
//
// A plain object with a turn function: it makes no thread and asks no clock but its port's, so that a
// simulation can drive it. All that is random comes from its seed. One thread. Owns its port and its bots.
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

#include "base/buffer.h"
#include "base/random.h"
#include "base/time.h"
#include "client/answers.h"
#include "client/connection.h"
#include "client/delay_histogram.h"
#include "client/findings.h"
#include "io/port.h"

namespace madang::client {

struct SwarmOptions {
  std::uint32_t players = 100;
  std::uint32_t logins_per_second = 500;
  std::uint32_t logins_pending_max = 1000;  ///< not answered yet; more wait
  std::uint64_t seed = 1;
  std::uint32_t roam = 0;  ///< tiles along each axis from where a bot arrived, no farther; 0: anywhere
  std::string name_prefix = "bot";  ///< their names are this and a number
  Duration say_interval = 60s;      ///< of each bot, on average; zero: they are silent
  Duration shout_interval = 10s;    ///< of all together, on average; zero: never
  ConnectionTimes times;
};

struct SwarmStats {
  std::uint32_t started = 0;         ///< bots that have set out
  std::uint32_t logging_in = 0;      ///< that have no answer yet
  std::uint32_t connected = 0;       ///< that are in the world
  std::uint32_t connected_ever = 0;  ///< that were or are
  std::uint64_t moves = 0;           ///< that were made
  std::uint64_t moves_refused = 0;   ///< that came too soon or found an obstacle
  std::uint64_t not_said = 0;        ///< words that the server refused to say
  std::uint64_t updates_in = 0;      ///< enters, steps and leaves that were shown
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t violations = 0;
  std::uint64_t errors = 0;  ///< connections that failed, or ended when nobody had asked for it
};

class Swarm final : private io::CompletionHandler, private ConnectionOwner {
 public:
  Swarm(std::unique_ptr<io::Port> port, const io::Address& server, const SwarmOptions& options);
  ~Swarm();

  /// Waits at most `max_wait` for something to happen, and does all that follows from it.
  void turn(Duration max_wait);

  /// How many there shall be; more than before, for none is sent away.
  void set_players(std::uint32_t players);
  /// Everybody has an answer to the login, or will never get one.
  bool all_logged_in() const { return bots_.size() >= players_wanted_ && logging_in_ == 0; }
  std::uint32_t connected_ever() const { return connected_ever_; }
  /// Some have set out, and all of them are gone again.
  bool nobody_is_left() const { return !bots_.empty() && connections_open_ == 0; }
  /// From now on nobody moves or talks, until told otherwise.
  void stand_still(bool still) { standing_still_ = still; }
  /// All leave in order, and nobody else comes.
  void log_out();
  /// After log_out(): everybody has gone, those whom the server did not answer in time too.
  bool finished() const { return logging_out_ && connections_open_ == 0; }

  /// Visits every bot: not for every turn.
  SwarmStats stats() const;
  const Findings& findings() const { return findings_; }
  /// What each that is in the world knows of it.
  template <class Visit>
  void for_each_view(Visit visit) const {
    for (const Bot& bot : bots_)
      if (bot.playing) visit(bot.connection.view());
  }
  /// How the first connection failed that did; null when none has.
  const Ending* first_failure() const { return first_failure_ ? &*first_failure_ : nullptr; }
  /// How often each kind of error came, in words.
  const std::map<std::string, std::uint64_t>& error_texts() const { return error_texts_; }
  /// From a Move to its Moved: of all since the start or a restart, and of those since the last reset.
  const DelayHistogram& delays() const { return delays_; }
  DelayHistogram& recent_delays() { return recent_delays_; }
  void restart_delays() { delays_.reset(); }
  const io::Port& port() const { return *port_; }

 private:
  struct Bot {
    Bot(io::Port& port, io::Key key, BufferPool& pool, Swarm& swarm)
        : connection(port, key, pool, swarm, swarm.findings_, false, swarm.options_.times) {}
    Connection connection;
    wire::Direction direction = wire::Direction::up;
    Place home;             ///< where it arrived
    bool answered = false;  ///< its login was, or never will be
    bool playing = false;
  };
  /// When a bot does something next. Earlier ones come first out of the queue.
  struct Appointment {
    Time due;
    std::uint32_t bot;
    bool operator<(const Appointment& other) const {
      return std::tie(due, bot) > std::tie(other.due, other.bot);
    }
  };

  // Completion keys; a bot's is its number behind these.
  static constexpr io::Key key_agenda = 1;
  static constexpr io::Key key_sweep = 2;
  static constexpr io::Key key_first_bot = 16;
  static constexpr Duration sweep_interval = 500ms;

  void on_completion(io::Completion& completion) override;
  void on_welcome(Connection& connection) override;
  void on_packet(Connection& connection, const wire::Frame& frame) override;
  void on_end(Connection& connection, const Ending& ending) override;
  void wants_flush(Connection& connection) override { dirty_.push_back(&connection); }

  void log_in_those_due(Time now);
  void log_in();
  void act_those_due(Time now);
  void act(Bot& bot, Time now);
  void step(Bot& bot, Time now);
  bool may_go(const Bot& bot, wire::Direction direction) const;
  void hear(const Bot& bot, const wire::Said& said);
  void answer_those_due(Time now);
  void maybe_shout(Time now);
  void note_answered(Bot& bot);
  void note_failure(const Ending& failure);
  void sweep();
  void flush();
  void set_alarm();
  static std::uint32_t number_of(const Connection& connection) {
    return static_cast<std::uint32_t>(connection.key() - key_first_bot);
  }
  Bot& bot_of(const Connection& connection) { return bots_[number_of(connection)]; }

  const SwarmOptions options_;
  const io::Address server_;
  Findings findings_;
  BufferPool pool_;
  std::unique_ptr<io::Port> port_;
  Random random_;
  Answers answers_;
  std::deque<Bot> bots_;  // they never move
  std::uint32_t players_wanted_;
  bool logging_out_ = false;
  bool standing_still_ = false;

  Time next_login_;
  Time next_shout_;
  std::priority_queue<Appointment> agenda_;
  io::Timer alarm_;  // for whatever of these comes first
  Time alarm_due_{};
  std::vector<Connection*> dirty_;

  std::uint32_t connections_open_ = 0;
  std::uint32_t logging_in_ = 0;
  std::uint32_t connected_ = 0;
  std::uint32_t connected_ever_ = 0;
  std::uint64_t moves_ = 0;
  std::uint64_t moves_refused_ = 0;
  std::uint64_t not_said_ = 0;
  std::uint64_t errors_ = 0;
  std::optional<Ending> first_failure_;
  std::map<std::string, std::uint64_t> error_texts_;
  DelayHistogram delays_;
  DelayHistogram recent_delays_;
};

}  // namespace madang::client
