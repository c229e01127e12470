// The state of a world as a list of columns. One visitor makes the hash, the snapshot and the comparison, so
// that none of them can forget an attribute. Pure functions; any thread that may read the world.
#pragma once

#include <cstdint>
#include <string_view>

#include "madang/world/attributes.h"
#include "madang/world/core.h"
#include "madang/world/effects.h"

namespace madang::world {

/// Calls visit(name, value) for each column of an entity: those of the engine, then its attributes. Both may
/// be const, or both not.
template <class RowType, class E, class Visit>
void for_each_column(RowType& row, E& attributes, Visit visit) {
  visit("id", row.id);
  visit("character", row.character.value);
  visit("position", row.position);
  visit("alias", row.alias);
  visit("watch", row.watch);
  std::uint64_t wake_at = row.wake_at;
  visit("wake_at", wake_at);
  if constexpr (!std::is_const_v<RowType>) row.wake_at = wake_at;
  wire::for_each_field<std::remove_const_t<E>>(
      [&](const auto& field) { visit(field.name, attributes.*(field.member)); });
}
template <class Parts, class Visit>
void for_each_column(const Core<Parts>& core, std::uint32_t slot, Visit visit) {
  const Row& row = core.registry.row(slot);
  visit("kind", row.kind);
  core.columns.with(row.kind, row.place,
                    [&](const auto& attributes) { for_each_column(row, attributes, visit); });
}

/// Returns the hash of an entity.
template <class Parts>
std::uint64_t hash_of(const Core<Parts>& core, std::uint32_t slot) {
  StateHash hash;
  for_each_column(core, slot, [&](std::string_view, const auto& value) { add_to(hash, value); });
  return hash.value();
}

template <class T>
std::uint64_t hash_of(const T& value) {
  StateHash hash;
  add_to(hash, value);
  return hash.value();
}

/// Calls visit(value) for each part of an effect on its way.
template <class SentType, class Visit>
void for_each_part(SentType& sent, Visit visit) {
  visit(sent.from);
  visit(sent.number);
  visit(sent.to);
  visit(sent.effect);
}

template <class Effect>
std::uint64_t hash_of(const Sent<Effect>& sent) {
  StateHash hash;
  hash.add(Effect::table.name);
  for_each_part(sent, [&](const auto& part) { add_to(hash, part); });
  return hash.value();
}

// The hash of a whole state is a sum over all parts, so it needs no order, and the hashes of the zones of a
// world can be added.

/// Returns the hash of what a world has once, whatever its cut.
template <class Parts>
std::uint64_t hash_of_world(const Core<Parts>& core) {
  StateHash fixed;
  fixed.add(core.config.key.seed);
  fixed.add(core.config.key.number);
  fixed.add(core.tick);
  add_to(fixed, core.world);
  return fixed.value();
}
/// Returns the sum of the hashes of what a zone owns.
template <class Parts, class Queues>
std::uint64_t hash_of_parts(const Core<Parts>& core, const Queues& pending) {
  std::uint64_t sum = 0;
  core.registry.for_each([&](std::uint32_t slot) { sum += scatter(hash_of(core, slot)); });
  core.grounds.for_each(
      [&](CellIndex cell, const auto& ground) { sum += scatter(hash_of(ground) ^ scatter(cell.value)); });
  pending.for_each([&](const auto& queue) {
    for (const auto& sent : queue) sum += scatter(hash_of(sent) + 1);
  });
  return sum;
}

/// Returns the hash of the names of all columns and effects of a game.
template <class Parts>
std::uint64_t schema_of_state() {
  StateHash hash;
  const auto add_record = [&]<class T>(wire::Types<T>) {
    hash.add(T::table.name);
    const T one{};
    wire::for_each_field<T>([&](const auto& field) {
      hash.add(field.name);
      hash.add(wire::size_of(one.*(field.member)));
    });
  };
  const auto add_all = [&]<class... T>(wire::Types<T...>) { (add_record(wire::Types<T>{}), ...); };
  add_all(typename Parts::Entities{});
  add_all(typename AllEffects<typename Parts::Effects>::Type{});
  add_all(wire::Types<typename Parts::WorldState, typename Parts::Ground>{});
  return hash.value();
}

}  // namespace madang::world
