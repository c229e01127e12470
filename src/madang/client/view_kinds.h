// The functions of View (madang/client/view.h, which includes this file): the packets about kinds of
// entities.
#pragma once

#include <algorithm>
#include <array>
#include <span>

#include "madang/client/view.h"

namespace madang::client {

template <class Parts>
CloseReason View<Parts>::apply(const wire::Frame& frame) {
  // The entities of a cell that begins follow at once. See apply_kind().
  if (frame.opcode < world::kind_opcode_min) end_beginning();
  if (!is_welcomed() && frame.opcode >= wire::opcode_of<wire::CellBegin>) return CloseReason::wrong_state;
  if (frame.opcode < wire::game_server_opcode_min) return apply_of_engine<Offset>(frame);
  return frame.opcode < world::kind_opcode_min ? apply_answer(frame) : apply_kind(frame);
}

template <class Parts>
CloseReason View<Parts>::apply_kind(const wire::Frame& frame) {
  CloseReason reason = CloseReason::unknown_opcode;
  const auto apply_as = [&]<class E>(wire::Types<E>) {
    using Opcodes = world::KindOpcodes<E, Kinds>;
    if (frame.opcode == Opcodes::enter) {
      reason = apply_enter<E>(frame.body);
    } else if (frame.opcode == Opcodes::change) {
      end_beginning();
      if constexpr (world::AttributesFor<E, world::Audience::everybody>::count > 0)
        reason = apply_change<E>(frame.body);
    } else if (frame.opcode == Opcodes::own) {
      end_beginning();
      if constexpr (world::AttributesFor<E, world::Audience::owner>::count > 0)
        reason = apply_own<E>(frame.body);
    }
  };
  [&]<class... E>(wire::Types<E...>) { (apply_as(wire::Types<E>{}), ...); }(Kinds{});
  return reason;
}

/// First some entities are parsed, and then they enter, so that their memory is fetched at the same time.
template <class Parts>
template <class E>
CloseReason View<Parts>::apply_enter(Bytes body) {
  struct Entering {
    wire::Id id;
    wire::Step<Offset> at;
    E attributes;
  };
  std::array<Entering, 4> entering;
  Head head;
  if (!parse(body, head)) return CloseReason::bad_packet;
  WatchedCell* cell = watched(head.cell, "CellEnter");
  end_beginning_unless(head.cell);
  while (head.count > 0) {
    const std::span some(entering.data(), std::min<std::size_t>(head.count, entering.size()));
    head.count -= static_cast<std::uint16_t>(some.size());
    for (Entering& one : some) {
      using Shown = world::AttributesFor<E, world::Audience::everybody>;
      if (!wire::parse(body, one.id) || !wire::parse(body, one.at) ||
          !Shown::parse(body, one.attributes, Shown::all) || !one.id || one.at.alias == wire::alias_of_cell)
        return CloseReason::bad_packet;
      prefetch_for_enter(head.cell, one.id, one.at.alias);
    }
    if (!cell) continue;
    for (const Entering& one : some) {
      Sighting* sighting = enter(*cell, one.id, one.at.alias, one.at.x, one.at.y, world::index_in<E, Kinds>);
      if (sighting && keeps_attributes_) sighting->place = columns_.add(one.attributes);
    }
  }
  return body.empty() ? CloseReason::none : CloseReason::bad_packet;
}

template <class Parts>
template <class E>
CloseReason View<Parts>::apply_change(Bytes body) {
  using Shown = world::AttributesFor<E, world::Audience::everybody>;
  constexpr std::uint8_t kind = world::index_in<E, Kinds>;
  Head head;
  if (!parse(body, head)) return CloseReason::bad_packet;
  const WatchedCell* cell = watched(head.cell, "CellChange");
  for (; head.count > 0; --head.count) {
    wire::CellAlias alias = 0;
    typename Shown::Mask mask = 0;
    if (!wire::parse(body, alias) || !wire::parse(body, mask)) return CloseReason::bad_packet;
    const Sighting* sighting = cell ? sighting_of(head.cell, alias) : nullptr;
    const bool is_kept = sighting && sighting->kind == kind && keeps_attributes_;
    E other{};
    if (!Shown::parse(body, is_kept ? columns_.template at<E>(sighting->place) : other, mask))
      return CloseReason::bad_packet;
    if (cell) check_change(head.cell, alias, sighting, kind, E::table.name);
  }
  return body.empty() ? CloseReason::none : CloseReason::bad_packet;
}

template <class Parts>
template <class E>
CloseReason View<Parts>::apply_own(Bytes body) {
  using Own = world::AttributesFor<E, world::Audience::owner>;
  typename Own::Mask mask = 0;
  if (!wire::parse(body, mask) || !Own::parse(body, std::get<E>(own_), mask) || !body.empty())
    return CloseReason::bad_packet;
  return CloseReason::none;
}

}  // namespace madang::client
