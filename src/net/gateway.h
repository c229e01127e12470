// Gateway: the game's service. Turns packets into commands for the zone, and hands each tick of the zone out
// to the sessions that watch what changed in it.
//
// One for each worker, on its thread; only offer() may be called from another, the zone's.
#pragma once

#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "base/queue.h"
#include "base/token_bucket.h"
#include "net/service.h"
#include "net/shout_budget.h"
#include "net/thinned_cells.h"
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

  /// Any thread: a tick to hand out; the gateway releases it when it has. False: its queue is full, try
  /// again.
  [[nodiscard]] bool offer(TickOutput* output);

  /// Says this to everybody who is in the world: words of the operator's.
  void announce(std::string_view text);

  Verdict on_frame(Session& session, const wire::Frame& frame) override;
  void on_close(Session& session, CloseReason reason) override;
  void say_goodbye(CloseReason reason, Buffer& out) override;
  void on_turn(Time now) override;

 private:
  /// What the gateway knows of a session; stands at the session's index.
  struct Player {
    SessionId session;
    world::Alias alias;           ///< 0: not in the world yet
    bool entering = false;        ///< its login is on the way to the zone
    world::CellRect watch;        ///< the cells that it gets the changes of
    world::CellIndex cell;        ///< where its piece stands
    Time asked_at = Time::min();  ///< when the first move came that has not been answered
    TokenBucket moves;
    TokenBucket words;  ///< says and shouts, those that were refused too
    TokenBucket says;
    TokenBucket shouts;
    TokenBucket pings;
  };

  /// Who watches a cell.
  struct Watcher {
    std::uint32_t index : 31;          ///< of the session
    std::uint32_t is_thinned : 1 = 0;  ///< the cell's steps are held back from it
  };

  CloseReason on_login(Player& player, const wire::Login& login);
  CloseReason on_words(Player& player, Session& session, world::Command::Kind kind, std::string_view sent);
  void refuse_words(Session& session, wire::NotSaidReason reason);
  world::Command command_of(const Player& player, world::Command::Kind kind) const;
  void command(world::Command&& command);

  void say_to_all(Bytes bytes);
  void hand_out(const TickOutput& output);
  void welcome(const world::Entered& entered);
  void refuse(const world::EnterRefused& refused);
  void answer(const world::Moved& moved);
  void hand_out_updates(const TickOutput& output);
  void hand_out_positions(const TickOutput& output);
  void hand_out_leaves(const TickOutput& output);
  bool may_hear_steps(const Session& session, world::CellIndex cell) const;
  void thin(Watcher& watcher, world::CellIndex cell);
  void unthin(Watcher& watcher, world::CellIndex cell);
  void forget_cells(const world::WatchChanged& change);
  void begin_cells(const world::WatchChanged& change, const TickOutput& output);
  void watch_new_cells(const world::WatchChanged& change);
  void stop_watching(world::CellIndex cell, std::uint32_t index);

  Player& player_of(const Session& session);
  /// Null when that session is gone, or on its way out.
  Session* find(SessionId owner) { return worker_.find(owner); }

  Worker& worker_;
  const world::ZoneConfig zone_;
  const world::Grid grid_;
  BoundedQueue<world::Command>& commands_;
  ThinnedCells& thinned_cells_;
  BoundedQueue<TickOutput*> ticks_;
  std::vector<Player> players_;                 // by the index of the session
  std::vector<std::vector<Watcher>> watchers_;  // by cell
  ShoutBudget& shouts_;
  Time now_{};                         // of the tick that is being handed out
  bool own_cell_only_ = false;         // the server is short of time: other cells' steps are held back
  std::deque<world::Command> leaves_;  // of sessions that ended while the zone's queue was full
  bool later_ = false;                 // the frame at hand found the zone's queue full
};

}  // namespace madang::net
