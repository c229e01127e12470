// A Zone takes its part of a snapshot. Included by zone.h.
#pragma once

#include <algorithm>

#include "madang/world/zone.h"

namespace madang::world {

/// Takes what the zone owns, and copies of what it may see. `columns` has the attributes of the entities.
template <class Game>
void Zone<Game>::restore(std::uint64_t tick, const typename Parts::WorldState& world,
                         const std::vector<Row>& entities, const Columns<Kinds>& columns,
                         const Grounds& grounds, const EffectQueues<All>& pending,
                         const WatchChanges& watch_changes, const Leaves& leaves) {
  core_.tick = tick;
  core_.world = world;
  for (const Row& entity : entities) {
    const CellIndex cell = core_.grid.cell_of(entity.position);
    columns.with(entity.kind, entity.place, [&](const auto& attributes) {
      if (!owns(cell)) {
        note_elsewhere(entity.id, entity.character);
        return see(entity.id, entity.character, entity.position, attributes);
      }
      Row row = entity;
      row.place = core_.columns.add(attributes);
      core_.registry.add(row);
      if (row.wake_at != 0) wakings_.push_back({row.wake_at, row.id});
    });
    core_.grid.for_each_without(entity.watch, {}, [&](CellIndex watched) {
      if (owns(watched)) ++core_.watched.get(watched);
    });
  }
  std::ranges::make_heap(wakings_, std::greater{});
  for (const auto& [cell, ground] : grounds) {
    if (owns(cell))
      core_.grounds.get(cell) = ground;
    else if (zones_.sees(number_, cell))
      cut_->beyond.grounds.get(cell) = ground;
  }
  // What is for nobody is in the first zone.
  pending.for_each([&]<class Effect>(const std::vector<Sent<Effect>>& queue) {
    for (const Sent<Effect>& sent : queue)
      if (is_here(sent.to) || (has_world() && !is_elsewhere(sent.to)))
        made_.next.template of<Effect>().push_back(sent);
  });
  for (const WorldOutput::WatchChange& change : watch_changes) {
    follows_next_ |= !change.now.empty();
    // That of a character that has left is in the first zone.
    const bool is_own = core_.registry.find(change.character) != Registry::none ||
                        (has_world() && !(is_cut() && cut_->directory.has(change.character)));
    if (is_own)
      watch_changes_.push_back(change);
    else if (!own(change.before).empty() || !own(change.now).empty())
      cut_->watch_changes.push_back(change);
  }
  for (const auto& leave : leaves)
    if (owns(leave.cell)) news_.leaves.push_back(leave);
}

}  // namespace madang::world
