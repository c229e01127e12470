// ZoneRunner: runs the ticks of a zone. It dequeues the commands of all workers, ticks the zone, encodes the
// events, and gives the result to every gateway.
//
// turn() is called on one thread, the zone's. Any thread may push to commands(). If the queue of commands is
// full, a worker reads nothing more from a client whose command waits. A late gateway stops neither the
// zone nor the other gateways: its ticks wait in its mailbox, which merges them when it is full
// (madang/net/tick_mailbox.h). A tick that waits counts for overload control until it is merged. When ticks
// take too long, the runner does less (madang/net/overload.h).
//
// Owns its zone and the outputs of ticks. The gateways read the outputs, so the last turn of their workers
// must be over before the runner is destroyed.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "board/zone.h"
#include "madang/base/limits.h"
#include "madang/base/queue.h"
#include "madang/base/time.h"
#include "madang/net/chat_log.h"
#include "madang/net/counters.h"
#include "madang/net/encoder.h"
#include "madang/net/overload.h"
#include "madang/net/throttled_cells.h"
#include "madang/net/tick_output.h"
#include "madang/net/time_histogram.h"

namespace madang::net {

class Gateway;

class ZoneRunner {
 public:
  ZoneRunner(const board::ZoneConfig& config, const Limits& limits);
  ZoneRunner(const ZoneRunner&) = delete;
  ZoneRunner& operator=(const ZoneRunner&) = delete;

  /// Sets the gateways; gateway i is that of worker i. Precondition: no turn has run.
  void set_gateways(std::vector<Gateway*> gateways);

  /// Runs a tick if it is due. Returns when the next call is due. Zone thread only.
  Time turn(Time now);

  /// Returns the queue of the commands of all workers. Any thread may push; only turn() pops.
  BoundedQueue<board::Command>& commands() { return commands_; }
  /// Any thread.
  ThrottledCells& throttled_cells() { return throttled_cells_; }
  /// Calls `question` with the zone after one of the next ticks, on the zone's thread. The question must be
  /// short. Returns false if too many questions wait. Any thread.
  [[nodiscard]] bool ask(std::function<void(const board::Zone&)> question) {
    return questions_.push(std::move(question));
  }

  /// Only within a question.
  const ChatLog& chat() const { return chat_; }

  struct Stats {
    Counter ticks;
    Counter ticks_late;       ///< ticks that began a whole interval or more after they were due
    Counter ticks_skipped;    ///< ticks that were left out because the machine could not keep up
    Counter ticks_merged;     ///< ticks of which a late worker got only the answers
    TimeHistogram tick_time;  ///< from when a tick was due until every worker had sent it
    Counter commands;
    Counter commands_waiting;  ///< in the queue when the last tick began
    Counter players;
    Counter ticks_per_second;     ///< the present rate of overload control
    Counter overload_step;        ///< the present step: see madang/net/overload.h
    Counter overload_steps_up;    ///< changes to a higher step
    Counter overload_steps_down;  ///< changes to a lower step
  };
  const Stats& stats() const { return stats_; }
  const board::Zone& zone() const { return zone_; }

 private:
  static constexpr std::size_t questions_max = 32;

  void deliver(TickOutput& output, Time due);
  void tick(Time due);
  void watch_load(Time now);
  void measure_finished_ticks();
  void choose_cells_for_positions();
  TickOutput& free_output();

  board::Zone zone_;
  BoundedQueue<board::Command> commands_;
  ThrottledCells throttled_cells_;
  BoundedQueue<std::function<void(const board::Zone&)>> questions_{questions_max};
  Overload overload_;
  ChatLog chat_;
  std::vector<Gateway*> gateways_;
  Encoder encoder_;
  Time next_tick_ = Time::min();

  std::vector<board::Command> tick_commands_;
  board::TickEvents events_;
  std::vector<board::CellIndex> position_cells_;  ///< throttled cells whose CellPositions this tick encodes
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
