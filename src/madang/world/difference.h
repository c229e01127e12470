// Difference: the first column in which two worlds of a game differ. For tests, and to find why a record does
// not play back to the same state. Pure functions; any thread that may read both worlds.
#pragma once

#include <fmt/core.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "madang/world/state.h"

namespace madang::world {

struct Difference {
  std::uint64_t tick = 0;  ///< of the first world
  EntityId entity;         ///< the world itself, or a cell, if no entity differs
  std::string column;
  std::string one;    ///< the value in the first world
  std::string other;  ///< the value in the second world
};

/// Returns a value of the state as text.
template <class T>
std::string describe(const T& value) {
  if constexpr (std::same_as<T, EntityId>) {
    return text_of(value);
  } else if constexpr (wire::Record<T>) {
    std::string text;
    wire::for_each_field<T>([&](const auto& field) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", field.name, describe(value.*(field.member)));
    });
    return text;
  } else if constexpr (wire::is_array<T>) {
    std::string text;
    for (const auto& item : value) text += fmt::format("{}{}", text.empty() ? "" : ", ", describe(item));
    return '[' + text + ']';
  } else if constexpr (wire::is_short_text<T>) {
    return fmt::format("\"{}\"", value.view());
  } else {
    return fmt::format(
        "{}", static_cast<std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>(value));
  }
}

inline std::string describe(const Difference& difference) {
  return fmt::format("tick {}, entity {}, column {}: {} and {}", difference.tick, describe(difference.entity),
                     difference.column, difference.one, difference.other);
}

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
/// world's own attributes. Effects on their way are not compared: they show in the next tick.
template <class Parts>
std::optional<Difference> first_difference(const Core<Parts>& one, const Core<Parts>& other) {
  const auto differs = [&](EntityId entity, std::string column, std::string a, std::string b) {
    return Difference{one.tick, entity, std::move(column), std::move(a), std::move(b)};
  };
  if (one.tick != other.tick)
    return differs(EntityId::of_world(), "tick", describe(one.tick), describe(other.tick));

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
      return differs(id, "id", presence(a), presence(b));
    }
    if (hash_of(one, a) == hash_of(other, b)) continue;
    const auto its = columns_as_text(one, a);
    const auto their = columns_as_text(other, b);
    for (std::size_t i = 0; i < std::min(its.size(), their.size()); ++i)
      if (its[i] != their[i]) return differs(id, its[i].first, its[i].second, their[i].second);
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

}  // namespace madang::world
