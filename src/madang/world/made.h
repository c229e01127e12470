// Made: what the rules make in a tick: effects on their way, new entities, and packets for clients.
//
// Owned by a zone; one thread. Memory is kept from tick to tick.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

#include "madang/base/buffer.h"
#include "madang/base/close_reason.h"
#include "madang/world/cells.h"
#include "madang/world/effects.h"
#include "madang/world/kind_packets.h"

namespace madang::world {

/// A part of WorldOutput::bytes: whole frames, or the image of an entity.
struct OutputPart {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// What a tick has for clients. Every list is in an order that is the same on every platform, and does not
/// depend on the order in which the commands of different characters came.
struct WorldOutput {
  /// For the client of one character.
  struct Answer {
    CharacterId character;
    OutputPart part;
    bool is_of_newcomer = false;  ///< for the client of an entity that appears in this tick
  };
  /// A part about one cell, for clients that watch it.
  struct CellPart {
    CellIndex cell;
    OutputPart part;
  };
  struct Refused {
    CharacterId character;
    CloseReason reason;
  };
  /// A part about one cell from one of its entities, or from the cell itself.
  struct Told {
    CellIndex cell;
    CellAlias alias;
    OutputPart part;
  };
  /// The news of a cell, for clients that watched it before and still do: what entered, was told and changed,
  /// then what moved within the cell.
  struct CellUpdate {
    CellIndex cell;
    OutputPart all;
    std::uint32_t moves_begin = 0;

    OutputPart without_moves() const { return {all.begin, moves_begin}; }
    bool has_moves() const { return moves_begin < all.end; }
  };
  /// The cells that a client watches from this tick on. At most one for each character.
  struct WatchChange {
    CharacterId character;
    CellRect before;  ///< empty for a newcomer
    CellRect now;
  };
  /// A character that entered, or left, at the end of this tick.
  struct Change {
    CharacterId character;
    EntityId id;
    Position position;
    CloseReason reason = CloseReason::none;  ///< why it left
    OutputPart part{};                       ///< what is kept of one that left (world/kept.h)
  };

  /// A character whose entity came into a cell, as a newcomer or from another cell.
  struct Crossing {
    CharacterId character;
    CellIndex cell;
  };

  Bytes bytes_of(OutputPart part) const { return bytes.bytes().subspan(part.begin, part.end - part.begin); }
  /// Returns the full state of a cell. Precondition: it is there, because a client begins to watch the cell.
  OutputPart state_of(CellIndex cell) const {
    return std::ranges::lower_bound(states, cell, {}, &CellPart::cell)->part;
  }
  void clear() {
    bytes.clear();
    answers.clear();
    world_answers.clear();
    shouting.clear();
    told.clear();
    told_to_all.clear();
    refused.clear();
    entered.clear();
    left.clear();
    crossings.clear();
    watch_changes.clear();
    updates.clear();
    states.clear();
    positions.clear();
    leaves.clear();
    late_leaves.clear();
    unsettled.clear();
  }
  bool empty() const {
    return bytes.empty() && refused.empty() && entered.empty() && left.empty() && crossings.empty() &&
           watch_changes.empty();
  }

  Buffer bytes;
  std::vector<Answer> answers;          ///< by character; of one, first those that the world makes, and
                                        ///< last those of a newcomer
  std::vector<Answer> world_answers;    ///< those that the world makes, before they go into the answers
  std::vector<Told> told;               ///< before they go into the updates; by cell and alias
  std::vector<OutputPart> told_to_all;  ///< shouts by character, then what the rules tell
  std::vector<CharacterId> shouting;    ///< the characters of the shouts
  std::vector<Refused> refused;         ///< by character
  std::vector<Change> entered;          ///< by id
  std::vector<Change> left;             ///< by id
  std::vector<Crossing> crossings;      ///< by character

