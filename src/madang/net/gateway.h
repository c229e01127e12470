// Gateway: the game's service. It turns the packets of clients into commands for the zone. It fans out each
// tick of the zone to the sessions that watch the changed cells.
//
// Each worker owns one. Worker thread only; but the zone's thread calls offer().
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "board/command.h"
#include "board/names.h"
#include "board/zone_config.h"
#include "madang/base/queue.h"
#include "madang/base/token_bucket.h"
#include "madang/net/fan_out.h"
#include "madang/net/sanctions.h"
#include "madang/net/service.h"
#include "madang/net/shout_budget.h"
#include "madang/net/throttled_cells.h"
#include "madang/net/tick_mailbox.h"
#include "madang/net/tick_output.h"
#include "madang/net/worker.h"
#include "madang/wire/packets.h"

namespace madang::net {

class Gateway final : public Service {
 public:
  /// `commands` is the queue of the zone. `shouts` is the budget of the whole server. All references must
  /// outlive the gateway.
  Gateway(Worker& worker, const board::ZoneConfig& zone, BoundedQueue<board::Command>& commands,
          ThrottledCells& throttled_cells, ShoutBudget& shouts);

  /// Gives the gateway a tick to fan out. The gateway is one of the readers of `output`, and releases it when
  /// the kernel has all bytes of the tick. Returns false if the gateway is late and the tick was merged with
  /// others (see TickMailbox). Zone thread only.
  bool offer(TickOutput& output);

  /// Sets the list of mutes and bans, which must outlive the gateway. Without a list there are none.
  /// Precondition: no turn has run.
  void set_sanctions(const Sanctions& sanctions) { sanctions_ = &sanctions; }

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
  /// The gateway's state of a session, at the session's index.
  struct Player {
    SessionId session;
    board::Alias alias;               ///< none until the zone has answered the login
    bool is_entering = false;         ///< the zone has not answered the login yet
    Time move_came_at = Time::min();  ///< of the first move without an answer
    std::uint32_t words_sent = 0;     ///< says and shouts, refused ones too
    TokenBucket moves;
    TokenBucket words;  ///< says and shouts, refused ones too
    TokenBucket says;
    TokenBucket shouts;
    TokenBucket pings;
  };

  /// A tick whose bytes the kernel does not have yet.
  struct Unsent {
    TickOutput* output;          ///< null: merged ticks
    std::uint32_t answer_count;  ///< moves that this tick answers
  };

  // A frame that finds the zone's queue full is retried. So each handler charges the budgets only when the
  // queue has the command, or when it refuses the frame: a frame pays once, however often it is retried.
  Verdict on_packet(Player& player, Session& session, const wire::Login& login);
  Verdict on_packet(Player& player, Session& session, const wire::Move& move);
  Verdict on_packet(Player& player, Session& session, const wire::Say& say);
  Verdict on_packet(Player& player, Session& session, const wire::Shout& shout);
  Verdict on_packet(Player& player, Session& session, const wire::Ping& ping);
  Verdict on_packet(Player& player, Session& session, const wire::Logout& logout);
  Verdict on_words(Player& player, Session& session, board::Command::Kind kind, std::string_view sent);
  board::Command command_of(const Player& player, board::Command::Kind kind) const;

  void fan_out_tick(TickOutput& output);
  void fan_out_merged();
  void send_answers(const TickOutput::Personal& personal);
  void send_shouts(Bytes shouts);
  void send_to_all(Bytes bytes);
  void notify_when_sent(TickOutput* output);
  void welcome(const board::Entered& entered);
  void refuse(const board::EnterRefused& refused);
  void answer(const board::Moved& moved);

  Player& player_of(const Session& session);
  /// Returns null if the session is over.
  Session* find(SessionId owner) { return worker_.find(owner); }

  Worker& worker_;
  const Sanctions* sanctions_ = nullptr;
  const board::ZoneConfig zone_;
  const board::Grid grid_;
  BoundedQueue<board::Command>& commands_;
  FanOut fan_out_;
  TickMailbox mailbox_;
  std::vector<Player> players_;     // by the index of the session
  std::vector<std::string> names_;  // by the index of the session; the strings keep their memory
  std::string ban_words_;           // for the goodbye of the session that is being closed
  ShoutBudget& shouts_;
  std::vector<TickOutput*> ticks_;  // of this turn
  TickOutput::Personal merged_;     // of this turn
  std::vector<Unsent> unsent_;      // in the order of the ticks; the first `sent_` are done
  std::size_t sent_ = 0;
  std::vector<Time> move_times_;         // when each move came that a tick in unsent_ answers
  std::size_t move_times_measured_ = 0;  // number of move_times_ whose ticks are done
  Time next_states_request_ = Time::min();
  /// Leave commands of sessions that have ended. on_turn() pushes them when the zone's queue has capacity.
  /// Each one is of another piece that still stands on the map, so there are at most players_max.
  std::deque<board::Command> leaves_;
};

}  // namespace madang::net
