// Gateway: the service of a game. It turns the packets of clients into requests to the worlds. It fans out
// each tick of a runner to the sessions that watch the changed cells. It knows no packet of the game: the
// game says whether a command is valid (world/game_info.h).
//
// A session is in one world at a time. To enter another one it first leaves: the gateway asks the runner of
// the next world when the runner of the present one has said that the character has left.
//
// Each worker owns one. Worker thread only; but the runners' threads call offer().
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "madang/base/token_bucket.h"
#include "madang/net/fan_out.h"
#include "madang/net/request.h"
#include "madang/net/sanctions.h"
#include "madang/net/service.h"
#include "madang/net/shout_budget.h"
#include "madang/net/tick_mailbox.h"
#include "madang/net/tick_output.h"
#include "madang/net/worker.h"
#include "madang/wire/session_packets.h"
#include "madang/world/game_info.h"

namespace madang::net {

class WorldRunner;
class WorldRunners;

class Gateway final : public Service {
 public:
  /// Returns the character with which a login enters. If the character is in a world already, the login comes
  /// to that world, and replaces the session that acts for it. Its id must not be 0 or 2^64 - 1 (CHECK).
  using CharacterOf = std::function<CharacterId(const Session& session, std::string_view name)>;

  /// `shouts` is the budget of the whole server. All references must outlive the gateway.
  Gateway(Worker& worker, WorldRunners& runners, ShoutBudget& shouts);
  ~Gateway() override;

  /// Gives the gateway a tick of a runner to fan out. The gateway is one of the readers of `output`, and
  /// releases it when the kernel has all bytes of the tick. Returns false if the gateway is late and the tick
  /// was merged with others (see TickMailbox). That runner's thread only.
  bool offer(std::uint8_t runner, TickOutput& output);

  /// Sets the list of mutes and bans, which must outlive the gateway. Without a list there are none.
  /// Precondition: no turn has run.
  void set_sanctions(const Sanctions& sanctions) { sanctions_ = &sanctions; }
  /// Sets who a login is. Without it, each login is a new character. Precondition: no turn has run.
  void set_characters(CharacterOf character_of) { character_of_ = std::move(character_of); }

  // --- For the operator ---

  /// Sends the words of the operator to all players in the world.
  void announce(std::string_view text);
  /// Applies a new sanction to the sessions of this worker. A ban closes them; a mute sends them the words of
  /// the sanction.
  void carry_out(const Sanction& sanction);
  /// Returns the name of the session's login; empty before the login.
  std::string_view name_of(const Session& session) const;

  // --- Service: called by the worker ---

  Verdict on_frame(Session& session, const wire::Frame& frame) override;
  void on_close(Session& session, CloseReason reason) override;
  void say_goodbye(CloseReason reason, Buffer& out) override;
  void on_turn(Time now) override;
  void on_sent(Time now) override;

  const FanOut& fan_out() const { return fan_out_; }

 private:
  /// What a player needs from its wish for a world until it sees the cells there.
  struct Journey {
    std::string world;                 ///< its name; of `departing` and `entering`
    std::string entry;                 ///< likewise: the game's Entry
    std::vector<Request> early_words;  ///< they wait until the player sees its cells
  };
  /// The gateway's state of a session, at the session's index.
  struct Player {
    enum class State : std::uint8_t {
      new_here,   ///< before the login
      entering,   ///< a runner was asked; the world has not answered
      in_world,   ///< the world has answered
      departing,  ///< the world was told that the player leaves for another one
      nowhere,    ///< no world has let the player in; another one may
    };

    bool is_in_world() const { return state == State::in_world; }

    SessionId session;
    CharacterId character;  ///< none before the login
    State state = State::new_here;
    bool was_welcomed = false;         ///< has been in a world
    bool sees_cells = false;           ///< the world has said what the player watches
    std::uint8_t runner = 0;           ///< number of the runner of the present world, or of the one to enter
    std::uint32_t words_sent = 0;      ///< says and shouts, refused ones too
    std::shared_ptr<WorldInfo> world;  ///< of `in_world` and `departing`
    std::unique_ptr<Journey> journey;  ///< from its wish for a world until `sees_cells`
    Time command_came_at = Time::min();  ///< of the first command without an answer
    TokenBucket commands;
    TokenBucket words;  ///< says and shouts, refused ones too
    TokenBucket says;
    TokenBucket shouts;
    TokenBucket pings;
    TokenBucket worlds;
  };

