// wire::Id: an id of 128 bits, as packets carry it. A plain value; any thread.
#pragma once

#include <compare>
#include <cstdint>

#include "madang/wire/table.h"

namespace madang::wire {

struct Id {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  constexpr explicit operator bool() const { return high != 0 || low != 0; }
  constexpr auto operator<=>(const Id&) const = default;

  static constexpr auto table = record("Id", "An id of 128 bits.", field("high", &Id::high, "the upper half"),
                                       field("low", &Id::low, "the lower half"));
};

}  // namespace madang::wire
