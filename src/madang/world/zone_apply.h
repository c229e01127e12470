// The second step of the tick of a Zone: apply. Included by zone.h.
#pragma once

#include <algorithm>

#include "madang/base/sort_by_key.h"
#include "madang/world/zone.h"

namespace madang::world {

template <class Game>
void Zone<Game>::apply_all() {
  if (checks_) checks_->trying_rules.emplace(checks_->unused_rules);
  operate();
  open_door();
  [&]<class... Effect>(wire::Types<Effect...>) { (apply_kind<Effect>(), ...); }(All{});
}

/// Lets the world do what the operator wants. An action that this game does not have is ignored.
template <class Game>
void Zone<Game>::operate() {
  const auto operate_as = [&]<class Action>(wire::Types<Action>, const Input& input) {
    Action action{};
    Bytes rest = input.body;
    if (input.opcode != index_in<Action, typename Parts::OperatorActions>) return;
    if (!wire::parse(rest, action) || !rest.empty()) return;
    referee_.begin(core_.tick, "the world", "does for the operator", Action::table.name);
    try_twice(core_.world, world_maker_,
              [&](const auto& rules, auto& draft, Made<Parts>& made, Maker& maker) {
                WorldChange<Parts> world(core_, made, maker, referee_, EntityId::of_world(), draft);
                rules.operate(world, action);
              });
  };
  for (const Input* input : operations_)
    [&]<class... Action>(wire::Types<Action...>) {
      (operate_as(wire::Types<Action>{}, *input), ...);
    }(typename Parts::OperatorActions{});
}

/// Lets the world place the characters that enter. What leaves in this tick takes its place until the end.
template <class Game>
void Zone<Game>::open_door() {
  for (const Newcomer& newcomer : newcomers_) {
    const CharacterId character = newcomer.input->character;
    typename Parts::Entry entry{};
    ComeBack kept;
    if (!read_entry(*newcomer.input, entry, kept)) {
      made_.output.refused.push_back({character, CloseReason::bad_packet});
      continue;
    }
    if (core_.character_count() + made_.characters_born >= core_.config.players_max) {
      made_.output.refused.push_back({character, CloseReason::world_full});
      continue;
    }
    referee_.begin(core_.tick, "the world", "lets enter", Parts::Entry::table.name);
    try_twice(core_.world, world_maker_,
              [&](const auto& rules, auto& draft, Made<Parts>& made, Maker& maker) {
                WorldChange<Parts> world(core_, made, maker, referee_, EntityId::of(character), draft);
                if (newcomer.input->kind == Input::Kind::enter) return rules.enter(world, character, entry);
                come_back(rules, world, character, entry, kept.image);
              });
  }
}

/// Reads how a character enters. Returns false if the bytes are not valid.
template <class Game>
bool Zone<Game>::read_entry(const Input& input, typename Parts::Entry& entry, ComeBack& kept) {
  const auto is_whole = [](Bytes bytes, auto& value) { return wire::parse(bytes, value) && bytes.empty(); };
  if (input.kind == Input::Kind::enter) return is_whole(input.body, entry);
  return is_whole(input.body, kept) && is_whole(kept.entry, entry);
}

/// Lets the rules place a character as it was kept. If the image cannot be read, the character is refused.
template <class Game>
void Zone<Game>::come_back(const Game& rules, WorldChange<Parts>& world, CharacterId character,
                           const typename Parts::Entry& entry, Bytes image) {
  const std::string_view kind = kept_kind(image).value_or("");
  const auto come_back_as = [&]<class E>(wire::Types<E>, const auto& its_rules) {
    if constexpr (is_kept<E>) {
      if (kind != E::table.name) return false;
      const auto kept = read_kept<E>(image);
      if (kept) its_rules.come_back(world, character, entry, *kept);
      return kept.has_value();
    } else {
      return false;
    }
  };
  const bool is_read = [&]<class... E>(wire::Types<E...>) {
    return (come_back_as(wire::Types<E>{}, rules) || ...);
  }(Kinds{});
  if (!is_read) world.refuse(character, CloseReason::character_unreadable);
}

/// Applies all effects of one kind that arrive in this tick.
template <class Game>
template <class Effect>
void Zone<Game>::apply_kind() {
  std::vector<Sent<Effect>>& queue = arriving_.template of<Effect>();
  // An effect on a cell without a ground for it is an effect on all entities in the cell. (A thing cannot be
  // given to all of them: it would be doubled.)
  if constexpr (!ground_takes<Effect> && !GivenBack<Effect> && !is_returned<Effect>) {
    const std::size_t count = queue.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (!queue[i].to.is_cell()) continue;
      core_.registry.for_each_in(queue[i].to.cell(), [&](std::uint32_t slot) {
        queue.push_back(queue[i]);
        queue.back().to = core_.registry.row(slot).id;
      });
    }
    std::erase_if(queue, [](const Sent<Effect>& sent) { return sent.to.is_cell(); });
  }
  const std::vector<OwnEffect<Effect>>& now = made_.now.template of<Effect>();
  if (queue.empty()) {
    // Each entity has only effects of its own, which have their order already.
    for (const OwnEffect<Effect>& own : now) apply_to_entity(sent_by_itself(own), own.activity);
    return end_step(Step::apply);
  }
  for (const OwnEffect<Effect>& own : now) queue.push_back(sent_by_itself(own));
  rank(queue);
  end_step(Step::order);
  for (const Rank& rank : ranks_) apply_to(queue[rank.index]);
  end_step(Step::apply);
}

