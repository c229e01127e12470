// The cost of a tick of the engine's world (world::World) with the rules of the board. All pieces have a
// player that watches the cells around.
//
// 100,000 pieces on a map of 1,000 x 1,000 tiles:
//
//   world/idle              nothing happens: time of the tick
//   world/step/N            N pieces step: time of one step, decided, applied, encoded for the cells'
//                           watchers, and answered
//   world/step_checked/N    the same on a map with N pieces, with WorldConfig::checks_law
//   world/step_cut/Z/T/N    the same in Z x Z zones on T threads: time of the tick
//   world/part/PART/N       what one part of the tick takes of the time of such a step
//   world/part/order/N      N entities take an effect of the tick before: the time to find the order of one
//   world/hash, world/save  the hash and the snapshot of the whole state: time for an entity
//   world/record/N          N moves are written into a record, and come into its blocks: time of one move
//
// A room: 4 pieces on a map of 32 x 32 tiles. There are many rooms, and each one gets a tick in turn, so that
// their memory is not all in the cache:
//
//   world/room_idle/R       nothing happens in R rooms: time of the tick of one room
//   world/room_step/R       one piece of each room steps: time of the tick of one room
//   world/room_make         time to make a room with its map, without its pieces
//
// `bytes` is the output of a tick. `bytes_an_entity` is the memory of the state, divided by the number of
// entities. `room_bytes` is the heap memory of a room after it was made; `warm_room_bytes` after its ticks.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "board/rules.h"
#include "crowd.h"
#include "each.h"
#include "madang/base/random.h"
#include "madang/server/thread_crew.h"
#include "madang/world/record_file.h"
#include "madang/world/world.h"

namespace madang::micro {
namespace {

constexpr std::uint32_t many_pieces = 100'000;
constexpr std::uint32_t map_side = 1'000;

board::BoardConfig config_of(std::uint32_t pieces, std::uint32_t side) {
  return {
      .width = side, .height = side, .move_interval_ticks = 1, .move_slack_ticks = 0, .players_max = pieces};
}
board::BoardConfig room_config() { return config_of(4, 32); }

void idle(benchmark::State& state) {
  Crowd crowd(config_of(many_pieces, map_side));
  crowd.begin_moves(0);
  for (auto _ : state) benchmark::DoNotOptimize(crowd.tick().bytes.size());
  report_each(state, 1);
  state.counters["bytes_an_entity"] = static_cast<double>(crowd.world().memory_bytes()) / crowd.size();
}

/// Requests steps of pieces in turn, in a random direction.
class Walk {
 public:
  void request(Crowd& crowd, std::uint32_t steps) {
    crowd.begin_moves(steps);
    for (std::uint32_t i = 0; i < steps; ++i)
      crowd.add_move(next_++ % crowd.size(), board::directions[random_.below(board::directions.size())]);
  }

 private:
  Random random_{1};
  std::uint32_t next_ = 0;
};

void measure_steps(benchmark::State& state, Crowd& crowd) {
  const auto steps = static_cast<std::uint32_t>(state.range(0));
  Walk walk;
  std::size_t bytes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    walk.request(crowd, steps);
    state.ResumeTiming();
    bytes = crowd.tick().bytes.size();
  }
  report_each(state, steps);
  state.counters["bytes"] = static_cast<double>(bytes);
}

void step(benchmark::State& state) {
  Crowd crowd(config_of(many_pieces, map_side));
  measure_steps(state, crowd);
}

void step_checked(benchmark::State& state) {
  Crowd crowd(config_of(static_cast<std::uint32_t>(state.range(0)), map_side / 10), true);
  measure_steps(state, crowd);
}

/// A world in zones, on several threads.
void step_cut(benchmark::State& state) {
  const auto side = static_cast<std::uint32_t>(state.range(0));
  const auto threads = static_cast<std::size_t>(state.range(1));
  const auto steps = static_cast<std::uint32_t>(state.range(2));
  auto crew = server::ThreadCrew::make(std::size_t{side} * side, threads - 1);
  MADANG_CHECK(crew);
  auto world = board::make_world(config_of(many_pieces, map_side));
  MADANG_CHECK(!world->cut({side, side}));
  world->set_crew(**crew);
  const world::AnyWorld& cut = *world;
  Crowd crowd(std::move(world), many_pieces);
  Walk walk;
  std::uint64_t ticks = 0;
  const std::uint64_t bytes_before = cut.traffic().bytes;
  for (auto _ : state) {
    state.PauseTiming();
    walk.request(crowd, steps);
    state.ResumeTiming();
    benchmark::DoNotOptimize(crowd.tick().bytes.size());
    ++ticks;
  }
  report_each(state, 1);
  state.counters["message_bytes"] =
      static_cast<double>(cut.traffic().bytes - bytes_before) / static_cast<double>(ticks);
}

// ---- The parts of a tick

/// Measures the parts of a tick.
class StepTimer {
 public:
  using Clock = std::chrono::steady_clock;

