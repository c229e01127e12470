// The cost of a step: to find the clients that must receive it, and to encode the bytes for them. It is
// measured for each method (contender.h), for each kind of step (movers.h), and for up to a million pieces at
// the same density.
//
//   move/WAY/CONTENDER/N   ticks in which a twentieth of N pieces makes a step; time of one step
//
//   cells            the server's own method: the world's tick, and the lists of viewers of each cell
//   (cells.h) cells_world      only the world's tick, which encodes the changes of each cell view_lists the
//   method of lectures, made as fast as possible; as many in sight as with cells
//                    (view_lists.h)
//   view_lists_std   the same with std::unordered_set, as in lectures
//   view_lists_10    the same with the server's view radius of 10 tiles, so that fewer pieces are in sight
//   brute_force      checks all players; as many in sight as with cells; up to 10,000 (brute_force.h)
//   ..._told         the bytes are also given to all sessions and their port, for cells by the real
//                    runner and gateway (told.h)
//
// `in_sight` is the average number of others in sight. `bytes` is the number of bytes for one step to all
// clients. Before the measurement, brute force and the view lists must produce the same output. So must cells
// with and without the real gateway.
#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <unordered_set>

#include "brute_force.h"
#include "cells.h"
#include "each.h"
#include "flat_set.h"
#include "madang/base/check.h"
#include "movers.h"
#include "told.h"
#include "view_lists.h"

namespace madang::micro {
namespace {

constexpr std::uint64_t seed = 20'240'607;
constexpr int like_cells = 15;  // the radius with the same number of pieces in sight, within one
constexpr int like_the_server = 10;

using TaughtSet = std::unordered_set<std::uint32_t>;
using Make = std::unique_ptr<Contender> (*)(std::uint32_t pieces);

template <class Kind, int radius>
std::unique_ptr<Contender> make(std::uint32_t pieces) {
  return std::make_unique<Kind>(pieces, radius, seed);
}
template <Cells::Depth depth>
std::unique_ptr<Contender> make_cells(std::uint32_t pieces) {
  return std::make_unique<Cells>(pieces, depth);
}
std::unique_ptr<Contender> make_told_cells(std::uint32_t pieces) {
  return std::make_unique<ToldCells>(pieces);
}

struct Entry {
  const char* name;
  Make make;
  std::vector<Way> ways = {Way::walk};
  std::uint32_t pieces_max = 1'000'000;
};
const std::vector<Way> all_ways = {Way::within, Way::across, Way::walk};
const Entry entries[] = {
    {"cells", make_cells<Cells::Depth::mail>, all_ways},
    {"cells_world", make_cells<Cells::Depth::world>, all_ways},
    {"view_lists", make<ViewLists<FlatSet>, like_cells>, all_ways},
    {"view_lists_std", make<ViewLists<TaughtSet>, like_cells>},
    {"view_lists_10", make<ViewLists<FlatSet>, like_the_server>},
    {"brute_force", make<BruteForce, like_cells>, all_ways, 10'000},
    {"cells_told", make_told_cells},
    {"view_lists_told", make<Told<ViewLists<FlatSet>>, like_cells>},
    {"brute_force_told", make<Told<BruteForce>, like_cells>, {Way::walk}, 10'000},
};

/// The current contender. A map with a million pieces takes seconds to fill. So the contender is kept for all
/// of its benchmarks, which follow each other.
class Stage {
 public:
  Contender& enter(const Entry& entry, std::uint32_t pieces) {
    if (&entry != entry_ || pieces != contender_->size()) {
      contender_.reset();
      contender_ = entry.make(pieces);
      entry_ = &entry;
    }
    return *contender_;
  }

 private:
  const Entry* entry_ = nullptr;
  std::unique_ptr<Contender> contender_;
};

double mean_in_sight(const Contender& contender) {
  constexpr std::uint32_t asked = 1000;
  double sum = 0;
  for (std::uint32_t i = 0; i < asked; ++i)
    sum += contender.others_in_sight(static_cast<std::uint32_t>(std::uint64_t{contender.size()} * i / asked));
  return sum / asked;
}

void measure(benchmark::State& state, Stage& stage, const Entry& entry, Way way, std::uint32_t pieces) {
  Contender& contender = stage.enter(entry, pieces);
  Movers movers(way, grid_for(pieces), contender, seed);
  const std::size_t a_tick = movers.steps_a_tick();
  const std::size_t ticks =
      std::max<std::size_t>(1, 5000 / a_tick);  // so that the cost of the clock is very small
  for (int tick = 0; tick < 3; ++tick) contender.tick(movers.next(1));  // the first ticks allocate memory
  const std::uint64_t bytes_before = contender.bytes_told();
  for (auto _ : state) {
    state.PauseTiming();
    std::span<const Step> steps = movers.next(ticks);
    state.ResumeTiming();
    for (; !steps.empty(); steps = steps.subspan(a_tick)) contender.tick(steps.first(a_tick));
  }
  const auto bytes = static_cast<double>(contender.bytes_told() - bytes_before);
  report_each(state, ticks * a_tick);
  state.counters["in_sight"] = mean_in_sight(contender);
  state.counters["bytes"] =
      bytes / static_cast<double>(state.iterations()) / static_cast<double>(ticks * a_tick);
}

void register_all(Stage& stage) {
  for (const std::uint32_t pieces : {1'000u, 10'000u, 100'000u, 1'000'000u})
    for (const Entry& entry : entries) {
      if (pieces > entry.pieces_max) continue;
      for (const Way way : entry.ways)
        benchmark::RegisterBenchmark(fmt::format("move/{}/{}/{}", name_of(way), entry.name, pieces).c_str(),
                                     [&stage, &entry, way, pieces](benchmark::State& state) {
                                       measure(state, stage, entry, way, pieces);
                                     });
    }
}

/// Checks that both have the same pieces in sight, and produce the same number of bytes in each tick. The
/// bytes of the start do not count: only a server has logins.
void check_that_they_agree(Make make_one, Make make_other) {
  constexpr std::uint32_t pieces = 2'000;
  const std::unique_ptr<Contender> one = make_one(pieces);
  const std::unique_ptr<Contender> other = make_other(pieces);
  Movers movers(Way::walk, grid_for(pieces), *one, seed);
  const std::uint64_t one_before = one->bytes_told();
  const std::uint64_t other_before = other->bytes_told();
  for (int tick = 0; tick < 200; ++tick) {
    const std::span<const Step> steps = movers.next(1);
    one->tick(steps);
    other->tick(steps);
    MADANG_CHECK(one->bytes_told() - one_before == other->bytes_told() - other_before, "in tick {}", tick);
  }
  for (std::uint32_t who = 0; who < pieces; ++who)
    MADANG_CHECK(one->others_in_sight(who) == other->others_in_sight(who), "around {}", who);
}

void check_that_they_agree() {
  constexpr Make brute_force = make<BruteForce, like_cells>;
  check_that_they_agree(brute_force, make<ViewLists<FlatSet>, like_cells>);
  check_that_they_agree(brute_force, make<ViewLists<TaughtSet>, like_cells>);
  check_that_they_agree(make_cells<Cells::Depth::mail>, make_told_cells);
}

}  // namespace
}  // namespace madang::micro

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  madang::micro::check_that_they_agree();
  madang::micro::Stage stage;
  madang::micro::register_all(stage);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