template <class Game>
template <class Effect>
Sent<Effect> Zone<Game>::sent_by_itself(const OwnEffect<Effect>& own) const {
  const EntityId id = activities_[own.activity].maker.id;
  return {0, id, own.number, id, own.effect};
}

/// Brings the effects into their order: ranks_ has their indices.
template <class Game>
template <class Effect>
void Zone<Game>::rank(std::vector<Sent<Effect>>& queue) {
  const std::uint64_t seed = core_.config.key.seed;
  const std::uint64_t tick = core_.tick;
  ranks_.clear();
  for (std::uint32_t i = 0; i < queue.size(); ++i) {
    queue[i].order = order_of(seed, tick, queue[i].from);
    ranks_.push_back({queue[i].order, i});
  }
  sort_by_key(ranks_, spare_ranks_, [](const Rank& rank) { return rank.order; });
  // Effects of one source, and of two sources that have one order by chance.
  for (auto begin = ranks_.begin(); begin != ranks_.end();) {
    const auto end =
        std::find_if(begin, ranks_.end(), [&](const Rank& rank) { return rank.order != begin->order; });
    std::sort(begin, end, [&](const Rank& one, const Rank& other) {
      return queue[one.index].comes_before(queue[other.index]);
    });
    begin = end;
  }
}

template <class Game>
template <class Effect>
void Zone<Game>::apply_to(const Sent<Effect>& sent) {
  if (sent.to.is_world()) return apply_to_world(sent);
  if (sent.to.is_cell()) return apply_to_ground(sent);
  apply_to_entity(sent);
}

template <class Game>
template <class Effect>
void Zone<Game>::apply_to_entity(const Sent<Effect>& sent) {
  const std::uint32_t slot = core_.registry.find(sent.to);
  if (slot == Registry::none) return return_to_giver(sent);
  activity_of(slot);
  apply_to_entity(sent, core_.registry.row(slot).activity);
}

/// Applies an effect to the entity with this activity.
template <class Game>
template <class Effect>
void Zone<Game>::apply_to_entity(const Sent<Effect>& sent, std::uint32_t its_activity) {
  Activity& activity = activities_[its_activity];
  if (activity.is_leaving) return return_to_giver(sent);
  Row& row = core_.registry.row(activity.slot);
  core_.columns.with(row.kind, row.place, [&]<class E>(E& attributes) {
    if constexpr (takes<E, Effect>) {
      if (activity.before == Activity::unchanged) activity.before = before_.add(attributes);
      referee_.begin(core_.tick, E::table.name, "applies", Effect::table.name);
      typename EntityChange<Parts, E>::Draft draft{attributes, activity.position, row.wake_at};
      try_twice(
          draft, activity.maker, [&](const auto& rules, auto& its_draft, Made<Parts>& made, Maker& maker) {
            EntityChange<Parts, E> self(core_, made, maker, referee_, sent.from, row.character, its_draft);
            rules.apply(self, sent.effect);
          });
      attributes = draft.attributes;
      activity.position = draft.position;
      activity.is_leaving = draft.is_leaving;
      activity.leave_reason = draft.leave_reason;
      if (row.wake_at == draft.wake_at) return;
      row.wake_at = draft.wake_at;
      wake_later(row);
    } else if constexpr (std::same_as<Effect, Left>) {
      activity.is_leaving = true;
    } else {
      return_to_giver(sent);
    }
  });
}

template <class Game>
template <class Effect>
void Zone<Game>::apply_to_ground(const Sent<Effect>& sent) {
  if constexpr (ground_takes<Effect>) {
    const CellIndex cell = sent.to.cell();
    referee_.begin(core_.tick, Parts::Ground::table.name, "applies", Effect::table.name);
    typename Parts::Ground draft = core_.ground(cell);
    try_twice(draft, maker_of(cell),
              [&](const auto& rules, auto& its_draft, Made<Parts>& made, Maker& maker) {
                GroundChange<Parts> ground(core_, made, maker, referee_, sent.from, its_draft);
                rules.apply(ground, sent.effect);
              });
    if (draft == typename Parts::Ground{}) {
      core_.grounds.erase(cell);
    } else {
      core_.grounds.get(cell) = draft;
    }
    if (is_cut() && is_border(cell)) cut_->grounds_changed.push_back(cell);
  } else {
    return_to_giver(sent);
  }
}

