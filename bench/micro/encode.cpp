// The time to encode the changes of one cell, once a tick for all viewers: net::Encoder with the events of a
// tick in which one cell changed.
//
//   encode/steps/N     N pieces moved within the cell: time of one step
//   encode/enters/N    N pieces entered the cell, with their names: time of one piece
//   encode/state/N     the full state of a cell with N pieces and its obstacles: time of one cell
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "each.h"
#include "madang/base/check.h"
#include "madang/net/encoder.h"

namespace madang::micro {
namespace {

/// A zone of one cell, with a number of pieces in it.
class OneCell {
 public:
  explicit OneCell(std::uint32_t pieces)
      : zone_({.width = 16, .height = 16, .cell_size = 16, .players_max = pieces}) {
    std::vector<board::Command> commands(pieces);
    for (std::uint32_t i = 0; i < pieces; ++i) {
      commands[i].kind = board::Command::Kind::enter;
      commands[i].owner = SessionId{i + 1};
      commands[i].text = "player " + std::to_string(i);
    }
    zone_.tick(commands, events_);
    zone_.pieces_in({}, pieces_);
    MADANG_CHECK(pieces_.size() == pieces);
    events_.clear();
    output_.personal.resize(1);
  }

  void all_step() { tell_of_all(events_.steps); }
  void all_enter() { tell_of_all(events_.enters); }
  void is_newly_watched() { events_.newly_watched.push_back({}); }

  const net::TickOutput& encode() {
    encoder_.encode(zone_, events_, {}, output_);
    return output_;
  }

 private:
  void tell_of_all(std::vector<board::CellEvent>& events) {
    for (const board::Alias alias : pieces_) events.push_back({{}, alias, zone_.piece(alias).position});
    events_.group_by_cell();
  }

  board::Zone zone_;
  board::TickEvents events_;
  std::vector<board::Alias> pieces_;
  net::Encoder encoder_;
  net::TickOutput output_;
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
