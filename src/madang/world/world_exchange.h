// The third step of a World's tick: exchange. Included by world.h.
#pragma once

#include <algorithm>

#include "madang/world/world.h"

namespace madang::world {

template <class Game>
void World<Game>::exchange() {
  // In the order of ids, because the lists of those who entered and left are shown to others.
  std::ranges::sort(activities_, {}, [](const Activity& activity) { return activity.maker.id; });
  for (const Activity& activity : activities_) settle(activity);
  made_.births.for_each([&]<class E>(std::vector<Birth<E>>& births) {
    std::ranges::sort(births, {}, &Birth<E>::id);
    for (const Birth<E>& birth : births) appear(birth);
  });
  end_activities();
}

template <class Game>
void World<Game>::settle(const Activity& activity) {
  const Row& row = core_.registry.row(activity.slot);
  if (activity.is_leaving) return remove(activity.slot);
  if (activity.position == row.position) return;
  core_.registry.move(activity.slot, activity.position);
  watch(activity.slot);
}

template <class Game>
void World<Game>::remove(std::uint32_t slot) {
  const Row row = core_.registry.row(slot);
  if (row.character) made_.output.left.push_back({row.character, row.id, row.position});
  change_watch(row.watch, {});
  core_.columns.remove(row.kind, row.place);
  core_.registry.remove(slot);
}

template <class Game>
template <class E>
void World<Game>::appear(const Birth<E>& birth) {
  const bool is_full = core_.registry.size() >= core_.config.entities_max;
  if (is_full) {
    ++births_refused_;
    if (birth.character) made_.output.refused.push_back({birth.character, CloseReason::world_full});
    return;
  }
  if (birth.character && core_.registry.find(birth.character) != Registry::none) return;  // is here already
  Row row;
  row.id = birth.id;
  row.character = birth.character;
  row.position = birth.position;
  row.kind = index_in<E, Kinds>;
  row.place = core_.columns.add(birth.attributes);
  const std::uint32_t slot = core_.registry.add(row);
  watch(slot);
  if (birth.character) made_.output.entered.push_back({birth.character, birth.id, birth.position});
}

/// Computes which cells the player of an entity watches from where the entity stands now.
template <class Game>
void World<Game>::watch(std::uint32_t slot) {
  Row& row = core_.registry.row(slot);
  if (!row.character) return;
  const CellRect before = row.watch;
  row.watch =
      watch_from(core_.grid, {core_.config.view_radius, core_.config.leave_radius}, row.position, before);
  if (row.watch != before) change_watch(before, row.watch);
}

template <class Game>
void World<Game>::change_watch(const CellRect& before, const CellRect& now) {
  core_.grid.for_each_without(now, before, [&](CellIndex cell) { ++core_.watched.get(cell); });
  core_.grid.for_each_without(before, now, [&](CellIndex cell) {
    std::uint32_t& watchers = core_.watched.get(cell);
    if (--watchers == 0) core_.watched.erase(cell);
  });
}

template <class Game>
void World<Game>::end_activities() {
  active_count_ = activities_.size();
  for (const Activity& activity : activities_) core_.registry.row(activity.slot).activity = Row::inactive;
  activities_.clear();
  for (const CellActivity& activity : cell_activities_) cell_activity_.erase(activity.cell);
  cell_activities_.clear();
}

}  // namespace madang::world
