// login_entry(): what Login::entry and EnterWorld::entry hold: the fields of a game's Entry. A name at its
// beginning is left out, because the server puts the name of the login there. A pure function; any thread.
#pragma once

#include <cstddef>
#include <tuple>

#include "madang/base/buffer.h"
#include "madang/wire/codec.h"
#include "madang/world/game_info.h"

namespace madang::client {

template <class Entry>
Buffer login_entry(const Entry& entry) {
  Buffer bytes;
  wire::put(bytes.extend(wire::size_of(entry)), entry);
  if constexpr (world::begins_with_name<Entry>())
    bytes.consume(wire::size_of(entry.*(std::get<0>(Entry::table.fields).member)));
  return bytes;
}

}  // namespace madang::client
