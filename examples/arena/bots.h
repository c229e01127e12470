// Bots: many bots of the arena on one port. Each bot is a client: it logs in to a room, follows what the
// server sends (client/view.h), and plays as arena/bot.h decides. Now and then it says a word, and now and
// then it goes to another room on the same connection.
//
// A plain object with a turn function. It makes no thread, and its only clock is that of its port, so that a
// simulation can run it. All random numbers follow from its seed. Owns its port. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arena/bot.h"
#include "arena/rules.h"
#include "madang/base/buffer.h"
#include "madang/base/random.h"
#include "madang/base/time.h"
#include "madang/client/connection.h"
#include "madang/client/delay_histogram.h"
#include "madang/client/findings.h"
#include "madang/client/view.h"
#include "madang/io/port.h"

namespace arena {

namespace io = madang::io;
namespace client = madang::client;

struct BotsSettings {
  std::uint32_t players = 40;
  std::uint32_t rooms = 5;  ///< "room 1", "room 2" ...
  std::uint64_t seed = 1;
  std::string name_prefix = "bot";                     ///< a name is this prefix and a number
  madang::Duration stay = std::chrono::seconds(10);    ///< mean time until a bot goes to another room
  madang::Duration silence = std::chrono::seconds(5);  ///< mean time between two words of a bot
  bool come_back = false;                              ///< a bot whose connection broke logs in again
};

/// What the bots have seen. Each hit and each death is counted once: by the bot that was hit.
struct BotsReport {
  std::uint32_t players = 0;  ///< in a room now
  std::uint32_t rooms = 0;    ///< with a bot in them now
  std::uint64_t shots = 0;
  std::uint64_t hits = 0;
  std::uint64_t kills = 0;
  std::uint64_t words_heard = 0;  ///< of other bots
  std::uint64_t room_changes = 0;
  std::uint64_t rooms_full = 0;  ///< times that a room has refused a bot
  std::uint64_t violations = 0;
  std::uint64_t errors = 0;  ///< connections that failed, or that ended without a request
  double delay_p99_ms = 0;   ///< from a Steer or Fire to its answer
};

class Bots final : private io::CompletionHandler, private client::ConnectionOwner {
 public:
  Bots(std::unique_ptr<io::Port> port, const io::Address& server, const BotsSettings& settings);
  ~Bots();

  /// Waits at most `max_wait` for completions, and handles them.
  void turn(madang::Duration max_wait);
  /// Makes all bots stand and be silent, or lets them go on.
  void stand_still(bool must_stand_still) { must_stand_still_ = must_stand_still; }
  /// Logs all bots out. No more bots log in.
  void log_out();
  /// Returns whether all connections have ended after log_out().
  bool is_finished() const { return is_logging_out_ && connections_open_ == 0; }
  /// Returns whether a connection has failed, and none is open any more.
  bool have_lost_all() const { return errors_ > 0 && connections_open_ == 0; }
  /// Returns whether a bot was ever in a room.
  bool have_played() const { return was_any_in_room_; }

  BotsReport report() const;
  const client::Findings& findings() const { return findings_; }
  /// Returns how often each error came, by its text.
  const std::map<std::string, std::uint64_t>& error_texts() const { return error_texts_; }

 private:
  using RoomView = client::View<ArenaParts>;

  struct Bot {
    std::unique_ptr<RoomView> view;       // never null after the first login
    std::unique_ptr<RoomView> next_view;  // of the room that the bot has asked for; null: none
    std::optional<client::Connection> connection;
    KnownTiles tiles;
    Heading steering = Heading::stop;
    std::uint32_t room = 0;
    std::uint32_t next_room = 0;
    bool is_in_room = false;
    madang::Time logs_in_at = madang::Time::max();
  };

  static constexpr io::Key key_beat = 1;
  static constexpr io::Key key_first_bot = 16;  // the key of a bot is this and its number

  // Time is cut into beats. In each beat one of `groups` groups of bots acts.
  static constexpr madang::Duration beat = std::chrono::milliseconds(10);
  static constexpr std::uint32_t groups = 10;
  static constexpr std::uint32_t logins_a_beat = 2;

  void on_completion(io::Completion& completion) override;
  void on_welcome(client::Connection& connection) override;
  void on_packet(client::Connection& connection, const wire::Frame& frame) override;
  void on_end(client::Connection& connection, const client::Ending& ending) override;
  void wants_flush(client::Connection& connection) override { unsent_.push_back(&connection); }

  void on_beat();
  void log_in_due();
  void log_in(std::size_t number);
  void act(Bot& bot);
  void enter_another_room(Bot& bot);
  Sight sight_of(const Bot& bot) const;
  static bool is_own(const Bot& bot, client::Cell cell, wire::CellAlias alias);
  void on_told(const Bot& bot, const wire::CellTold& told);
  void add_delay(std::uint32_t client_time);
  void note_error(const client::Ending& ending);
  bool comes_up(madang::Duration every);
  Bot& bot_of(const client::Connection& connection) { return bots_[connection.key() - key_first_bot]; }

  const BotsSettings settings_;
  const io::Address server_;
  client::Findings findings_;
  madang::BufferPool pool_;
  std::unique_ptr<io::Port> port_;
  madang::Random random_;
  std::deque<Bot> bots_;  // they never move
  std::uint64_t beats_ = 0;
  std::vector<client::Connection*> unsent_;
  std::uint32_t connections_open_ = 0;
  bool is_logging_out_ = false;
  bool must_stand_still_ = false;
  bool was_any_in_room_ = false;

  BotsReport report_;
  std::uint64_t errors_ = 0;
  std::map<std::string, std::uint64_t> error_texts_;
  client::DelayHistogram delays_;
};

}  // namespace arena
