// Gateway: the game's service. Turns packets into commands for the zone, and hands each tick of the zone out
// to the sessions that watch what changed in it.
//
// One for each worker, on its thread; only offer() may be called from another, the zone's.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/queue.h"
#include "base/token_bucket.h"
#include "net/fan_out.h"
#include "net/sanctions.h"
#include "net/service.h"
#include "net/shout_budget.h"
#include "net/thinned_cells.h"
#include "net/tick_mailbox.h"
#include "net/tick_output.h"
#include "net/worker.h"
#include "wire/packets.h"
#include "world/cells.h"
#include "world/command.h"
#include "world/zone_config.h"

namespace madang::net {

class Gateway final : public Service {
 public:
  /// `commands` is the zone's queue, `shouts` the server's; all outlive the gateway.
  Gateway(Worker& worker, const world::ZoneConfig& zone, BoundedQueue<world::Command>& commands,
          ThinnedCells& thinned_cells, ShoutBudget& shouts);

  /// The zone's thread: a tick to fan out. The gateway is one of its readers, and releases it when all that
  /// it caused has been given to the kernel. False: the gateway is late, and the tick was merged with others
  /// (TickMailbox).
  bool offer(TickOutput& output);

  /// Before the first turn: who may not talk or come in. They outlive the gateway. Without any, all may.
  void set_sanctions(const Sanctions& sanctions) { sanctions_ = &sanctions; }

  // --- The worker's thread, for the operator

  /// Says this to everybody who is in the world: words of the operator's.
  void announce(std::string_view text);
  /// Carries a new sanction out: says goodbye to the sessions that a ban is about, and tells those that a
  /// mute is about.
  void carry_out(const Sanction& sanction);
  /// The name that a session logged in with; empty before.
  std::string_view name_of(const Session& session) const;

  Verdict on_frame(Session& session, const wire::Frame& frame) override;
  void on_close(Session& session, CloseReason reason) override;
  void say_goodbye(CloseReason reason, Buffer& out) override;
  void on_turn(Time now) override;
  void on_sent(Time now) override;

  const FanOut& fan_out() const { return fan_out_; }

 private:
  /// What the gateway knows of a session; stands at the session's index.
  struct Player {
    SessionId session;
    world::Alias alias;            ///< 0: not in the world yet
    bool entering = false;         ///< its login is on the way to the zone
    Time asked_at = Time::min();   ///< when the first move came that has not been answered
    std::uint32_t words_sent = 0;  ///< says and shouts, those that were refused too
    TokenBucket moves;
    TokenBucket words;  ///< says and shouts, those that were refused too
    TokenBucket says;
    TokenBucket shouts;
    TokenBucket pings;
  };

  /// What waits for its bytes to be given to the kernel.
  struct Unsent {
    TickOutput* output;          ///< null: ticks that were merged
    std::uint32_t answer_count;  ///< moves that it answered
  };

  CloseReason on_login(Player& player, Session& session, const wire::Login& login);
  CloseReason on_words(Player& player, Session& session, world::Command::Kind kind, std::string_view sent);
  void refuse_words(const Player& player, Session& session, wire::NotSaidReason reason);
  world::Command command_of(const Player& player, world::Command::Kind kind) const;
  void command(world::Command&& command);

  void say_to_all(Bytes bytes);
  void hand_out(TickOutput& output);
  void hand_out_merged();
  void give_answers(const TickOutput::Personal& personal);
  void tell_when_sent(TickOutput* output);
  void welcome(const world::Entered& entered);
  void refuse(const world::EnterRefused& refused);
  void answer(const world::Moved& moved);

  Player& player_of(const Session& session);
  /// Null when that session is gone, or on its way out.
  Session* find(SessionId owner) { return worker_.find(owner); }

  Worker& worker_;
  const Sanctions* sanctions_ = nullptr;
  const world::ZoneConfig zone_;
  const world::Grid grid_;
  BoundedQueue<world::Command>& commands_;
  FanOut fan_out_;
  TickMailbox mailbox_;
  std::vector<Player> players_;  // by the index of the session
  /// Likewise. Apart from the players, because those are copied with each frame. They keep their memory.
  std::vector<std::string> names_;
  std::string ban_words_;  // for the goodbye of the session at hand
  ShoutBudget& shouts_;
  std::vector<TickOutput*> ticks_;  // at hand
  TickOutput::Personal merged_;     // likewise
  std::vector<Unsent> unsent_;      // in their order; the first `sent_` of them are done
  std::size_t sent_ = 0;
  std::vector<Time> asked_;      // when the moves came that those in unsent_ answered
  std::size_t asked_done_ = 0;   // of these, counted already
  Time next_ask_ = Time::min();  // for the states of stale cells
  /// Of sessions that ended while the zone's queue was full. Each is of another piece that still stands on
  /// the map: there are never more than players_max.
  std::deque<world::Command> leaves_;
  bool later_ = false;  // the frame at hand found the zone's queue full
};

}  // namespace madang::net
