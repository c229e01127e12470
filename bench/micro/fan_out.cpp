// The time to give the bytes of a tick to the sessions that watch its cells: the real worker and gateway,
// with real sessions that have logged in, on a port without a network.
//
//   fan_out/W/C        W sessions watch C cells, and 10 pieces moved in each cell. One turn of the worker
//                      dequeues the tick and appends the bytes of each cell to each session that watches it.
//                      It gives the bytes of each session to the port as one send, and completes the sends of
//                      the last turn. The time is for each session and cell; a turn has W times C of these.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "each.h"
#include "game.h"
#include "madang/wire/cell_packets.h"

namespace madang::micro {
namespace {

constexpr std::uint32_t steps_a_cell = 10;

/// A map with one row of cells. All players watch all cells.
board::BoardConfig row_of_cells(std::uint32_t cells, std::uint32_t players) {
  return {.width = 16 * cells,
          .height = 16,
          .cell_size = 16,
          .view_radius = 16 * cells,
          .leave_radius = 16 * cells,
          .players_max = players};
}

/// Each cell has the same pieces, because the gateway does not look into the bytes.
void write_steps_in_each_cell(const world::Grid& grid, net::TickOutput& output) {
  std::vector<wire::Step<std::uint8_t>> steps(steps_a_cell);
  for (std::uint32_t i = 0; i < steps_a_cell; ++i) steps[i].alias = static_cast<wire::CellAlias>(i);
  world::WorldOutput& made = output.add(net::WorldId::from(0, 0));
  Buffer& out = made.bytes;
  for (std::uint32_t cell = 0; cell < grid.cell_count(); ++cell) {
    const auto begin = static_cast<std::uint32_t>(out.size());
    wire::append(out, wire::CellMove<std::uint8_t>{static_cast<std::uint16_t>(grid.column({cell})),
                                                   static_cast<std::uint16_t>(grid.row({cell})), steps});
    made.updates.push_back({{cell}, {begin, static_cast<std::uint32_t>(out.size())}, begin});
  }
}

void fan_out(benchmark::State& state) {
  const auto watchers = static_cast<std::uint32_t>(state.range(0));
  const auto cells = static_cast<std::uint32_t>(state.range(1));
  Clients clients(watchers);
  Game game(clients, row_of_cells(cells, watchers));
  net::TickOutput output;
  output.personal.resize(1);
  write_steps_in_each_cell(game.world().grid(), output);
  game.fan_out(output);

  const std::uint64_t bytes_before = clients.bytes_sent();
  for (auto _ : state) game.fan_out(output);
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