  static void begin() {
    took = {};
    last = Clock::now();
  }
  static void end_step(world::Step step) {
    const Clock::time_point now = Clock::now();
    took[static_cast<std::size_t>(step)] += now - last;
    last = now;
  }
  static double seconds(world::Step step) {
    return std::chrono::duration<double>(took[static_cast<std::size_t>(step)]).count();
  }

 private:
  inline static std::array<Clock::duration, world::step_count> took;
  inline static Clock::time_point last;
};

class TimedBoard : public board::Board {
 public:
  using Board::Board;
  static void end_step(world::Step step) { StepTimer::end_step(step); }
};

Crowd timed_crowd() {
  const board::BoardConfig config = config_of(many_pieces, map_side);
  world::Map map(config.width, config.height, config.seed, config.obstacle_percent);
  const TimedBoard rules(config, map);
  return Crowd(std::make_unique<world::World<TimedBoard>>(world_config_of(config), std::move(map), rules),
               config.players_max);
}

void part(benchmark::State& state, world::Step step) {
  const auto steps = static_cast<std::uint32_t>(state.range(0));
  Crowd crowd = timed_crowd();
  Walk walk;
  for (auto _ : state) {
    walk.request(crowd, steps);
    StepTimer::begin();
    crowd.tick();
    state.SetIterationTime(StepTimer::seconds(step));
  }
  report_each(state, steps);
}

/// Boxes that get a letter in the tick after its command. So letters of several boxes could meet in one.
struct Box {
  std::uint32_t letters = 0;
  static constexpr auto table =
      world::attributes("Box", "A letter box.", world::hidden("letters", &Box::letters, "how many"));
};
struct Post {
  static constexpr auto table = wire::packet(1, "Post", "Sends a letter.");
};
struct Letter {
  static constexpr auto table = world::effect("Letter", "A letter.", world::WhenGone::drop);
};
struct PostParts : world::Parts {
  using Entities = wire::Types<Box>;
  using Commands = wire::Types<Post>;
  using Effects = wire::Types<Letter>;
};
class PostGame : public world::Rules<PostParts> {
 public:
  void enter(WorldChange& world, CharacterId character, const world::NoEntry&) const {
    const auto x = static_cast<std::int32_t>(world.chance().below(world.width()));
    world.place(character, Box{}, {x, static_cast<std::int32_t>(world.chance().below(world.height()))});
  }
  void decide(const View&, const Self<Box>& self, const Post&, Proposals& propose) const {
    propose.to(self.id, Letter{});
  }
  void apply(Change<Box>& self, const Letter&) const { ++self->letters; }
  static void end_step(world::Step step) { StepTimer::end_step(step); }
};

void order_of_effects(benchmark::State& state) {
  const auto letters = static_cast<std::uint32_t>(state.range(0));
  world::World<PostGame> world(world::WorldConfig{}, world::Map::empty(map_side, map_side));
  std::vector<world::Input> inputs;
  for (std::uint32_t i = 0; i < many_pieces; ++i)
    inputs.push_back({world::Input::Kind::enter, Crowd::character(i), 0, {}});
  world.tick(inputs);
  std::uint32_t next = 0;
  for (auto _ : state) {
    inputs.clear();
    for (std::uint32_t i = 0; i < letters; ++i)
      inputs.push_back(
          {world::Input::Kind::command, Crowd::character(next++ % many_pieces), wire::opcode_of<Post>, {}});
    StepTimer::begin();
    world.tick(inputs);
    state.SetIterationTime(StepTimer::seconds(world::Step::order));
  }
  MADANG_CHECK(world.broken().empty(), "{}", world.broken());
  report_each(state, letters);
}

void hash(benchmark::State& state) {
  const Crowd crowd(config_of(many_pieces, map_side));
  for (auto _ : state) benchmark::DoNotOptimize(crowd.world().hash());
  report_each(state, crowd.size());
}

void save(benchmark::State& state) {
  const Crowd crowd(config_of(many_pieces, map_side));
  Buffer out;
  for (auto _ : state) {
    out.clear();
    crowd.world().save(out);
  }
  report_each(state, crowd.size());
  state.counters["bytes_an_entity"] = static_cast<double>(out.size()) / crowd.size();
}

/// All that a recording does for a tick, except for the hashes and for the write to the file.
void record(benchmark::State& state) {
  const auto moves = static_cast<std::uint32_t>(state.range(0));
  Crowd crowd(config_of(moves, map_side));
  Walk walk;
  walk.request(crowd, moves);
  world::RecordBlocks blocks;
  Buffer items;
  Buffer file;
  for (auto _ : state) {
    items.clear();
    file.clear();
    world::RecordWriter(items).add_tick(crowd.inputs(), 1);
    blocks.put_block(file, items.bytes());
  }
  report_each(state, moves);
  state.counters["bytes"] = static_cast<double>(file.size());
}

// ---- Rooms

std::size_t heap_bytes() { return mallinfo2().uordblks; }

class Rooms {
 public:
  explicit Rooms(std::size_t count) {
    const std::size_t before = heap_bytes();
    for (std::size_t i = 0; i < count; ++i) rooms_.push_back(std::make_unique<Crowd>(room_config()));
    bytes_before_ = before;
  }
  void report(benchmark::State& state) {
    report_each(state, rooms_.size());
    state.counters["warm_room_bytes"] =
        static_cast<double>(heap_bytes() - bytes_before_) / static_cast<double>(rooms_.size());
  }
  auto begin() { return rooms_.begin(); }
  auto end() { return rooms_.end(); }

