// ZoneRunner: gives a zone its time. Collects the commands of all workers, ticks, encodes, and hands the
// result to every gateway.
//
// turn() belongs to one thread, the zone's; commands() may be pushed to from any. A full queue of commands
// slows the workers: they stop reading from their clients. A gateway that is late does not stop the zone nor
// the other gateways: its ticks wait in its mailbox, and are merged when it is full (net/tick_mailbox.h). A
// late gateway counts for overload control until then, and no more. When ticks take longer than they may, the
// runner does less: see net/overload.h. Owns its zone. The gateways read its outputs: they must stop taking
// turns before it is destroyed.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "base/limits.h"
#include "base/queue.h"
#include "base/time.h"
#include "net/chat_log.h"
#include "net/counters.h"
#include "net/encoder.h"
#include "net/overload.h"
#include "net/thinned_cells.h"
#include "net/tick_output.h"
#include "net/time_histogram.h"
#include "world/zone.h"

namespace madang::net {

class Gateway;

class ZoneRunner {
 public:
  ZoneRunner(const world::ZoneConfig& config, const Limits& limits);
  ZoneRunner(const ZoneRunner&) = delete;
  ZoneRunner& operator=(const ZoneRunner&) = delete;

  /// Before the first turn: gateway i is that of worker i.
  void set_gateways(std::vector<Gateway*> gateways);

  /// Ticks if it is time. When it wants to be called next.
  Time turn(Time now);

  /// Any thread.
  BoundedQueue<world::Command>& commands() { return commands_; }
  ThinnedCells& thinned_cells() { return thinned_cells_; }
  /// Any thread: shows the zone to `question` behind one of the next ticks, on the zone's thread; it must be
  /// short. False: too many wait already.
  [[nodiscard]] bool ask(std::function<void(const world::Zone&)> question) {
    return questions_.push(std::move(question));
  }

  /// The zone's thread only: within a question.
  const ChatLog& chat() const { return chat_; }

  struct Stats {
    Counter ticks;
    Counter ticks_late;       ///< that came a whole tick or more after their time
    Counter ticks_skipped;    ///< that were left out because the machine could not keep up
    Counter ticks_merged;     ///< that a late worker got only the answers of
    TimeHistogram tick_time;  ///< from when a tick was due until every worker had handed it out
    Counter commands;
    Counter commands_waiting;  ///< when the last tick began
    Counter players;
    Counter ticks_per_second;     ///< as overload control has it now
    Counter overload_step;        ///< where it is now: see net/overload.h
    Counter overload_steps_up;    ///< how often it went up a step
    Counter overload_steps_down;  ///< and down again
  };
  const Stats& stats() const { return stats_; }
  const world::Zone& zone() const { return zone_; }

 private:
  static constexpr std::size_t questions_max = 32;

  void deliver(TickOutput& output, Time due);
  void tick(Time due);
  void watch_load(Time now);
  void measure_finished_ticks();
  void find_cells_to_tell_again();
  TickOutput& free_output();

  world::Zone zone_;
  BoundedQueue<world::Command> commands_;
  ThinnedCells thinned_cells_;
  BoundedQueue<std::function<void(const world::Zone&)>> questions_{questions_max};
  Overload overload_;
  ChatLog chat_;
  std::vector<Gateway*> gateways_;
  Encoder encoder_;
  Time next_tick_ = Time::min();

  std::vector<world::Command> taken_;
  world::TickEvents events_;
  std::vector<world::CellIndex> tell_again_;  ///< cells whose pieces' positions this tick tells
  std::uint64_t ticks_made_ = 0;
  std::deque<TickOutput> outputs_;  ///< never move; used again when free
  struct Unfinished {
    const TickOutput* output;
    Time due;
  };
  std::vector<Unfinished> unfinished_;  ///< ticks that some worker has not handed out yet, in their order
  Duration last_took_{};                ///< of the last tick, if it is finished
  Stats stats_;
};

}  // namespace madang::net
