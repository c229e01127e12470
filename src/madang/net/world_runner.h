// WorldRunner: runs the ticks of the worlds of one zone thread. It dequeues the requests of all workers,
// ticks every world, and gives the results to every gateway. A login names a world; if there is none of this
// name, the runner makes it. A world that was made so ends when it has had no players for a while.
//
// turn() is called on one thread, the runner's. Any thread may push to requests(). If the queue of requests
// is full, a worker reads nothing more from a client whose request waits. A late gateway stops neither the
// worlds nor the other gateways: its ticks wait in its mailbox, which merges them when it is full
// (madang/net/tick_mailbox.h). A tick that waits counts for overload control until it is merged. When ticks
// take too long, the runner does less (madang/net/overload.h).
//
// Owns its worlds and the outputs of ticks. The gateways read the outputs, so the last turn of their workers
// must be over before the runner is destroyed.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "madang/base/limits.h"
#include "madang/base/queue.h"
#include "madang/base/time.h"
#include "madang/net/chat_log.h"
#include "madang/net/counters.h"
#include "madang/net/hosted_world.h"
#include "madang/net/overload.h"
#include "madang/net/request.h"
#include "madang/net/tick_output.h"
#include "madang/net/time_histogram.h"
#include "madang/net/whereabouts.h"
#include "madang/net/world_numbers.h"
#include "madang/world/any_world.h"
#include "madang/world/cell_map.h"
#include "madang/world/game_info.h"

namespace madang::net {

class Gateway;

class WorldRunner {
 public:
  /// `number` is that of the runner, from 0. `tick_rate` in ticks a second. The references must outlive the
  /// runner.
  WorldRunner(std::uint8_t number, const world::GameInfo& game, std::uint32_t tick_rate, const Limits& limits,
              Whereabouts& whereabouts, ChatLog& chat);
  ~WorldRunner();
  WorldRunner(const WorldRunner&) = delete;
  WorldRunner& operator=(const WorldRunner&) = delete;

  // --- Before the first turn

  /// Adds a world that never ends before the runner. Precondition: no world has this name (CHECK).
  const HostedWorld& add(std::string name, std::unique_ptr<world::AnyWorld> world);
  /// Sets what makes further worlds. Without it there are only those that were added.
  void set_maker(MakeWorld make) { make_ = std::move(make); }
  /// Sets the recorder of a world, which must outlive the last turn. Precondition: the world was added
  /// (CHECK).
  void set_recorder(std::string_view world, TickRecorder& recorder);
  /// Sets the crew that ticks the zones of a world, if the world is cut. Preconditions as for the recorder.
  void set_crew(std::string_view world, world::Crew& crew);
  /// Sets the gateways; gateway i is that of worker i.
  void set_gateways(std::vector<Gateway*> gateways);

  /// Runs a tick if it is due. Returns when the next call is due. Runner thread only.
  Time turn(Time now);

  /// Returns the queue of the requests of all workers. Any thread may push; only turn() pops.
  BoundedQueue<Request>& requests() { return requests_; }
  /// Calls `question` after one of the next ticks, on the runner's thread. The question must be short.
  /// Returns false if too many questions wait. Any thread.
  using Question = std::function<void(const WorldRunner&)>;
  [[nodiscard]] bool ask(Question question) { return questions_.push(std::move(question)); }
  /// Ends a world after one of the next ticks: its players get the goodbye world_ended. Nothing happens if
  /// there is no such world. Returns false if too many such calls wait. Any thread.
  [[nodiscard]] bool ask_to_end(std::string name) { return endings_.push(std::move(name)); }

  /// An action of the operator in a world (world/rules.h: OperatorActions).
  struct Operation {
    std::string world;
    std::uint16_t action = 0;  ///< its number in GameInfo::operator_actions
    std::string body;
  };
  /// Does an action in one of the next ticks. Nothing happens if there is no such world. Returns false if too
  /// many such calls wait. Any thread.
  [[nodiscard]] bool ask_to_operate(Operation operation) { return operations_.push(std::move(operation)); }

  // --- Only within a question, or while the runner's thread does not run

  /// Returns null if there is no such world.
  const HostedWorld* find(std::string_view name) const;
  /// In the order in which they were made.
  const std::vector<std::unique_ptr<HostedWorld>>& worlds() const { return worlds_; }