 private:
  std::vector<std::unique_ptr<Crowd>> rooms_;
  std::size_t bytes_before_ = 0;
};

void room_idle(benchmark::State& state) {
  Rooms rooms(static_cast<std::size_t>(state.range(0)));
  for (const auto& room : rooms) room->begin_moves(0);
  for (auto _ : state)
    for (const auto& room : rooms) benchmark::DoNotOptimize(room->tick().bytes.size());
  rooms.report(state);
}

void room_step(benchmark::State& state) {
  Rooms rooms(static_cast<std::size_t>(state.range(0)));
  Walk walk;
  for (auto _ : state) {
    state.PauseTiming();
    for (const auto& room : rooms) walk.request(*room, 1);
    state.ResumeTiming();
    for (const auto& room : rooms) benchmark::DoNotOptimize(room->tick().bytes.size());
  }
  rooms.report(state);
}

void room_make(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(board::make_world(room_config()));
  report_each(state, 1);
  constexpr std::size_t many = 1000;
  std::vector<std::unique_ptr<world::AnyWorld>> rooms;
  rooms.reserve(many);
  const std::size_t before = heap_bytes();
  for (std::size_t i = 0; i < many; ++i) rooms.push_back(board::make_world(room_config()));
  state.counters["room_bytes"] = static_cast<double>(heap_bytes() - before) / many;
}

BENCHMARK(idle)->Name("world/idle");
BENCHMARK(step)->Name("world/step")->Arg(100)->Arg(10'000);
BENCHMARK(step_cut)
    ->Name("world/step_cut")
    ->Args({1, 1, 100'000})
    ->Args({2, 1, 100'000})
    ->Args({2, 2, 100'000})
    ->Args({4, 2, 100'000})
    ->UseRealTime();
BENCHMARK(step_checked)->Name("world/step_checked")->Arg(1'000);
/// A fixed number of ticks, because a part takes less time than what is around it.
void measure_part(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(10'000)->Iterations(200)->UseManualTime();
}
BENCHMARK_CAPTURE(part, sort, world::Step::sort)->Name("world/part/sort")->Apply(measure_part);
BENCHMARK_CAPTURE(part, decide, world::Step::decide)->Name("world/part/decide")->Apply(measure_part);
BENCHMARK_CAPTURE(part, apply, world::Step::apply)->Name("world/part/apply")->Apply(measure_part);
BENCHMARK_CAPTURE(part, settle, world::Step::settle)->Name("world/part/settle")->Apply(measure_part);
BENCHMARK_CAPTURE(part, encode, world::Step::encode)->Name("world/part/encode")->Apply(measure_part);
BENCHMARK(order_of_effects)->Name("world/part/order")->Apply(measure_part);
BENCHMARK(hash)->Name("world/hash");
BENCHMARK(save)->Name("world/save");
BENCHMARK(record)->Name("world/record")->Arg(1'000);
BENCHMARK(room_idle)->Name("world/room_idle")->Arg(1)->Arg(4'000);
BENCHMARK(room_step)->Name("world/room_step")->Arg(1)->Arg(4'000);
BENCHMARK(room_make)->Name("world/room_make");

}  // namespace
}  // namespace madang::micro

BENCHMARK_MAIN();
