// What it takes to hand a tick's bytes to those who watch the cells: the real worker and gateway, with real
// sessions that have logged in, on a port without a network.
//
//   fan_out/W/C        W sessions watch C cells, in each of which 10 pieces stepped. A turn of the worker:
//                      take the tick, append the bytes of each cell to each session that watches it, give
//                      each session's bytes to the port as one send, and complete the sends of the turn
//                      before. For each session-cell, of which a turn has W times C.
#include <benchmark/benchmark.h>

#include "each.h"
#include "game.h"

namespace madang::micro {
namespace {

constexpr std::uint32_t steps_a_cell = 10;

/// A row of cells, all of which everybody watches from anywhere.
world::ZoneConfig row_of(std::uint32_t cells, std::uint32_t players) {
  return {.width = 16 * cells,
          .height = 16,
          .cell_size = 16,
          .view_radius = 16 * cells,
          .leave_radius = 16 * cells,
          .players_max = players};
}

/// In each cell the same few pieces: nobody behind the encoder looks who they are.
world::TickEvents steps_in_each_cell(const world::Zone& zone) {
  world::TickEvents events;
  for (std::uint32_t cell = 0; cell < zone.grid().cell_count(); ++cell)
    for (std::uint32_t piece = 0; piece < steps_a_cell; ++piece)
      events.steps.push_back({{cell}, world::Alias::from(piece, 1), zone.grid().origin({cell})});
  events.group_by_cell();
  return events;
}

void fan_out(benchmark::State& state) {
  const auto watchers = static_cast<std::uint32_t>(state.range(0));
  const auto cells = static_cast<std::uint32_t>(state.range(1));
  Clients clients(watchers);
  Game game(clients, row_of(cells, watchers));
  game.simulate(steps_in_each_cell(game.zone()));
  game.encode();
  game.hand_out();

  const std::uint64_t bytes_before = clients.bytes_sent();
  for (auto _ : state) game.hand_out();
  const std::uint64_t session_cells = std::uint64_t{watchers} * cells;
  report_each(state, session_cells);
  state.counters["bytes"] = benchmark::Counter(
      static_cast<double>(clients.bytes_sent() - bytes_before) / static_cast<double>(session_cells),
      benchmark::Counter::kAvgIterations);
}

BENCHMARK(fan_out)->ArgsProduct({{1, 10, 100, 1000}, {1, 4}});

}  // namespace
}  // namespace madang::micro

BENCHMARK_MAIN();
