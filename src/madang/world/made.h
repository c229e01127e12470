// Made: what the rules make in a tick: effects on their way, new entities, and packets for clients.
//
// Owned by a world; one thread. Memory is kept from tick to tick.
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

#include "madang/base/buffer.h"
#include "madang/base/close_reason.h"
#include "madang/world/effects.h"

namespace madang::world {

/// A part of WorldOutput::bytes that consists of whole frames.
struct OutputPart {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// What a tick has for clients. Every list is in an order that is the same on every platform.
struct WorldOutput {
  /// For the client of one character.
  struct Answer {
    CharacterId character;
    OutputPart part;
  };
  /// For all clients that watch a cell.
  struct Told {
    CellIndex cell;
    EntityId speaker;  ///< an entity, or the cell itself
    OutputPart part;
  };
  struct Refused {
    CharacterId character;
    CloseReason reason;
  };
  /// A character that entered, or left, at the end of this tick.
  struct Change {
    CharacterId character;
    EntityId id;
    Position position;
  };

  Bytes bytes_of(OutputPart part) const { return bytes.bytes().subspan(part.begin, part.end - part.begin); }
  void clear() {
    bytes.clear();
    answers.clear();
    told.clear();
    told_to_all.clear();
    refused.clear();
    entered.clear();
    left.clear();
  }

  Buffer bytes;
  std::vector<Answer> answers;
  std::vector<Told> told;
  std::vector<OutputPart> told_to_all;
  std::vector<Refused> refused;
  std::vector<Change> entered;
  std::vector<Change> left;
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

  EffectQueues<Kinds> now;   // of the deciding entities on themselves
  EffectQueues<Kinds> next;  // for the next tick
  Births<typename Parts::Entities> births;
  WorldOutput output;
  StateHash trace;  // of all that was made since begin_trace(), if that is wanted
  bool is_traced = false;

  /// Clears all but the effects of the next tick.
  void clear_output() {
    now.clear();
    births.clear();
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
  void add(EffectQueues<Kinds>& queues, const Sent<Effect>& sent) {
    if (is_traced) {
      trace.add(Effect::table.name);
      trace.add(&queues == &now);
      add_to(trace, sent.to);
      add_to(trace, sent.effect);
    }
    queues.template of<Effect>().push_back(sent);
  }
  template <class E>
  void add(const Birth<E>& birth) {
    if (is_traced) {
      trace.add(E::table.name);
      trace.add(birth.character.value);
      add_to(trace, birth.position);
      add_to(trace, birth.attributes);
    }
    births.template of<E>().push_back(birth);
  }
  /// Notes for the trace what the effects, births and packets do not show, such as the addressee of a packet.
  void note(std::string_view what, CharacterId character = {}) {
    if (!is_traced) return;
    trace.add(what);
    trace.add(character.value);
  }
  template <wire::Packet Packet>
  OutputPart write(const Packet& packet) {
    const auto begin = static_cast<std::uint32_t>(output.bytes.size());
    wire::append(output.bytes, packet);
    const OutputPart part{begin, static_cast<std::uint32_t>(output.bytes.size())};
    if (is_traced) trace.add(as_text(output.bytes_of(part)));
    return part;
  }
};

}  // namespace madang::world
