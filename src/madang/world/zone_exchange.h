// The third step of the tick of a Zone: exchange. Included by zone.h.
#pragma once

#include <algorithm>

#include "madang/base/sort_by_key.h"
#include "madang/world/zone.h"

namespace madang::world {

template <class Game>
void Zone<Game>::exchange() {
  begin_watches();
  tell_attached();
  // In any order: what others see is sorted afterwards.
  for (const Activity& activity : activities_) settle(activity);
  appear_all();
  end_exchange();
}

template <class Game>
void Zone<Game>::appear_all() {
  made_.births.for_each([&]<class E>(std::vector<Birth<E>>& births) {
    // By id. A world that places one character twice makes two of one id, which keep their order.
    std::vector<Birth<E>>& spare = spare_births_.template of<E>();
    sort_by_key(births, spare, [](const Birth<E>& birth) { return birth.id.low; });
    sort_by_key(births, spare, [](const Birth<E>& birth) { return birth.id.high; });
    for (const Birth<E>& birth : births) appear(birth);
  });
}

template <class Game>
void Zone<Game>::end_exchange() {
  give_aliases();
  order_output();
  end_activities();
  end_step(Step::settle);
  news_.encode(core_, made_.output, follows_);
  count_watchers();
  arriving_.clear();
  is_at_rest_ = made_.next.size() == 0 && watch_changes_.empty() && news_.leaves.empty() &&
                (!acts_by_clock || core_.watched.size() == 0);
  end_step(Step::encode);
}

/// Brings the lists into an order that does not depend on the order of the activities. What one character has
/// keeps its order.
template <class Game>
void Zone<Game>::order_output() {
  const auto by_character = [](const auto& one) { return one.character.value; };
  WorldOutput& output = made_.output;
  // What the world answers comes first, whatever zone it is in.
  if (!output.world_answers.empty()) {
    output.answers.insert(output.answers.begin(), output.world_answers.begin(), output.world_answers.end());
    output.world_answers.clear();
  }
  sort_by_key(output.answers, spare_answers_, by_character);
  std::ranges::sort(output.refused, {}, by_character);  // each character once
  std::ranges::sort(output.entered, {}, &WorldOutput::Change::id);
  std::ranges::sort(output.left, {}, &WorldOutput::Change::id);
  sort_by_key(output.crossings, spare_crossings_, by_character);
  sort_by_key(next_watch_changes_, spare_watch_changes_, by_character);
  for (const WorldOutput::WatchChange& change : next_watch_changes_)
    if (!change.now.empty()) output.unsettled.push_back(change.character);
  sort_by_key(output.told, spare_told_,
              [](const WorldOutput::Told& told) { return key_of(told.cell, told.alias); });
}

/// The cells that are watched from the next tick on.
template <class Game>
void Zone<Game>::count_watchers() {
  for (const WorldOutput::WatchChange& change : next_watch_changes_) count_watchers(change);
  std::swap(watch_changes_, next_watch_changes_);
  if (!is_cut()) return;
  for (const WorldOutput::WatchChange& change : cut_->next_watch_changes) count_watchers(change);
  std::swap(cut_->watch_changes, cut_->next_watch_changes);
}

template <class Game>
void Zone<Game>::count_watchers(const WorldOutput::WatchChange& change) {
  core_.grid.for_each_without(own(change.now), change.before,
                              [&](CellIndex cell) { ++core_.watched.get(cell); });
  core_.grid.for_each_without(own(change.before), change.now, [&](CellIndex cell) {
    if (--core_.watched.get(cell) == 0) core_.watched.erase(cell);
  });
}

/// A client follows its entity one tick later: what it has begun to watch in the tick before, comes now.
template <class Game>
void Zone<Game>::begin_watches() {
  next_watch_changes_.clear();
  follows_ = std::exchange(follows_next_, false);
  news_.begin_tick();
  for (const WorldOutput::WatchChange& change : watch_changes_) {
    if (change.now.empty()) continue;  // its client was told in `left`
    made_.output.watch_changes.push_back(change);
    begin_to_watch(change);
  }
  if (is_cut()) {
    cut_->next_watch_changes.clear();
    for (const WorldOutput::WatchChange& change : cut_->watch_changes) begin_to_watch(change);
  }
  news_.states.insert(news_.states.end(), requested_states_.begin(), requested_states_.end());
  news_.positions.assign(requested_positions_.begin(), requested_positions_.end());
  requested_states_.clear();
  requested_positions_.clear();
}

template <class Game>
void Zone<Game>::begin_to_watch(const WorldOutput::WatchChange& change) {
  core_.grid.for_each_without(own(change.now), change.before,
                              [&](CellIndex cell) { news_.states.push_back(cell); });
}

template <class Game>
void Zone<Game>::settle(const Activity& activity) {
  const std::uint32_t slot = activity.slot;
  Row& row = core_.registry.row(slot);
  row.activity = Row::inactive;
  if (activity.is_leaving) return remove(activity);
  const CellIndex before = core_.registry.cell_of(slot);
  const bool has_moved = activity.position != row.position;
  if (has_moved) core_.registry.move(slot, activity.position);
  const CellIndex now = core_.registry.cell_of(slot);
  const bool has_changed = activity.before != Activity::unchanged;
  if (now != before) {
    news_.leaves.push_back({before, row.alias});
    if (owns(now)) come_into_cell(slot);
    if (has_changed) note_change(activity, slot, false);
  } else if (has_moved || has_changed) {
    const bool is_watched = core_.watched.find(now) != nullptr;
    if (has_moved && is_watched) news_.add_move(core_, now, row);
    if (has_changed) note_change(activity, slot, is_watched);
  }
  if (has_moved) watch(slot);
  if (is_cut() && (has_moved || has_changed)) write_where(before, slot);
}

/// Notes which attributes have changed. `is_shown`: others get those that are for everybody. (Who gets the
/// entity as a whole needs no changes.)
template <class Game>
void Zone<Game>::note_change(const Activity& activity, std::uint32_t slot, bool is_shown) {
  const Row& row = core_.registry.row(slot);
  std::as_const(core_.columns).with(row.kind, row.place, [&]<class E>(const E& now) {
    using Own = AttributesFor<E, Audience::owner>;
    using Shown = AttributesFor<E, Audience::everybody>;
    const E& before = std::as_const(before_).template at<E>(activity.before);
    if (is_shown)
      if (const auto mask = Shown::difference(before, now); mask != 0)
        news_.changes.push_back({key_of(core_.registry.cell_of(slot), row.alias), slot, mask});
    if constexpr (Own::count > 0)
      if (row.character)
        if (const auto mask = Own::difference(before, now); mask != 0)
          tell_owner<E>(row.character, now, mask);
  });
}

/// Tells players that have come back all that only they get. Before the entities go to where they stand now,
/// because that may be another zone.
template <class Game>
void Zone<Game>::tell_attached() {
  for (const CharacterId character : attached_) {
    const Row& row = core_.registry.row(core_.registry.find(character));
    if (activities_[row.activity].is_leaving) continue;
    std::as_const(core_.columns).with(row.kind, row.place, [&]<class E>(const E& attributes) {
      using Own = AttributesFor<E, Audience::owner>;
      if constexpr (Own::count > 0) tell_owner<E>(character, attributes, Own::all);
    });
  }
  attached_.clear();
}

template <class Game>
template <class E>
void Zone<Game>::tell_owner(CharacterId character, const E& attributes,
                            typename AttributesFor<E, Audience::owner>::Mask mask) {
  using Own = AttributesFor<E, Audience::owner>;
  Buffer& out = made_.output.bytes;
  const auto begin = static_cast<std::uint32_t>(out.size());
  const std::size_t size = wire::frame_header_bytes + sizeof mask + Own::size_of(attributes, mask);
  std::byte* to = wire::put(out.extend(size), static_cast<std::uint16_t>(size));
  to = wire::put(to, KindOpcodes<E, Kinds>::own);
  Own::put(wire::put(to, mask), attributes, mask);
  made_.output.answers.push_back({character, {begin, static_cast<std::uint32_t>(out.size())}});
}

template <class Game>
void Zone<Game>::remove(const Activity& activity) {
  const std::uint32_t slot = activity.slot;
  const Row row = core_.registry.row(slot);
  news_.leaves.push_back({core_.registry.cell_of(slot), row.alias});
  if (row.character) {
    const auto begin = static_cast<std::uint32_t>(made_.output.bytes.size());
    if constexpr (keeps_characters) made_.output.bytes.append(keep(row, activity.position));
    const OutputPart image{begin, static_cast<std::uint32_t>(made_.output.bytes.size())};
    made_.output.left.push_back({row.character, row.id, row.position, activity.leave_reason, image});
  }
  if (!row.watch.empty()) add_watch_change({row.character, row.watch, {}});
  if (is_cut()) write_gone(row);
  core_.columns.remove(row.kind, row.place);
  core_.registry.remove(slot);
}

template <class Game>
template <class E>
void Zone<Game>::appear(const Birth<E>& birth) {
  const auto refuse = [&](CloseReason reason) {
    if (birth.character && has_world()) made_.output.refused.push_back({birth.character, reason});
  };
  if (core_.entity_count() >= core_.config.entities_max) {
    if (has_world()) ++births_refused_;
    return refuse(CloseReason::world_full);
  }
  const bool is_here_already = core_.registry.find(birth.character) != Registry::none ||
                               (is_cut() && cut_->directory.has(birth.character));
  if (birth.character && is_here_already) return refuse(CloseReason::wrong_state);
  if (!owns(core_.grid.cell_of(birth.position))) return appear_elsewhere(birth);
  Row row;
  row.id = birth.id;
  row.character = birth.character;
  row.position = birth.position;
  row.kind = index_in<E, Kinds>;
  row.place = core_.columns.add(birth.attributes);
  if constexpr (decides<E, Clock>) {
    row.wake_at = core_.tick + 1;
    wake_later(row);
  }
  const std::uint32_t slot = core_.registry.add(row);
  come_into_zone(slot);
  watch(slot);
  if (!birth.character) return;
  made_.output.entered.push_back({birth.character, birth.id, birth.position});
  using Own = AttributesFor<E, Audience::owner>;
  if constexpr (Own::count > 0) {
    tell_owner<E>(birth.character, birth.attributes, Own::all);
    made_.output.answers.back().is_of_newcomer = true;
  }
}

template <class Game>
void Zone<Game>::come_into_cell(std::uint32_t slot) {
  const Row& row = core_.registry.row(slot);
  const CellIndex cell = core_.registry.cell_of(slot);
  arrivals_.push_back({cell, slot, row.id});
  if (row.character) made_.output.crossings.push_back({row.character, cell});
}

template <class Game>
void Zone<Game>::come_into_zone(std::uint32_t slot) {
  come_into_cell(slot);
  const CharacterId character = core_.registry.row(slot).character;
  if (is_cut() && character) cut_->arrived.push_back(character);
}

/// Gives aliases to the entities that came into a cell, in the order of their ids.
template <class Game>
void Zone<Game>::give_aliases() {
  sort_by_key(arrivals_, spare_arrivals_, [](const Arrival& arrival) { return arrival.cell.value; });
  news_.sort_leaves();
  for (std::size_t i = 0; i < arrivals_.size();) {
    const CellIndex cell = arrivals_[i].cell;
    std::size_t end = i;
    core_.registry.prefetch(arrivals_[std::min(i + 4, arrivals_.size() - 1)].cell);
    for (; end < arrivals_.size() && arrivals_[end].cell == cell; ++end)
      core_.registry.row(arrivals_[end].slot).alias = alias_of_cell;
    std::ranges::sort(std::span(arrivals_).subspan(i, end - i), {}, &Arrival::id);
    const bool is_watched = core_.watched.find(cell) != nullptr;
    aliases_.begin();
    core_.registry.for_each_in(cell, [&](std::uint32_t slot) {
      const CellAlias alias = core_.registry.row(slot).alias;
      if (alias != alias_of_cell) aliases_.note_used(alias);
    });
    for (const auto* leaves : {&news_.leaves, &news_.late_leaves})
      for (const auto& leave : std::ranges::equal_range(*leaves, cell, {}, &News<Parts>::Leave::cell))
        aliases_.note_used(leave.alias);
    for (; i < end; ++i) {
      const CellAlias alias = aliases_.give();
      if (alias == alias_of_cell) throw LawBroken("more than 65,535 entities stand in one cell");
      core_.registry.row(arrivals_[i].slot).alias = alias;
      if (is_watched) news_.enters.push_back({key_of(cell, alias), arrivals_[i].slot, 0});
    }
  }
  arrivals_.clear();
}

/// Computes which cells the player of an entity watches from where the entity stands now.
template <class Game>
void Zone<Game>::watch(std::uint32_t slot) {
  Row& row = core_.registry.row(slot);
  if (!row.character) return;
  const CellRect before = row.watch;
  row.watch = watch_at(row.position, before);
  if (row.watch != before) add_watch_change({row.character, before, row.watch});
}

template <class Game>
void Zone<Game>::add_watch_change(const WorldOutput::WatchChange& change) {
  next_watch_changes_.push_back(change);
  follows_next_ |= !change.now.empty();
}

template <class Game>
void Zone<Game>::end_activities() {
  active_count_ = activities_.size();
  activities_.clear();
  before_.clear();
  for (const CellActivity& activity : cell_activities_) cell_activity_.erase(activity.cell);
  cell_activities_.clear();
}

}  // namespace madang::world
