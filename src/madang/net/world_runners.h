// WorldRunners: the zone threads' parts of a server, and which of them has a world. Each world is on one
// runner for its whole life. Its name says which: the runner is a hash of the name. So a login finds its
// runner without asking anybody, and two runners never make the same world.
//
// Made and set up before any thread runs; then every function may be called on any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "madang/base/limits.h"
#include "madang/net/whereabouts.h"
#include "madang/net/world_runner.h"
#include "madang/world/game_info.h"

namespace madang::net {

class WorldRunners {
 public:
  static constexpr std::uint32_t count_max = 64;

  /// `tick_rate` in ticks a second. The references must outlive this object.
  WorldRunners(const world::GameInfo& game, std::uint32_t count, std::uint32_t tick_rate,
               const Limits& limits)
      : game_(game), tick_rate_(tick_rate), chat_(limits.chat_lines_kept) {
    for (std::uint32_t i = 0; i < count; ++i)
      runners_.push_back(std::make_unique<WorldRunner>(static_cast<std::uint8_t>(i), game, tick_rate, limits,
                                                       whereabouts_, chat_));
  }

  // --- Before any thread runs

  /// Adds a world that never ends by itself. The empty name is that of the main world.
  void add(std::string name, std::unique_ptr<world::AnyWorld> world) {
    const bool is_main = name.empty();
    WorldRunner& runner = *runners_[number_of(name)];
    const HostedWorld& added = runner.add(std::move(name), std::move(world));
    if (is_main) main_ = &added;
  }
  /// Sets what makes further worlds for logins that name them.
  void set_maker(const MakeWorld& make) {
    for (const auto& runner : runners_) runner->set_maker(make);
  }
  /// Sets the recorder of the main world, which must outlive the last turn. Precondition: the world was
  /// added.
  void set_recorder(TickRecorder& recorder) { runners_[number_of("")]->set_recorder("", recorder); }
  /// Sets the crew that ticks the zones of the main world, if that is cut. It must outlive the last turn.
  /// Precondition: the world was added.
  void set_crew(world::Crew& crew) { runners_[number_of("")]->set_crew("", crew); }
  /// Sets the gateways; gateway i is that of worker i.
  void set_gateways(const std::vector<Gateway*>& gateways) {
    for (const auto& runner : runners_) runner->set_gateways(gateways);
  }

  /// Returns the number of the runner that has the world of this name, or would have it. The main world is on
  /// the first one.
  std::size_t number_of(std::string_view world) const {
    return world.empty() ? 0 : std::hash<std::string_view>{}(world) % runners_.size();
  }
  WorldRunner& operator[](std::size_t number) const { return *runners_[number]; }
  std::size_t size() const { return runners_.size(); }
  /// Returns whether there is a main world.
  bool has_main() const { return main_ != nullptr; }
  /// Returns the main world. Precondition: it was added. Only within a question to its runner, or while the
  /// runner's thread does not run; but its info() and what never changes of it may be used on any thread.
  const HostedWorld& main() const { return *main_; }

  /// The numbers of all runners together.
  struct Totals {
    std::uint64_t ticks = 0;
    std::uint64_t ticks_late = 0;
    std::uint64_t ticks_skipped = 0;
    std::uint64_t ticks_merged = 0;
    TimeHistogram::Counts tick_time{};
    std::uint64_t tick_time_us = 0;  ///< sum of all tick_time, in microseconds
    std::uint64_t requests_waiting = 0;
    std::uint64_t players = 0;
    std::uint64_t worlds = 0;
    std::uint64_t worlds_made = 0;
    std::uint64_t worlds_ended = 0;
    std::uint64_t worlds_broken = 0;
    std::uint64_t zone_messages = 0;
    std::uint64_t zone_message_bytes = 0;
    std::uint64_t zone_crossings = 0;
    std::uint64_t throttled_cells = 0;
    std::uint64_t ticks_per_second = 0;  ///< of the slowest runner
    std::uint64_t overload_step = 0;     ///< the highest
    std::uint64_t overload_steps_up = 0;
    std::uint64_t overload_steps_down = 0;
  };
  Totals totals() const;
  /// Returns the game's metrics, in the order of GameInfo::metrics.
  std::vector<std::uint64_t> metrics() const;
  Whereabouts& whereabouts() { return whereabouts_; }
  const Whereabouts& whereabouts() const { return whereabouts_; }
  const ChatLog& chat() const { return chat_; }
  const world::GameInfo& game() const { return game_; }
  std::uint32_t tick_rate() const { return tick_rate_; }

 private:
  const world::GameInfo& game_;
  const std::uint32_t tick_rate_;
  Whereabouts whereabouts_;
  ChatLog chat_;
  std::vector<std::unique_ptr<WorldRunner>> runners_;
  const HostedWorld* main_ = nullptr;  // of a runner; it never ends
};

}  // namespace madang::net
