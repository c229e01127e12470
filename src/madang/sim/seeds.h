// Seeds: runs a simulation under many seeds, and tells which one failed. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace madang::sim {

/// Calls run(seed) for the seeds 1 to `count`, until one returns a problem. Returns that problem with its
/// seed, or an empty text.
///
/// The environment may change the seeds: MADANG_SEED=17 runs seed 17 alone, and MADANG_SEEDS=10000 runs that
/// many, for a night.
std::string first_failure(std::uint64_t count, const std::function<std::string(std::uint64_t seed)>& run);

}  // namespace madang::sim
