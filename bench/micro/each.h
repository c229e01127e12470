// Each: reports the time of one operation of a benchmark.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>

namespace madang::micro {

/// Reports the time of one operation. To be called after the loop, with the number of operations in each
/// iteration. `items_per_second` is for programs. `each`, the seconds of one operation, is for people.
inline void report_each(benchmark::State& state, std::uint64_t operations_an_iteration) {
  const auto operations = static_cast<std::uint64_t>(state.iterations()) * operations_an_iteration;
  state.SetItemsProcessed(static_cast<std::int64_t>(operations));
  state.counters["each"] = benchmark::Counter(static_cast<double>(operations),
                                              benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

}  // namespace madang::micro
