// The cost of a tick of the engine's world (world::World) with the rules of the board: 100,000 pieces on a
// map of 1,000 x 1,000 tiles, all with a player that watches the cells around.
//
//   world/idle              nothing happens: time of the tick
//   world/step/N            N pieces step: time of one step, decided, applied, encoded for the cells'
//                           watchers, and answered
//   world/step_checked/N    the same on a map with N pieces, with WorldConfig::checks_law
//
// `bytes` is the output of a tick. `bytes_an_entity` is the memory of the state, divided by the number of
// entities.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "crowd.h"
#include "each.h"
#include "madang/base/random.h"

namespace madang::micro {
namespace {

constexpr std::uint32_t many_pieces = 100'000;
constexpr std::uint32_t map_side = 1'000;

board::BoardConfig config_of(std::uint32_t pieces, std::uint32_t side) {
  return {
      .width = side, .height = side, .move_interval_ticks = 1, .move_slack_ticks = 0, .players_max = pieces};
}

void idle(benchmark::State& state) {
  Crowd crowd(config_of(many_pieces, map_side));
  crowd.begin_moves(0);
  for (auto _ : state) benchmark::DoNotOptimize(crowd.tick().bytes.size());
  report_each(state, 1);
  state.counters["bytes_an_entity"] = static_cast<double>(crowd.world().memory_bytes()) / crowd.size();
}

void measure_steps(benchmark::State& state, Crowd& crowd) {
  const auto steps = static_cast<std::uint32_t>(state.range(0));
  Random random(1);
  std::uint32_t next = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    crowd.begin_moves(steps);
    for (std::uint32_t i = 0; i < steps; ++i)
      crowd.add_move(next++ % crowd.size(), board::directions[random.below(board::directions.size())]);
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

BENCHMARK(idle)->Name("world/idle");
BENCHMARK(step)->Name("world/step")->Arg(100)->Arg(10'000);
BENCHMARK(step_checked)->Name("world/step_checked")->Arg(1'000);

}  // namespace
}  // namespace madang::micro

BENCHMARK_MAIN();