  struct Stats {
    Counter ticks;
    Counter ticks_late;       ///< ticks that began a whole interval or more after they were due
    Counter ticks_skipped;    ///< ticks that were left out because the machine could not keep up
    Counter ticks_merged;     ///< ticks of which a late worker got only the answers
    TimeHistogram tick_time;  ///< from when a tick was due until every worker had sent it
    Counter requests;
    Counter requests_waiting;  ///< in the queue when the last tick began
    Counter players;
    Counter worlds;
    Counter worlds_made;          ///< for a login, since the start
    Counter worlds_ended;         ///< since the start
    Counter worlds_broken;        ///< worlds that were closed because of a fault, since the start
    Counter zone_messages;        ///< between the zones of worlds that are cut
    Counter zone_message_bytes;   ///< likewise
    Counter zone_crossings;       ///< entities that stepped from a zone into another one
    Counter throttled_cells;      ///< of all worlds, at the last tick
    Counter ticks_per_second;     ///< the present rate of overload control
    Counter overload_step;        ///< the present step: see madang/net/overload.h
    Counter overload_steps_up;    ///< changes to a higher step
    Counter overload_steps_down;  ///< changes to a lower step
  };
  const Stats& stats() const { return stats_; }
  /// Adds the game's metrics (world/metrics.h) to `sums`: of its worlds at one of the last ticks, and of the
  /// counters of worlds that have ended. Any thread.
  void add_metrics(std::span<std::uint64_t> sums) const;
  std::uint8_t number() const { return number_; }

 private:
  static constexpr std::size_t questions_max = 32;
  static constexpr std::uint64_t metrics_interval = 20;  ///< ticks between two sums of the game's metrics

  void deliver(TickOutput& output, Time due);
  void tick(Time due);
  void take_requests(Time now);
  void enter(const Request& request);
  std::expected<HostedWorld*, CloseReason> find_or_make(const EnterBody& enter);
  HostedWorld& host(std::string name, std::unique_ptr<world::AnyWorld> world, std::string_view maker = {});
  void tick_worlds(TickOutput& output);
  void end_worlds(TickOutput& output);
  void end(std::size_t index);
  void forget_seats(const TickOutput& output);
  void sum_metrics();
  void watch_load(Time now);
  void measure_finished_ticks();
  TickOutput& free_output();

  const std::uint8_t number_;
  WorldNumbers numbers_;
  const world::GameInfo& game_;
  const Limits& limits_;
  Whereabouts& whereabouts_;
  ChatLog& chat_;
  MakeWorld make_;
  BoundedQueue<Request> requests_;
  BoundedQueue<Question> questions_{questions_max};
  BoundedQueue<std::string> endings_{questions_max};
  BoundedQueue<Operation> operations_{questions_max};
  Overload overload_;
  std::vector<Gateway*> gateways_;
  Time next_tick_ = Time::min();

  std::vector<std::unique_ptr<HostedWorld>> worlds_;
  std::unordered_map<std::string_view, HostedWorld*> by_name_;  // the names are those of WorldInfo
  world::CellMap<HostedWorld*, SessionId> seats_;               // the world of each session
  std::map<std::string, std::uint32_t, std::less<>> made_by_;   // the worlds that are there, by their makers
  std::size_t permanent_worlds_ = 0;                            // the first ones of worlds_
  std::uint64_t ticks_made_ = 0;

  // Of the present tick:
  std::vector<Request> tick_requests_;
  std::vector<TickOutput::Personal::Closed> closed_;
  std::vector<TickOutput::Personal::Refused> refused_;
  std::deque<TickOutput> outputs_;  ///< they never move; used again when they are free
  struct Unfinished {
    const TickOutput* output;
    Time due;
  };
  std::vector<Unfinished> unfinished_;  ///< ticks that some worker has not sent yet, in their order
  Duration last_took_{};                ///< duration of the last tick, if it is finished
  Stats stats_;
  std::vector<Counter> metrics_;                // of the game
  std::vector<std::uint64_t> ended_metrics_;    // sums of the worlds that have ended
  std::vector<std::uint64_t> running_metrics_;  // only during a sum; kept for its memory
};

}  // namespace madang::net
