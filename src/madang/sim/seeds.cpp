#include "madang/sim/seeds.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "madang/base/check.h"

namespace madang::sim {

namespace {

/// Returns the number in an environment variable; nothing if it is not set.
std::optional<std::uint64_t> number_in(const char* variable) {
  const char* text = std::getenv(variable);
  if (!text) return std::nullopt;
  const std::string_view digits = text;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  MADANG_CHECK(error == std::errc() && end == digits.data() + digits.size(),
               "the environment variable {} is \"{}\", and must be a whole number", variable, digits);
  return number;
}

}  // namespace

std::string first_failure(std::uint64_t count, const std::function<std::string(std::uint64_t seed)>& run) {
  std::uint64_t first = 1;
  std::uint64_t last = number_in("MADANG_SEEDS").value_or(count);
  if (const auto wanted = number_in("MADANG_SEED")) first = last = *wanted;
  for (std::uint64_t seed = first; seed <= last; ++seed)
    if (const std::string problem = run(seed); !problem.empty())
      return fmt::format("seed {}: {}\nTo run this seed alone, set MADANG_SEED={}.", seed, problem, seed);
  return "";
}

}  // namespace madang::sim
