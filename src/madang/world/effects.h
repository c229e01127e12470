// Effects: what entities do to themselves and to each other, on its way.
//
// An effect is made by a source, and goes to an addressee: an entity, a cell or the world. On itself a source
// has an effect in the same tick; on all others in the next tick. A tick applies the kinds of effects in the
// order of the game's list. The effects of one kind on one addressee come in the order of a scatter of (seed,
// tick, source), so no id wins every race. The effects of one source keep their order. Between addressees an
// order means nothing, because each one changes itself alone.
//
// Owned by a zone; one thread. Memory is kept from tick to tick.
#pragma once

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <vector>

#include "madang/base/random.h"
#include "madang/wire/table.h"
#include "madang/world/attributes.h"
#include "madang/world/entity_id.h"

namespace madang::world {

/// The engine's own effect on the entity of a character that leaves the world. Rules that do not apply it let
/// the entity leave.
struct Left {
  static constexpr auto table = effect("Left", "The player has left the world.", WhenGone::drop);
};

/// The engine's own effect on the entity of a character whose player comes back on another connection. The
/// new client gets all that it may see, and all attributes that are for the owner. Rules that apply it can
/// answer what else the client should know.
struct Attached {
  static constexpr auto table = effect("Attached", "The player has come back.", WhenGone::drop);
};

/// An effect that comes back, because its addressee is gone. If the giver is gone too, the world gets it.
template <class Effect>
struct Returned {
  EntityId giver;
  EntityId addressee;
  Effect effect;
  static constexpr auto table = world::effect("Returned", "An effect that comes back.", WhenGone::drop,
                                              wire::field("giver", &Returned::giver, "who made the effect"),
                                              wire::field("addressee", &Returned::addressee, "who is gone"),
                                              wire::field("effect", &Returned::effect, "the effect"));
};

template <class Effect>
inline constexpr bool is_returned = false;
template <class Effect>
inline constexpr bool is_returned<Returned<Effect>> = true;

/// Added to the numbers of the effects that a source has on itself. These arrive together with those that it
/// made in the tick before, whose numbers are the same.
inline constexpr std::uint32_t own_effect = 1u << 31;

/// An effect on its way.
template <class Effect>
struct Sent {
  std::uint64_t order = 0;  ///< the scatter; made when the effect arrives
  EntityId from;
  std::uint32_t number = 0;  ///< of the effects of this source in its tick; what is returned keeps it
  EntityId to;
  Effect effect;

  constexpr bool comes_before(const Sent& other) const {
    const auto key = std::tie(order, from, number, to);
    const auto other_key = std::tie(other.order, other.from, other.number, other.to);
    // What several givers have sent to one addressee has the same source when the world gets it back.
    if constexpr (is_returned<Effect>)
      return std::tie(key, effect.giver) < std::tie(other_key, other.effect.giver);
    return key < other_key;
  }
};

/// An effect that an entity has on itself in the tick in which it decides.
template <class Effect>
struct OwnEffect {
  std::uint32_t activity = 0;  ///< index of what the entity does in this tick
  std::uint32_t number = 0;    ///< as in Sent
  Effect effect;
};

/// Returns the place of a source among all sources of a tick.
constexpr std::uint64_t order_of(std::uint64_t seed, std::uint64_t tick, EntityId source) {
  return scatter(scatter(seed ^ scatter(tick)) ^ scatter(source.high) ^ source.low);
}

// ---- The list of all kinds of effects of a game: its own, those that come back, and the engine's

template <class... Lists>
struct Joined;
template <class... A>
struct Joined<wire::Types<A...>> {
  using Type = wire::Types<A...>;
};
template <class... A, class... B, class... Rest>
struct Joined<wire::Types<A...>, wire::Types<B...>, Rest...> : Joined<wire::Types<A..., B...>, Rest...> {};

template <class Effect>
concept GivenBack = Effect::table.when_gone == WhenGone::give_back;

template <class Effect>
struct WithReturn {
  using Type = wire::Types<Effect>;
};
template <GivenBack Effect>
struct WithReturn<Effect> {
  using Type = wire::Types<Effect, Returned<Effect>>;
};

template <class Own>
struct AllEffects;
template <class... Own>
struct AllEffects<wire::Types<Own...>> {
  using Type = Joined<typename WithReturn<Own>::Type..., wire::Types<Attached, Left>>::Type;
};

// ---- The queues

/// `Item` is Sent or OwnEffect.
template <template <class> class Item, class Kinds>
class QueuesOf;
template <template <class> class Item, class... Kinds>
class QueuesOf<Item, wire::Types<Kinds...>> {
 public:
  template <class Effect>
  std::vector<Item<Effect>>& of() {
    return std::get<std::vector<Item<Effect>>>(queues_);
  }
  template <class Effect>
  const std::vector<Item<Effect>>& of() const {
    return std::get<std::vector<Item<Effect>>>(queues_);
  }
  /// Calls visit(queue) for each kind, in the order of the list.
  template <class Visit>
  void for_each(Visit visit) {
    (visit(of<Kinds>()), ...);
  }
  template <class Visit>
  void for_each(Visit visit) const {
    (visit(of<Kinds>()), ...);
  }
  std::size_t size() const { return (of<Kinds>().size() + ...); }
  void clear() { (of<Kinds>().clear(), ...); }

 private:
  std::tuple<std::vector<Item<Kinds>>...> queues_;
};
template <class Kinds>
using EffectQueues = QueuesOf<Sent, Kinds>;
template <class Kinds>
using OwnEffectQueues = QueuesOf<OwnEffect, Kinds>;

}  // namespace madang::world