  /// What connects this gateway with a runner.
  struct Link {
    Link(WorldRunner& its_runner, std::size_t ticks_max, std::uint8_t worker)
        : runner(its_runner), mailbox(ticks_max, worker) {}
    WorldRunner& runner;
    TickMailbox mailbox;
    /// Requests that must not be lost. They are leaves of sessions that have ended, enters of sessions that
    /// have left another world, and early words. on_turn() pushes them when the queue of requests has
    /// capacity. A session has at most two of them, and its early words.
    std::deque<Request> waiting;
  };

  /// A tick whose bytes the kernel does not have yet.
  struct Unsent {
    TickOutput* output;          ///< null: merged ticks
    std::uint32_t answer_count;  ///< commands that this tick answers
  };

  // A frame that finds the queue of requests full is retried. So each handler charges the budgets only when
  // the queue has the request, or when it refuses the frame: a frame pays once, however often it is retried.
  Verdict on_packet(Player& player, Session& session, const wire::Login& login);
  Verdict on_packet(Player& player, Session& session, const wire::Say& say);
  Verdict on_packet(Player& player, Session& session, const wire::Shout& shout);
  Verdict on_packet(Player& player, Session& session, const wire::Ping& ping);
  Verdict on_packet(Player& player, Session& session, const wire::Logout& logout);
  Verdict on_packet(Player& player, Session& session, const wire::EnterWorld& enter_world);
  Verdict on_words(Player& player, Session& session, world::Input::Kind kind, std::string_view sent);
  Verdict on_command(Player& player, Session& session, const wire::Frame& frame);
  static Request request_of(const Player& player, world::Input::Kind kind);
  Request enter_of(const Session& session);

  void take_ticks(Link& link);
  void fan_out_tick(TickOutput& output);
  void fan_out_merged(const Link& link);
  void handle(const TickOutput::Personal& personal);
  void send_shouts(const TickOutput::OfWorld& of_world);
  void send_to_all(Bytes bytes);
  void notify_when_sent(TickOutput* output);
  void welcome(const TickOutput::Personal::Entered& entered);
  void answer(const TickOutput::Personal& personal);
  void answer(const TickOutput::Personal::Answer& answer, Bytes frames);
  void refuse(Session& session, const TickOutput::Personal::Refused& refused);
  void see_cells(Player& player);
  void depart(const TickOutput::Personal::Departed& departed);
  void begin_journey(Player& player, std::string world, Bytes entry);
  void enter_next_world(Session& session);

  Player& player_of(const Session& session);
  /// Returns null if the session is over.
  Session* find(SessionId session) { return worker_.find(session); }

  Worker& worker_;
  WorldRunners& runners_;
  const Sanctions* sanctions_ = nullptr;
  CharacterOf character_of_;
  FanOut fan_out_;
  std::deque<Link> links_;          // by number of the runner; they never move
  std::vector<Player> players_;     // by the index of the session
  std::vector<std::string> names_;  // by the index of the session; the strings keep their memory
  std::string ban_words_;           // for the goodbye of the session that is being closed
  ShoutBudget& shouts_;
  std::vector<TickOutput*> ticks_;                            // of this turn
  TickOutput::Personal merged_;                               // of this turn
  std::vector<std::pair<Time, std::uint32_t>> answer_order_;  // when the command came, number of the answer
  std::vector<Unsent> unsent_;  // in the order of the ticks; the first `sent_` are done
  std::size_t sent_ = 0;
  std::vector<Time> command_times_;         // when each command came that a tick in unsent_ answers
  std::size_t command_times_measured_ = 0;  // number of command_times_ whose ticks are done
  Time next_states_request_ = Time::min();
};

}  // namespace madang::net
