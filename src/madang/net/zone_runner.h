// ZoneRunner: runs the ticks of a world. It dequeues the requests of all workers, ticks the world, and gives
// the result to every gateway. It knows which session acts for which character (madang/net/routes.h).
//
// turn() is called on one thread, the zone's. Any thread may push to requests(). If the queue of requests is
// full, a worker reads nothing more from a client whose request waits. A late gateway stops neither the
// world nor the other gateways: its ticks wait in its mailbox, which merges them when it is full
// (madang/net/tick_mailbox.h). A tick that waits counts for overload control until it is merged. When ticks
// take too long, the runner does less (madang/net/overload.h).
//
// If a rule of the game breaks the law or throws, the world is closed: its players get the goodbye
// world_closed, and so does every later login. The server goes on.
//
// Owns its world and the outputs of ticks. The gateways read the outputs, so the last turn of their workers
// must be over before the runner is destroyed.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "madang/base/limits.h"
#include "madang/base/queue.h"
#include "madang/base/time.h"
#include "madang/net/chat_log.h"
#include "madang/net/counters.h"
#include "madang/net/overload.h"
#include "madang/net/request.h"
#include "madang/net/routes.h"
#include "madang/net/throttled_cells.h"
#include "madang/net/tick_output.h"
#include "madang/net/tick_recorder.h"
#include "madang/net/time_histogram.h"
#include "madang/world/any_world.h"
#include "madang/world/game_info.h"

namespace madang::net {

class Gateway;

class ZoneRunner {
 public:
  /// `game` must outlive the runner, and be the game of the world. `tick_rate` in ticks a second.
  ZoneRunner(const world::GameInfo& game, std::unique_ptr<world::AnyWorld> world, std::uint32_t tick_rate,
             const Limits& limits);
  ZoneRunner(const ZoneRunner&) = delete;
  ZoneRunner& operator=(const ZoneRunner&) = delete;

  /// Sets the gateways; gateway i is that of worker i. Precondition: no turn has run.
  void set_gateways(std::vector<Gateway*> gateways);

  /// Sets the recorder of the ticks. The recorder must outlive the last turn. Precondition: no turn has run.
  void set_recorder(TickRecorder& recorder) { recorder_ = &recorder; }

  /// Runs a tick if it is due. Returns when the next call is due. Zone thread only.
  Time turn(Time now);

  /// Returns the queue of the requests of all workers. Any thread may push; only turn() pops.
  BoundedQueue<Request>& requests() { return requests_; }
  /// Any thread.
  ThrottledCells& throttled_cells() { return throttled_cells_; }
  /// Calls `question` with the world after one of the next ticks, on the zone's thread. The question must be
  /// short. Returns false if too many questions wait. Any thread.
  [[nodiscard]] bool ask(std::function<void(const world::AnyWorld&)> question) {
    return questions_.push(std::move(question));
  }

  // --- Only within a question

  const ChatLog& chat() const { return chat_; }
  const Routes& routes() const { return routes_; }

  struct Stats {
    Counter ticks;
    Counter ticks_late;       ///< ticks that began a whole interval or more after they were due
    Counter ticks_skipped;    ///< ticks that were left out because the machine could not keep up
    Counter ticks_merged;     ///< ticks of which a late worker got only the answers
    TimeHistogram tick_time;  ///< from when a tick was due until every worker had sent it
    Counter requests;
    Counter requests_waiting;  ///< in the queue when the last tick began
    Counter players;
    Counter ticks_per_second;     ///< the present rate of overload control
    Counter overload_step;        ///< the present step: see madang/net/overload.h
    Counter overload_steps_up;    ///< changes to a higher step
    Counter overload_steps_down;  ///< changes to a lower step
  };
  const Stats& stats() const { return stats_; }
  /// Returns the world. Other threads may use only what never changes: its settings, map and grid.
  const world::AnyWorld& world() const { return *world_; }
  const world::GameInfo& game() const { return game_; }
  std::uint32_t tick_rate() const { return tick_rate_; }

 private:
  static constexpr std::size_t questions_max = 32;

  /// A session that takes over a character that is in the world.
  struct TakeOver {
    CharacterId character;
    SessionId session;
    world::CellRect watch;  ///< what the session watches from this tick on
  };

  void deliver(TickOutput& output, Time due);
  void tick(Time due);
  void take_requests(Time now);
  void take_enter(const Request& request);
  void take_leave(const Request& request);
  void take_over(CharacterId character, SessionId session);
  void add_input(const Request& request);
  void address(TickOutput& output);
  void address_watch_changes(TickOutput& output);
  void close_world(TickOutput& output);
  TickOutput::Personal& of(TickOutput& output, SessionId session) const {
    return output.personal[worker_of(session)];
  }
  void watch_load(Time now);
  void measure_finished_ticks();
  void choose_cells_for_positions();
  TickOutput& free_output();

  const world::GameInfo& game_;
  std::unique_ptr<world::AnyWorld> world_;
  const std::uint32_t tick_rate_;
  BoundedQueue<Request> requests_;
  Routes routes_;
  ThrottledCells throttled_cells_;
  BoundedQueue<std::function<void(const world::AnyWorld&)>> questions_{questions_max};
  Overload overload_;
  ChatLog chat_;
  std::vector<Gateway*> gateways_;
  TickRecorder* recorder_ = nullptr;
  Time next_tick_ = Time::min();

  // Of the present tick:
  std::vector<Request> tick_requests_;
  std::vector<world::Input> inputs_;
  std::vector<CharacterId> leaving_;
  std::vector<TakeOver> take_overs_;
  std::vector<TickOutput::Personal::Closed> closed_;  ///< before the world's own
  std::vector<world::CellIndex> state_cells_;         ///< whose full states are requested
  std::vector<world::CellIndex> position_cells_;      ///< throttled cells whose CellPositions is due
  std::uint64_t ticks_made_ = 0;
  std::deque<TickOutput> outputs_;  ///< they never move; used again when they are free
  struct Unfinished {
    const TickOutput* output;
    Time due;
  };
  std::vector<Unfinished> unfinished_;  ///< ticks that some worker has not sent yet, in their order
  Duration last_took_{};                ///< duration of the last tick, if it is finished
  Stats stats_;
};

}  // namespace madang::net