template <class Game>
template <class Effect>
void Zone<Game>::apply_to_world(const Sent<Effect>& sent) {
  if constexpr (world_takes<Effect>) {
    referee_.begin(core_.tick, "the world", "applies", Effect::table.name);
    try_twice(core_.world, world_maker_,
              [&](const auto& rules, auto& draft, Made<Parts>& made, Maker& maker) {
                WorldChange<Parts> world(core_, made, maker, referee_, sent.from, draft);
                rules.apply(world, sent.effect);
              });
  } else {
    return_to_giver(sent);
  }
}

/// Applies to the draft. If the law is checked, applies to a copy first, with rules that have not decided
/// anything, and compares the two results.
template <class Game>
template <class Draft, class Apply>
void Zone<Game>::try_twice(Draft& draft, Maker& maker, Apply apply) {
  ++maker.deeds;
  if (!checks_) return apply(rules_, draft, made_, maker);
  Draft tried = draft;
  Maker tried_maker = maker;
  checks_->tried.clear();
  checks_->tried.begin_trace();
  apply(*checks_->trying_rules, tried, checks_->tried, tried_maker);
  referee_.begin_again();
  made_.begin_trace();
  apply(rules_, draft, made_, maker);
  made_.is_traced = false;
  const auto hash_of_draft = [](const Draft& one) {
    if constexpr (State<Draft>) {
      return hash_of(one);
    } else {
      StateHash hash;
      add_to(hash, one.attributes);
      add_to(hash, one.position);
      hash.add(one.wake_at);
      hash.add(one.is_leaving);
      hash.add(static_cast<std::uint64_t>(one.leave_reason));
      return hash.value();
    }
  };
  if (hash_of_draft(tried) != hash_of_draft(draft) || checks_->tried.trace.value() != made_.trace.value())
    referee_.broken(
        "it applies differently the second time: it uses something else than its entity, the effect, the "
        "tick "
        "and its chance");
}

/// The addressee is gone, or does not take such an effect.
template <class Game>
template <class Effect>
void Zone<Game>::return_to_giver(const Sent<Effect>& sent) {
  if constexpr (GivenBack<Effect>) {
    static_assert(
        world_takes<Returned<Effect>>,
        "an effect that is given back needs apply(WorldChange&, const Returned<Effect>&), for when its "
        "giver is gone too");
    made_.add(Sent<Returned<Effect>>{0, sent.to, sent.number, sent.from, {sent.from, sent.to, sent.effect}});
  } else if constexpr (is_returned<Effect>) {
    // What comes back finds no giver, so it goes to the world. Whatever the world does not take, is lost. The
    // giver is its source, because the numbers of several givers can be equal.
    if (!sent.to.is_world())
      made_.add(Sent<Effect>{0, sent.to, sent.number, EntityId::of_world(), sent.effect});
  }
}

/// Plans that the entity acts at the tick that its row names. An entity that names another tick again and
/// again leaves old plans behind. They are removed when they are more than the entities.
template <class Game>
void Zone<Game>::wake_later(const Row& row) {
  if (wakings_.size() >= 2 * std::size_t{core_.registry.size()} + 16) {
    std::erase_if(wakings_, [&](const Waking& waking) {
      const std::uint32_t slot = core_.registry.find(waking.id);
      return slot == Registry::none || core_.registry.row(slot).wake_at != waking.tick;
    });
    // A list in ascending order is a heap, too. An entity may have named one tick several times.
    std::ranges::sort(wakings_, std::less{});
    wakings_.erase(std::unique(wakings_.begin(), wakings_.end()), wakings_.end());
  }
  wakings_.push_back({row.wake_at, row.id});
  std::ranges::push_heap(wakings_, std::greater{});
}

template <class Game>
auto Zone<Game>::activity_of(std::uint32_t slot) -> Activity& {
  Row& row = core_.registry.row(slot);
  if (row.activity == Row::inactive) {
    row.activity = static_cast<std::uint32_t>(activities_.size());
    activities_.push_back({slot, row.position, {.id = row.id}});
  }
  return activities_[row.activity];
}

template <class Game>
Maker& Zone<Game>::maker_of(CellIndex cell) {
  const auto fresh = static_cast<std::uint32_t>(cell_activities_.size());
  const std::uint32_t index = cell_activity_.get(cell, fresh);
  if (index == fresh) cell_activities_.push_back({cell, {.id = EntityId::of(cell)}});
  return cell_activities_[index].maker;
}

}  // namespace madang::world
