// A small game for the tests of clients: walkers and stones, and the bytes of the packets about them.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "madang/base/buffer.h"
#include "madang/client/view.h"
#include "madang/world/kind_packets.h"
#include "madang/world/rules.h"

namespace madang::client::small {

struct Walker {
  std::uint8_t hat = 0;
  ShortText<24> name;
  std::uint16_t coins = 0;
  bool is_hungry = false;
  std::uint32_t steps = 0;

  static constexpr auto table = world::attributes(
      "Walker", "It walks.", world::shown("hat", &Walker::hat, "its hat"),
      world::shown("name", &Walker::name, "its name"), world::own("coins", &Walker::coins, "its money"),
      world::own("is_hungry", &Walker::is_hungry, "it has not eaten"),
      world::hidden("steps", &Walker::steps, "so far"));
};

struct Stone {
  std::uint32_t weight = 0;

  static constexpr auto table =
      world::attributes("Stone", "It lies.", world::shown("weight", &Stone::weight, "in grams"));
};

struct Rang {
  std::uint8_t bell = 0;
  static constexpr auto table =
      wire::packet(160, "Rang", "A bell has rung.", wire::field("bell", &Rang::bell, "which one"));
};

struct SmallParts : world::Parts {
  using Entities = wire::Types<Walker, Stone>;
  using Answers = wire::Types<Rang>;
};

using Step = wire::Step<std::uint8_t>;
using CellMove = wire::CellMove<std::uint8_t>;
using CellPositions = wire::CellPositions<std::uint8_t>;

/// Returns an id as an entity may have it.
inline wire::Id id_of(std::uint64_t number) { return {std::uint64_t{1} << 63 | number, number}; }

/// Returns the frame of a CellEnterKIND with one entity.
template <class Kinds, class E>
Buffer enter_frame(Cell cell, const wire::Id& id, const Step& at, const E& entity) {
  using Shown = world::AttributesFor<E, world::Audience::everybody>;
  Buffer out;
  {
    world::CellFrames frames(out, world::KindOpcodes<E, Kinds>::enter, cell.x, cell.y);
    std::byte* to = frames.item(wire::size_of(id) + wire::size_of(at) + Shown::size_of(entity, Shown::all));
    Shown::put(wire::put(wire::put(to, id), at), entity, Shown::all);
  }
  return out;
}

/// Returns the frame of a CellChangeKIND with one entity.
template <class Kinds, class E>
Buffer change_frame(Cell cell, wire::CellAlias alias, const E& entity, std::uint8_t mask) {
  using Shown = world::AttributesFor<E, world::Audience::everybody>;
  Buffer out;
  {
    world::CellFrames frames(out, world::KindOpcodes<E, Kinds>::change, cell.x, cell.y);
    std::byte* to = frames.item(sizeof alias + sizeof mask + Shown::size_of(entity, mask));
    Shown::put(wire::put(wire::put(to, alias), mask), entity, mask);
  }
  return out;
}

/// Returns the frame of an OwnKIND.
template <class Kinds, class E>
Buffer own_frame(const E& entity, std::uint8_t mask) {
  using Own = world::AttributesFor<E, world::Audience::owner>;
  const std::size_t size = wire::frame_header_bytes + sizeof mask + Own::size_of(entity, mask);
  Buffer out;
  std::byte* to = out.extend(size);
  to = wire::put(to, static_cast<std::uint16_t>(size));
  to = wire::put(to, world::KindOpcodes<E, Kinds>::own);
  Own::put(wire::put(to, mask), entity, mask);
  return out;
}

template <wire::Packet P>
Buffer frame_of(const P& packet) {
  Buffer out;
  wire::append(out, packet);
  return out;
}

/// Applies the frames in these bytes. Returns the first reason that is not none.
inline CloseReason apply_all(AnyView& view, Bytes bytes) {
  while (const wire::FrameResult frame = wire::next_frame(bytes))
    if (const CloseReason reason = view.apply(*frame); reason != CloseReason::none) return reason;
  return bytes.empty() ? CloseReason::none : CloseReason::bad_frame_size;
}

}  // namespace madang::client::small
