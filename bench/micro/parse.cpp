// The time to parse packets.
//
//   parse/move         one frame with a Move: next_frame and decode
//   parse/stream/N     N such frames in one receive, each parsed and dispatched by its opcode as in the
//   gateway:
//                      next_frame and visit_client_packet
#include <benchmark/benchmark.h>

#include "each.h"
#include "madang/base/check.h"
#include "madang/wire/packets.h"

namespace madang::micro {
namespace {

void parse_move(benchmark::State& state) {
  Buffer buffer;
  wire::append(buffer, wire::Move{wire::Direction::left, 123'456});
  for (auto _ : state) {
    Bytes rest = buffer.bytes();
    benchmark::DoNotOptimize(rest);
    const wire::FrameResult frame = wire::next_frame(rest, 1024);
    auto move = wire::decode<wire::Move>(frame->body);
    benchmark::DoNotOptimize(move);
  }
  report_each(state, 1);
}

void parse_stream(benchmark::State& state) {
  Buffer buffer;
  for (std::int64_t i = 0; i < state.range(0); ++i)
    wire::append(buffer, wire::Move{static_cast<wire::Direction>(i % 4), static_cast<std::uint32_t>(i)});

  std::int64_t moves = 0;
  const auto on_other = [](const auto&) { return CloseReason::wrong_state; };
  const auto on_move = [&](const wire::Move& move) {
    benchmark::DoNotOptimize(move);
    ++moves;
    return CloseReason::none;
  };
  for (auto _ : state) {
    Bytes rest = buffer.bytes();
    for (;;) {
      const wire::FrameResult frame = wire::next_frame(rest, 1024);
      if (!frame) break;
      const CloseReason reason = wire::visit_client_packet(*frame, wire::Overloaded{on_move, on_other});
      benchmark::DoNotOptimize(reason);
    }
  }
  MADANG_CHECK(moves == state.iterations() * state.range(0));
  report_each(state, static_cast<std::uint64_t>(state.range(0)));
}

BENCHMARK(parse_move)->Name("parse/move");
BENCHMARK(parse_stream)->Name("parse/stream")->Arg(1000);

}  // namespace
}  // namespace madang::micro

BENCHMARK_MAIN();
