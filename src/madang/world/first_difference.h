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

/// Returns the first difference of two states: of entities in the order of ids, then of cells, then of the
/// world's own attributes.
template <class Parts>
std::optional<Difference> first_difference(const Core<Parts>& one, const Core<Parts>& other) {
  const auto differs = [&](EntityId entity, std::string column, std::string a, std::string b) {
    return Difference{one.tick, entity, std::move(column), std::move(a), std::move(b)};
  };
  if (one.tick != other.tick)
    return differs(EntityId::of_world(), "tick", describe(one.tick), describe(other.tick));

  const auto of_entity = [&](std::uint32_t a, std::uint32_t b, Difference difference) {
    difference.character =
        a != Registry::none ? one.registry.row(a).character : other.registry.row(b).character;
    return difference;
  };
  std::vector<EntityId> ids;
  one.registry.for_each([&](std::uint32_t slot) { ids.push_back(one.registry.row(slot).id); });
  other.registry.for_each([&](std::uint32_t slot) { ids.push_back(other.registry.row(slot).id); });
  std::ranges::sort(ids);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (const EntityId& id : ids) {
    const std::uint32_t a = one.registry.find(id);
    const std::uint32_t b = other.registry.find(id);
    if (a == Registry::none || b == Registry::none) {
      const auto presence = [](std::uint32_t slot) {
        return slot == Registry::none ? "is missing" : "is here";
      };
      return of_entity(a, b, differs(id, "id", presence(a), presence(b)));
    }
    if (hash_of(one, a) == hash_of(other, b)) continue;
    const auto its = columns_as_text(one, a);
    const auto their = columns_as_text(other, b);
    for (std::size_t i = 0; i < std::min(its.size(), their.size()); ++i)
      if (its[i] != their[i])
        return of_entity(a, b, differs(id, its[i].first, its[i].second, their[i].second));
  }

  std::vector<CellIndex> cells;
  one.grounds.for_each([&](CellIndex cell, const auto&) { cells.push_back(cell); });
  other.grounds.for_each([&](CellIndex cell, const auto&) { cells.push_back(cell); });
  std::ranges::sort(cells);
  for (const CellIndex cell : cells)
    if (const std::string a = describe(one.ground(cell)), b = describe(other.ground(cell)); a != b)
      return differs(EntityId::of(cell), "ground", a, b);
  if (const std::string a = describe(one.world), b = describe(other.world); a != b)
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
