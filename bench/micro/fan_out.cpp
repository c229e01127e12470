// The time to give the bytes of a tick to the sessions that watch its cells: the real worker and gateway,
// with real sessions that have logged in, on a port without a network.
//
//   fan_out/W/C        W sessions watch C cells, and 10 pieces moved in each cell. One turn of the worker
//   dequeues
//                      the tick and appends the bytes of each cell to each session that watches it. It gives
//                      the bytes of each session to the port as one send, and completes the sends of the last
//                      turn. The time is for each session and cell; a turn has W times C of these.
#include <benchmark/benchmark.h>

#include "each.h"
#include "game.h"

namespace madang::micro {
namespace {

constexpr std::uint32_t steps_a_cell = 10;

/// A map with one row of cells. All players watch all cells.
board::ZoneConfig row_of(std::uint32_t cells, std::uint32_t players) {
  return {.width = 16 * cells,
          .height = 16,
          .cell_size = 16,
          .view_radius = 16 * cells,
          .leave_radius = 16 * cells,
          .players_max = players};
}

/// Each cell has the same pieces, because no code after the encoder needs different pieces.
board::TickEvents steps_in_each_cell(const board::Zone& zone) {
  board::TickEvents events;
  for (std::uint32_t cell = 0; cell < zone.grid().cell_count(); ++cell)
    for (std::uint32_t piece = 0; piece < steps_a_cell; ++piece)
      events.steps.push_back(
          {{cell}, board::Alias::from(piece, 1), board::tile_at(zone.grid().origin({cell}))});
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
