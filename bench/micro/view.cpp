// The time in which a client follows one update: an enter, a step, a change or a leave. The server's own
// world, gateway and worker make the bytes, and a view of the board (board/client/player_view.h) parses them,
// follows them and checks them.
//
//   view/crowd/N     N players, each with a view, on a map with two tiles for each player
//   view/spread/N    the same on a map on which each player has about ten others in sight
//
// In each tick one in ten of the players steps. All views take the bytes of a tick one after the other, so
// the memory of a view is no longer in the near caches when its next bytes come. Only the views are measured.
//
// `bytes_a_view` is the memory of one view, and `in_sight` the number of entities that it knows.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "board/client/player_view.h"
#include "contender.h"
#include "each.h"
#include "game.h"
#include "madang/base/check.h"
#include "madang/base/random.h"

namespace madang::micro {
namespace {

constexpr std::uint32_t ticks_a_step = 10;

board::BoardConfig crowded_land_for(std::uint32_t players) {
  board::BoardConfig config = land_for(players);
  config.width = config.height = static_cast<std::uint32_t>(std::sqrt(2.0 * players));
  return config;
}

/// The players of a game, and what each of them knows.
class Audience {
 public:
  Audience(std::uint32_t count, const board::BoardConfig& config) : clients_(count), streams_(count) {
    for (std::uint32_t i = 0; i < count; ++i) views_.emplace_back(findings_, client::Attributes::check_only);
    clients_.set_reader([this](std::uint32_t client, Bytes bytes) { streams_[client].append(bytes); });
    game_.emplace(clients_, config);
    follow();
  }

  /// Takes a tick in which one in ten of the players steps.
  void tick() {
    for (std::uint32_t i = 0; i < clients_.count() / ticks_a_step; ++i)
      game_->request_move(next_++ % clients_.count(),
                          board::directions[random_.below(board::directions.size())]);
    game_->tick();
  }
  /// Each view follows what its client was sent.
  void follow() {
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      Bytes rest = streams_[i].bytes();
      views_[i].prefetch(rest);
      while (const wire::FrameResult frame = wire::next_frame(rest))
        MADANG_CHECK(views_[i].apply(*frame) == CloseReason::none);
      streams_[i].clear();
    }
  }

  const client::Findings& findings() const { return findings_; }
  const std::deque<board::PlayerView>& views() const { return views_; }
  std::uint64_t updates() const {
    std::uint64_t sum = 0;
    for (const board::PlayerView& view : views_) sum += view.updates();
    return sum;
  }

 private:
  client::Findings findings_;
  std::deque<board::PlayerView> views_;  // they never move
  Clients clients_;
  std::vector<Buffer> streams_;  // by client
  std::optional<Game> game_;
  Random random_{1};
  std::uint32_t next_ = 0;
};

void follow(benchmark::State& state, const board::BoardConfig& config) {
  Audience audience(config.players_max, config);
  const std::uint64_t before = audience.updates();
  for (auto _ : state) {
    state.PauseTiming();
    audience.tick();
    state.ResumeTiming();
    audience.follow();
  }
  MADANG_CHECK(audience.findings().total() == 0, "{}", audience.findings().texts().front());
  report_each(state, (audience.updates() - before) / static_cast<std::uint64_t>(state.iterations()));
  double bytes = 0;
  double in_sight = 0;
  for (const board::PlayerView& view : audience.views()) {
    bytes += static_cast<double>(sizeof view + view.memory_bytes());
    in_sight += static_cast<double>(view.entity_count());
  }
  state.counters["bytes_a_view"] = bytes / config.players_max;
  state.counters["in_sight"] = in_sight / config.players_max;
}

void crowd(benchmark::State& state) {
  follow(state, crowded_land_for(static_cast<std::uint32_t>(state.range(0))));
}
void spread(benchmark::State& state) { follow(state, land_for(static_cast<std::uint32_t>(state.range(0)))); }

BENCHMARK(crowd)->Name("view/crowd")->Arg(100)->Arg(5'000);
BENCHMARK(spread)->Name("view/spread")->Arg(5'000);

}  // namespace
}  // namespace madang::micro

BENCHMARK_MAIN();
