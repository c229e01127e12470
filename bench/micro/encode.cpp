// The time to encode the changes of one cell, once a tick for all viewers. It is the part of the world's tick
// that comes last (world::News). The other parts are in world.cpp.
//
//   encode/steps/N     N pieces moved within the cell: time of one step
//   encode/enters/N    N pieces entered the cell, with their names: time of one piece
//   encode/state/N     the full state of a cell with N pieces and its obstacles: time of one cell
#include <benchmark/benchmark.h>

#include <cstdint>

#include "board/rules.h"
#include "crowd.h"
#include "each.h"
#include "madang/world/news.h"
#include "madang/world/world.h"

namespace madang::micro {
namespace {

/// A world of one cell, with a number of pieces in it.
class OneCell {
 public:
  using News = world::News<board::BoardParts>;

  explicit OneCell(std::uint32_t pieces)
      : crowd_({.width = 16, .height = 16, .cell_size = 16, .players_max = pieces}),
        core_(static_cast<const world::World<board::Board>&>(crowd_.world()).core()) {}

  void all_step() {
    core_.registry.for_each([&](std::uint32_t slot) { news_.add_move(core_, {}, core_.registry.row(slot)); });
  }
  void all_enter() {
    core_.registry.for_each([&](std::uint32_t slot) {
      news_.enters.push_back({world::key_of({}, core_.registry.row(slot).alias), slot, 0});
    });
  }
  void is_newly_watched() { news_.states.push_back({}); }

  const world::WorldOutput& encode() {
    output_.clear();
    news_.encode(core_, output_, false);
    return output_;
  }

 private:
  Crowd crowd_;
  const world::Core<board::BoardParts>& core_;
  News news_;
  world::WorldOutput output_;
};

void encode(benchmark::State& state, void (OneCell::*what_happens)(), bool each_piece) {
  const auto pieces = static_cast<std::uint32_t>(state.range(0));
  OneCell cell(pieces);
  (cell.*what_happens)();
  for (auto _ : state) benchmark::DoNotOptimize(&cell.encode());
  report_each(state, each_piece ? pieces : 1);
  state.counters["bytes"] = static_cast<double>(cell.encode().bytes.size());
}

BENCHMARK_CAPTURE(encode, steps, &OneCell::all_step, true)->Name("encode/steps")->Arg(1)->Arg(10)->Arg(100);
BENCHMARK_CAPTURE(encode, enters, &OneCell::all_enter, true)->Name("encode/enters")->Arg(1)->Arg(10);
BENCHMARK_CAPTURE(encode, state, &OneCell::is_newly_watched, false)->Name("encode/state")->Arg(2)->Arg(10);

}  // namespace
}  // namespace madang::micro

BENCHMARK_MAIN();
