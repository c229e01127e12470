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

#include "madang/world/world.h"

namespace madang::world {

inline constexpr std::string_view snapshot_begin = "madang world";

class SnapshotWriter {
 public:
  explicit SnapshotWriter(Buffer& out) : out_(out), begin_(out.size()) {}
  template <class T>
  void add(const T& value) {
    wire::put(out_.extend(wire::size_of(value)), value);
  }
  void end() {
    StateHash hash;
    hash.add(as_text(out_.bytes().subspan(begin_)));
    add(hash.value());
  }

 private:
  Buffer& out_;
  const std::size_t begin_;
};

class SnapshotReader {
 public:
  explicit SnapshotReader(Bytes bytes) : rest_(bytes) {}
  template <class T>
  void get(T& value) {
    if (is_good_) is_good_ = wire::parse(rest_, value);
  }
  template <class T>
  T get() {
    T value{};
    get(value);
    return value;
  }
  /// Returns the number of items of a list. Each item has at least one byte.
  std::uint32_t count() {
    const auto count = get<std::uint32_t>();
    if (count > rest_.size()) is_good_ = false;
    return is_good_ ? count : 0;
  }
  bool is_good() const { return is_good_; }
  bool is_complete() const { return is_good_ && rest_.empty(); }

 private:
  Bytes rest_;
  bool is_good_ = true;
};

template <class Game>
void World<Game>::save(Buffer& out) const {
  SnapshotWriter writer(out);
  writer.add(snapshot_begin);
  writer.add(schema_of_state<Parts>());
  writer.add(core_.tick);
  writer.add(core_.world);

  std::vector<std::uint32_t> slots;
  core_.registry.for_each([&](std::uint32_t slot) { slots.push_back(slot); });
  std::ranges::sort(slots, {}, [&](std::uint32_t slot) { return core_.registry.row(slot).id; });
  writer.add(static_cast<std::uint32_t>(slots.size()));
  for (const std::uint32_t slot : slots)
    for_each_column(core_, slot, [&](std::string_view, const auto& value) { writer.add(value); });

  std::vector<std::pair<CellIndex, typename Parts::Ground>> grounds;
  core_.grounds.for_each([&](CellIndex cell, const auto& ground) { grounds.emplace_back(cell, ground); });
  std::ranges::sort(grounds, {}, [](const auto& one) { return one.first; });
  writer.add(static_cast<std::uint32_t>(grounds.size()));
  for (const auto& [cell, ground] : grounds) {
    writer.add(cell.value);
    writer.add(ground);
  }

  made_.next.for_each([&]<class Effect>(const std::vector<Sent<Effect>>& queue) {
    // The order of arrival is made anew in the next tick. Here the order only makes equal states equal bytes.
    std::vector<Sent<Effect>> sorted = queue;
    std::ranges::sort(sorted, [](const auto& one, const auto& other) { return one.comes_before(other); });
    writer.add(static_cast<std::uint32_t>(sorted.size()));
    for (const Sent<Effect>& sent : sorted) for_each_part(sent, [&](const auto& part) { writer.add(part); });
  });

  // In their order, which the next output shows.
  writer.add(static_cast<std::uint32_t>(watch_changes_.size()));
  for (const WorldOutput::WatchChange& change : watch_changes_) {
    writer.add(change.character.value);
    writer.add(change.before);
    writer.add(change.now);
  }
  writer.add(static_cast<std::uint32_t>(news_.leaves.size()));
  for (const auto& leave : news_.leaves) {
    writer.add(leave.cell.value);
    writer.add(leave.alias);
  }
  writer.end();
}

template <class Game>
std::optional<std::string> World<Game>::load(Bytes snapshot) {
  MADANG_CHECK(core_.tick == 0 && core_.registry.size() == 0,
               "a snapshot is loaded into a world that has begun");
  if (snapshot.size() < sizeof(std::uint64_t)) return "it is too short to be a snapshot";
  const Bytes content = snapshot.first(snapshot.size() - sizeof(std::uint64_t));
  SnapshotReader reader(content);
  if (reader.get<std::string_view>() != snapshot_begin) return "it is not a snapshot of a world";
  StateHash hash;
  hash.add(as_text(content));
  if (hash.value() != ::madang::load<std::uint64_t>(content.data() + content.size()))
    return "it is damaged: its bytes do not have the hash that they had when they were saved";
  if (reader.get<std::uint64_t>() != schema_of_state<Parts>())
    return "it was saved by another version of the game: the attributes or the effects differ";

  const auto tick = reader.get<std::uint64_t>();
  const auto world = reader.get<typename Parts::WorldState>();
  struct Entity {
    Row row;
    std::size_t place;  // in the list of its kind
  };
  std::vector<Entity> entities;
  Columns<Kinds> columns;
  const auto is_in_grid = [&](const CellRect& rect) {
    return rect.empty() || (rect.x1 < core_.grid.columns() && rect.y1 < core_.grid.rows());
  };
  const auto is_cell = [&](CellIndex cell) { return cell.value < core_.grid.cell_count(); };
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
    fits = fits && is_known && row.id.is_entity() && core_.is_on_map(row.position) && is_in_grid(row.watch) &&
           (entities.empty() || entities.back().row.id < row.id);
    entities.push_back({row, row.place});
  }
  fits = fits && entities.size() <= core_.config.entities_max;
  std::vector<CharacterId> characters;
  std::vector<std::uint64_t> aliases;  // with their cells
  for (const Entity& entity : entities) {
    const Row& row = entity.row;
    if (row.character) characters.push_back(row.character);
    fits = fits && row.alias != alias_of_cell && (row.character || row.watch.empty());
    if (fits) aliases.push_back(key_of(core_.grid.cell_of(row.position), row.alias));
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

  core_.tick = tick;
  core_.world = world;
  core_.columns = std::move(columns);
  for (const Entity& entity : entities) {
    core_.registry.add(entity.row);
    core_.grid.for_each_without(entity.row.watch, {}, [&](CellIndex cell) { ++core_.watched.get(cell); });
    if (entity.row.wake_at != 0) wakings_.push_back({entity.row.wake_at, entity.row.id});
  }
  std::ranges::make_heap(wakings_, std::greater{});
  for (const auto& [cell, ground] : grounds) core_.grounds.get(cell) = ground;
  made_.next = std::move(pending);
  watch_changes_ = std::move(watch_changes);
  news_.leaves = std::move(leaves);
  return std::nullopt;
}

}  // namespace madang::world