  // A client gets four things, in this order. For the cells that it watched before and still does: the
  // updates. For the cells that it begins to watch: the states. For the former again: the leaves. For the
  // cells that it does not watch any more: CellForget. Each list is ascending by cell, and within a cell by
  // alias. The states and the positions that the owner of the world has requested are there, too.
  std::vector<WatchChange> watch_changes;  ///< by character
  std::vector<CellUpdate> updates;
  std::vector<CellPart> states;
  std::vector<CellPart> positions;
  std::vector<CellPart> leaves;
  /// The leaves of the tick before, for the clients that begin to watch other cells now. What had left their
  /// cells may stand in one of those. Otherwise it would not be there for one tick.
  std::vector<CellPart> late_leaves;
  /// The clients that begin to watch other cells in the next tick, by character. They get no `leaves` now.
  std::vector<CharacterId> unsettled;
};

/// An entity that appears in the exchange.
template <class E>
struct Birth {
  EntityId id;
  CharacterId character;
  Position position;
  E attributes;
};

template <class Kinds>
class Births;
template <class... Kinds>
class Births<wire::Types<Kinds...>> {
 public:
  template <class E>
  std::vector<Birth<E>>& of() {
    return std::get<std::vector<Birth<E>>>(births_);
  }
  template <class Visit>
  void for_each(Visit visit) {
    (visit(of<Kinds>()), ...);
  }
  void clear() { (of<Kinds>().clear(), ...); }

 private:
  std::tuple<std::vector<Birth<Kinds>>...> births_;
};

template <class Parts>
struct Made {
  using Kinds = AllEffects<typename Parts::Effects>::Type;

  OwnEffectQueues<Kinds> now;  // of the deciding entities on themselves
  EffectQueues<Kinds> next;    // for the next tick
  Births<typename Parts::Entities> births;
  std::uint32_t characters_born = 0;
  WorldOutput output;
  StateHash trace;  // of all that was made since begin_trace(), if that is wanted
  bool is_traced = false;

  /// Clears all but the effects of the next tick.
  void clear_output() {
    now.clear();
    births.clear();
    characters_born = 0;
    output.clear();
  }
  void clear() {
    clear_output();
    next.clear();
  }
  void begin_trace() {
    is_traced = true;
    trace = {};
  }

  template <class Effect>
  void add(const OwnEffect<Effect>& own) {
    note_effect(own.effect, EntityId{}, true);
    now.template of<Effect>().push_back(own);
  }
  template <class Effect>
  void add(const Sent<Effect>& sent) {
    note_effect(sent.effect, sent.to, false);
    next.template of<Effect>().push_back(sent);
  }
  template <class E>
  void add(const Birth<E>& birth) {
    if (birth.character) ++characters_born;
    if (is_traced) {
      trace.add(E::table.name);
      trace.add(birth.character.value);
      add_to(trace, birth.position);
      add_to(trace, birth.attributes);
    }
    births.template of<E>().push_back(birth);
  }
  /// Notes for the trace what the effects, births and packets do not show, such as the addressee of a packet.
  void note(std::string_view what, CharacterId character = {}, std::uint64_t detail = 0) {
    if (!is_traced) return;
    trace.add(what);
    trace.add(character.value);
    trace.add(detail);
  }
  template <wire::Packet Packet>
  OutputPart write(const Packet& packet) {
    const auto begin = static_cast<std::uint32_t>(output.bytes.size());
    wire::append(output.bytes, packet);
    const OutputPart part{begin, static_cast<std::uint32_t>(output.bytes.size())};
    if (is_traced) trace.add(as_text(output.bytes_of(part)));
    return part;
  }
  /// Writes a packet as one from an entity in a cell, or from the cell itself.
  template <wire::Packet Packet>
  void tell(const Grid& grid, CellIndex cell, CellAlias alias, const Packet& packet) {
    told_.clear();
    wire::append(told_, packet);
    const wire::CellTold told{static_cast<std::uint16_t>(grid.column(cell)),
                              static_cast<std::uint16_t>(grid.row(cell)), alias, told_.bytes()};
    output.told.push_back({cell, alias, write(told)});
  }

 private:
  template <class Effect>
  void note_effect(const Effect& effect, EntityId to, bool is_own) {
    if (!is_traced) return;
    trace.add(Effect::table.name);
    trace.add(is_own);
    add_to(trace, to);
    add_to(trace, effect);
  }

  Buffer told_;
};

}  // namespace madang::world
