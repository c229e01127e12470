// first_difference(): compares the states of two worlds of a game, column by column. For tests, and to find
// why a record does not play back to the same state. Pure functions; any thread that may read both worlds.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "madang/world/describe.h"
#include "madang/world/difference.h"
#include "madang/world/state.h"

namespace madang::world {

/// Returns the columns of an entity by name, as text.
template <class Parts>
std::vector<std::pair<std::string, std::string>> columns_as_text(const Core<Parts>& core,
                                                                 std::uint32_t slot) {
  std::vector<std::pair<std::string, std::string>> columns;
  for_each_column(core, slot, [&](std::string_view name, const auto& value) {
    columns.emplace_back(name, describe(value));
  });
  return columns;
}

/// The zones of a world.
template <class Parts>
using Cores = std::vector<const Core<Parts>*>;

/// An entity, and the zone in which it is; null if it is in none.
template <class Parts>
struct Found {
  const Core<Parts>* core = nullptr;
  std::uint32_t slot = Registry::none;
};
template <class Parts>
Found<Parts> find_in(const Cores<Parts>& cores, EntityId id) {
  for (const Core<Parts>* core : cores)
    if (const std::uint32_t slot = core->registry.find(id); slot != Registry::none) return {core, slot};
  return {};
}

/// Returns the first difference of two states, whatever their cuts: of entities in the order of ids, then of
/// cells, then of the world's own attributes.
template <class Parts>
std::optional<Difference> first_difference(const Cores<Parts>& one, const Cores<Parts>& other) {
  const std::uint64_t tick = one[0]->tick;
  const auto differs = [&](EntityId entity, std::string column, std::string a, std::string b) {
    return Difference{tick, entity, std::move(column), std::move(a), std::move(b)};
  };
  if (tick != other[0]->tick)
    return differs(EntityId::of_world(), "tick", describe(tick), describe(other[0]->tick));

  std::vector<EntityId> ids;
  std::vector<CellIndex> cells;
  for (const Cores<Parts>* cores : {&one, &other})
    for (const Core<Parts>* core : *cores) {
      core->registry.for_each([&](std::uint32_t slot) { ids.push_back(core->registry.row(slot).id); });
      core->grounds.for_each([&](CellIndex cell, const auto&) { cells.push_back(cell); });
    }
  std::ranges::sort(ids);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (const EntityId& id : ids) {
    const Found<Parts> a = find_in<Parts>(one, id);
    const Found<Parts> b = find_in<Parts>(other, id);
    const auto of_entity = [&](Difference difference) {
      const Found<Parts>& found = a.core ? a : b;
      difference.character = found.core->registry.row(found.slot).character;
      return difference;
    };
    if (!a.core || !b.core) {
      const auto presence = [](const Found<Parts>& found) { return found.core ? "is here" : "is missing"; };
      return of_entity(differs(id, "id", presence(a), presence(b)));
    }
    if (hash_of(*a.core, a.slot) == hash_of(*b.core, b.slot)) continue;
    const auto its = columns_as_text(*a.core, a.slot);
    const auto their = columns_as_text(*b.core, b.slot);
    for (std::size_t i = 0; i < std::min(its.size(), their.size()); ++i)
      if (its[i] != their[i]) return of_entity(differs(id, its[i].first, its[i].second, their[i].second));
  }

  std::ranges::sort(cells);
  const auto ground_text = [](const Cores<Parts>& cores, CellIndex cell) {
    for (const Core<Parts>* core : cores)
      if (const auto* ground = core->grounds.find(cell)) return describe(*ground);
    return describe(typename Parts::Ground{});
  };
  for (const CellIndex cell : cells)
    if (const std::string a = ground_text(one, cell), b = ground_text(other, cell); a != b)
      return differs(EntityId::of(cell), "ground", a, b);
  if (const std::string a = describe(one[0]->world), b = describe(other[0]->world); a != b)
    return differs(EntityId::of_world(), "world", a, b);
  return std::nullopt;
}

/// Returns the first difference of the effects on their way, kind by kind.
template <class Queues>
std::optional<Difference> first_difference(std::uint64_t tick, const Queues& one, const Queues& other) {
  std::optional<Difference> found;
  one.for_each([&]<class Effect>(const std::vector<Sent<Effect>>& queue) {
    if (found) return;
    const auto sorted = [](std::vector<Sent<Effect>> effects) {
      std::ranges::sort(effects, [](const auto& a, const auto& b) { return a.comes_before(b); });
      return effects;
    };
    const auto its = sorted(queue);
    const auto their = sorted(other.template of<Effect>());
    const auto text_at = [](const auto& effects, std::size_t i) -> std::string {
      return i < effects.size()
                 ? fmt::format("from {} ({})", text_of(effects[i].from), describe(effects[i].effect))
                 : "is missing";
    };
    for (std::size_t i = 0; i < std::max(its.size(), their.size()); ++i) {
      if (i < its.size() && i < their.size() && hash_of(its[i]) == hash_of(their[i])) continue;
      const EntityId to = i < its.size() ? its[i].to : their[i].to;
      found = Difference{tick, to, fmt::format("effect {} on its way", Effect::table.name), text_at(its, i),
                         text_at(their, i)};
      return;
    }
  });
  return found;
}

}  // namespace madang::world
