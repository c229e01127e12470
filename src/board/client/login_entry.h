// login_entry(): what Login::entry holds for the board: the fields of Entry without the name, which is in the
// Login itself. A pure function; any thread.
#pragma once

#include <array>
#include <cstddef>

#include "board/packets.h"
#include "madang/wire/codec.h"

namespace madang::board {

inline std::array<std::byte, sizeof(Looks)> login_entry(Looks looks) {
  static_assert(wire::field_count<Entry> == 2, "besides the name an Entry has the looks alone");
  std::array<std::byte, sizeof(Looks)> entry;
  wire::put(entry.data(), looks);
  return entry;
}

}  // namespace madang::board
