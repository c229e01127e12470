// Snapshots of a World. Included by world.h.
//
//   text   "madang world"
//   u64    hash of the columns and effects of the game: another version of a game is refused
//   u64    tick
//          the attributes of the world
//   u32    number of entities, then each one in the order of ids: u8 kind, columns
//   u32    number of grounds, in the order of cells: u32 cell, attributes
//          for each kind of effects: u32 number, effects in their order of arrival
//   u32    number of watch changes, u32 number of leaves: what clients get in the next tick
//   u64    hash of all bytes before it
//
// Numbers are little-endian.
#pragma once

#include <algorithm>
#include <string_view>

#include "madang/world/state_bytes.h"
#include "madang/world/world.h"

namespace madang::world {

inline constexpr std::string_view snapshot_begin = "madang world";

template <class Game>
void World<Game>::save(Buffer& out) const {
  StateWriter writer(out);
  writer.add(snapshot_begin);
  writer.add(schema_of_state<Parts>());
  writer.add(first().tick);
  writer.add(first().world);

  struct Place {
    EntityId id;
    const Core<Parts>* core;
    std::uint32_t slot;
  };
  std::vector<Place> places;
  std::vector<std::pair<CellIndex, typename Parts::Ground>> grounds;
  std::vector<typename News<Parts>::Leave> leaves;
  for (const auto& zone : zones_) {
    const Core<Parts>& core = zone->core();
    core.registry.for_each(
        [&](std::uint32_t slot) { places.push_back({core.registry.row(slot).id, &core, slot}); });
    core.grounds.for_each([&](CellIndex cell, const auto& ground) { grounds.emplace_back(cell, ground); });
    leaves.insert(leaves.end(), zone->leaves().begin(), zone->leaves().end());
  }
  std::ranges::sort(places, {}, &Place::id);
  writer.add(static_cast<std::uint32_t>(places.size()));
  for (const Place& place : places)
    for_each_column(*place.core, place.slot, [&](std::string_view, const auto& value) { writer.add(value); });

  std::ranges::sort(grounds, {}, [](const auto& one) { return one.first; });
  writer.add(static_cast<std::uint32_t>(grounds.size()));
  for (const auto& [cell, ground] : grounds) {
    writer.add(cell.value);
    writer.add(ground);
  }

  pending().for_each([&]<class Effect>(std::vector<Sent<Effect>>& queue) {
    // The order of arrival is made anew in the next tick. Here the order only makes equal states equal bytes.
    std::ranges::sort(queue, [](const auto& one, const auto& other) { return one.comes_before(other); });
    writer.add(static_cast<std::uint32_t>(queue.size()));
    for (const Sent<Effect>& sent : queue) for_each_part(sent, [&](const auto& part) { writer.add(part); });
  });

  // In their order, which the next output shows.
  std::vector<WorldOutput::WatchChange> watch_changes;
  for (const auto& zone : zones_)
    watch_changes.insert(watch_changes.end(), zone->watch_changes().begin(), zone->watch_changes().end());
  // A character that left and came back in one tick has two.
  std::ranges::sort(watch_changes, {},
                    [](const auto& change) { return std::pair(change.character, !change.now.empty()); });
  writer.add(static_cast<std::uint32_t>(watch_changes.size()));
  for (const WorldOutput::WatchChange& change : watch_changes) {
    writer.add(change.character.value);
    writer.add(change.before);
    writer.add(change.now);
  }
  std::ranges::sort(leaves, {}, [](const auto& leave) { return key_of(leave.cell, leave.alias); });
  writer.add(static_cast<std::uint32_t>(leaves.size()));
  for (const auto& leave : leaves) {
    writer.add(leave.cell.value);
    writer.add(leave.alias);
  }
  writer.end();
}

template <class Game>
std::optional<std::string> World<Game>::load(Bytes snapshot) {
  MADANG_CHECK(first().tick == 0 && entity_count() == 0, "a snapshot is loaded into a world that has begun");
  if (snapshot.size() < sizeof(std::uint64_t)) return "it is too short to be a snapshot";
  const Bytes content = snapshot.first(snapshot.size() - sizeof(std::uint64_t));
  StateReader reader(content);
  if (reader.get<std::string_view>() != snapshot_begin) return "it is not a snapshot of a world";
  StateHash hash;
  hash.add(as_text(content));
  if (hash.value() != ::madang::load<std::uint64_t>(content.data() + content.size()))
    return "it is damaged: its bytes do not have the hash that they had when they were saved";
  if (reader.get<std::uint64_t>() != schema_of_state<Parts>())
    return "it was saved by another version of the game: the attributes or the effects differ";

  const auto tick = reader.get<std::uint64_t>();
  const auto world = reader.get<typename Parts::WorldState>();
  std::vector<Row> entities;  // `place` is that in `columns`
  Columns<Kinds> columns;
  const auto is_in_grid = [&](const CellRect& rect) {
    return rect.empty() || (rect.x1 < first().grid.columns() && rect.y1 < first().grid.rows());
  };
  const auto is_cell = [&](CellIndex cell) { return cell.value < first().grid.cell_count(); };
  bool fits = true;
  for (std::uint32_t left = reader.count(); left > 0 && reader.is_good(); --left) {
    Row row;
    reader.get(row.kind);
    const auto read_kind = [&]<class E>(wire::Types<E>) {
      if (row.kind != index_in<E, Kinds>) return false;
      E attributes{};
      for_each_column(row, attributes, [&](std::string_view, auto& value) { reader.get(value); });
      row.place = columns.add(attributes);
      return true;
    };
    const bool is_known = [&]<class... E>(wire::Types<E...>) {
      return (read_kind(wire::Types<E>{}) || ...);
    }(Kinds{});
    fits = fits && is_known && row.id.is_entity() && first().is_on_map(row.position) &&
           is_in_grid(row.watch) && (entities.empty() || entities.back().id < row.id);
    entities.push_back(row);
  }
  fits = fits && entities.size() <= first().config.entities_max;
  std::vector<CharacterId> characters;
  std::vector<std::uint64_t> aliases;  // with their cells
  for (const Row& row : entities) {
    if (row.character) characters.push_back(row.character);
    fits = fits && row.alias != alias_of_cell && (row.character || row.watch.empty());
    if (fits) aliases.push_back(key_of(first().grid.cell_of(row.position), row.alias));
  }
  const auto has_twice = [](auto& list) {
    std::ranges::sort(list);
    return std::ranges::adjacent_find(list) != list.end();
  };
  fits = fits && !has_twice(characters) && !has_twice(aliases);
  std::vector<std::pair<CellIndex, typename Parts::Ground>> grounds;
  for (std::uint32_t left = reader.count(); left > 0 && reader.is_good(); --left) {
    const CellIndex cell{reader.get<std::uint32_t>()};
    grounds.emplace_back(cell, reader.get<typename Parts::Ground>());
    fits = fits && is_cell(cell);
  }
  EffectQueues<All> pending;
  pending.for_each([&]<class Effect>(std::vector<Sent<Effect>>& queue) {
    for (std::uint32_t left = reader.count(); left > 0 && reader.is_good(); --left) {
      Sent<Effect>& sent = queue.emplace_back();
      for_each_part(sent, [&](auto& part) { reader.get(part); });
      fits = fits && (!sent.to.is_cell() || is_cell(sent.to.cell()));
    }
  });
  std::vector<WorldOutput::WatchChange> watch_changes(reader.count());
  for (WorldOutput::WatchChange& change : watch_changes) {
    reader.get(change.character.value);
    reader.get(change.before);
    reader.get(change.now);
    fits = fits && is_in_grid(change.before) && is_in_grid(change.now);
  }
  std::vector<typename News<Parts>::Leave> leaves(reader.count());
  for (auto& leave : leaves) {
    reader.get(leave.cell.value);
    reader.get(leave.alias);
    fits = fits && is_cell(leave.cell);
  }
  if (!reader.is_complete()) return "its lists do not fit its length";
  if (!fits) return "it does not fit this world: has the map, or a setting of the world, changed?";

  for (const auto& zone : zones_)
    zone->restore(tick, world, entities, columns, grounds, pending, watch_changes, leaves);
  for (const Row& row : entities)
    if (row.character && cut_)
      cut_->zone_of.get(CharacterKey{row.character.value}) =
          static_cast<std::uint8_t>(zone_map_.owner(grid().cell_of(row.position)));
  return std::nullopt;
}

}  // namespace madang::world
