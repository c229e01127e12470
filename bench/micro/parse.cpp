// The time to parse packets.
//
//   parse/move         one frame with a Move: next_frame and decode
//   parse/stream/N     N such frames in one receive. Each is parsed, and checked by the game as in the
//   gateway:
//                      next_frame and GameInfo::check_command
#include <benchmark/benchmark.h>

#include "board/board_config.h"
#include "board/packets.h"
#include "each.h"
#include "madang/base/check.h"
#include "madang/wire/codec.h"
#include "madang/wire/frame.h"

namespace madang::micro {
namespace {

void parse_move(benchmark::State& state) {
  Buffer buffer;
  wire::append(buffer, board::Move{board::Direction::left, 123'456});
  for (auto _ : state) {
    Bytes rest = buffer.bytes();
    benchmark::DoNotOptimize(rest);
    const wire::FrameResult frame = wire::next_frame(rest, 1024);
    auto move = wire::decode<board::Move>(frame->body);
    benchmark::DoNotOptimize(move);
  }
  report_each(state, 1);
}

void parse_stream(benchmark::State& state) {
  Buffer buffer;
  for (std::int64_t i = 0; i < state.range(0); ++i)
    wire::append(buffer, board::Move{static_cast<board::Direction>(i % 4), static_cast<std::uint32_t>(i)});
  const world::GameInfo& game = board::game_info();
  std::int64_t moves = 0;
  for (auto _ : state) {
    Bytes rest = buffer.bytes();
    for (;;) {
      const wire::FrameResult frame = wire::next_frame(rest, 1024);
      if (!frame) break;
      moves += game.check_command(frame->opcode, frame->body) == CloseReason::none;
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
