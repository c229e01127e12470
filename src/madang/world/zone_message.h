// The messages between the zones of a cut world. Included by zone.h.
//
// In each tick, after it has applied its effects, a zone writes one message, the same for all others. It
// begins with the number of the zone and of the tick. Then come parts in any order, each with a tag:
//
//   world       the attributes of the world, if they have changed; from the first zone
//   birth       u8 kind, id, character, position, attributes: an entity appears
//   crossing    u8 kind, columns: an entity steps into a cell of another zone, which owns it from now on
//   seen        u8 kind, id, character, position, attributes: an entity at a border has moved or changed
//   unseen      id: an entity has left the border
//   gone        id, character: an entity has left the world
//   ground      u32 cell, attributes: the ground of a cell at a border
//   follows     a player begins to watch other cells
//   watch       character, before, now: a player watches other cells, and some are not in this zone
//   effect      u8 kind of effect, the effect: its addressee is not in this zone
//
// So each zone knows which entities exist. An effect is sent to all zones, and the one that has the addressee
// after all crossings takes it. If no zone has it, it stays where it was made, and its addressee counts as
// gone.
#pragma once

#include <algorithm>

#include "madang/world/state_bytes.h"
#include "madang/world/zone.h"

namespace madang::world {

enum class ZonePart : std::uint8_t {
  world,
  birth,
  crossing,
  seen,
  unseen,
  gone,
  ground,
  follows,
  watch,
  effect
};

template <class Game>
void Zone<Game>::act_in_cut(std::span<const Input> inputs, std::uint32_t length) {
  begin_tick(inputs, length);
  begin_message();
  begin_watches();
  tell_attached();
  for (const Activity& activity : activities_) settle(activity);
  write_made();
}

template <class Game>
void Zone<Game>::begin_message() {
  cut_->message.clear();
  StateWriter writer(cut_->message);
  writer.add(number_);
  writer.add(core_.tick);
  if (!has_world()) return;
  const std::uint64_t hash = hash_of(core_.world);
  if (std::exchange(cut_->world_sent, hash) == hash) return;
  writer.add(static_cast<std::uint8_t>(ZonePart::world));
  writer.add(core_.world);
}

/// Writes where an entity is that has acted, if another zone may see it or has seen it.
template <class Game>
void Zone<Game>::write_where(CellIndex before, std::uint32_t slot) {
  const CellIndex now = core_.registry.cell_of(slot);
  if (now != before && !owns(now)) return hand_over(slot);
  const Row& row = core_.registry.row(slot);
  StateWriter writer(cut_->message);
  if (is_border(now)) {
    core_.columns.with(row.kind, row.place, [&](const auto& attributes) {
      writer.add(static_cast<std::uint8_t>(ZonePart::seen));
      writer.add(row.kind);
      writer.add(row.id);
      writer.add(row.character.value);
      writer.add(row.position);
      writer.add(attributes);
    });
  } else if (now != before && is_border(before)) {
    writer.add(static_cast<std::uint8_t>(ZonePart::unseen));
    writer.add(row.id);
  }
}

/// Gives an entity to the zone in whose cell it stands now.
template <class Game>
void Zone<Game>::hand_over(std::uint32_t slot) {
  ++cut_->crossings;
  const Row row = core_.registry.row(slot);
  StateWriter writer(cut_->message);
  writer.add(static_cast<std::uint8_t>(ZonePart::crossing));
  writer.add(row.kind);
  std::as_const(core_.columns).with(row.kind, row.place, [&]<class E>(const E& attributes) {
    for_each_column(row, attributes, [&](std::string_view, const auto& value) { writer.add(value); });
    note_elsewhere(row.id, row.character);
    if (zones_.sees(number_, core_.grid.cell_of(row.position)))
      copy(row.id, row.character, row.position, attributes);
  });
  core_.columns.remove(row.kind, row.place);
  core_.registry.remove(slot);
}

template <class Game>
void Zone<Game>::write_gone(const Row& row) {
  StateWriter writer(cut_->message);
  writer.add(static_cast<std::uint8_t>(ZonePart::gone));
  writer.add(row.id);
  writer.add(row.character.value);
}

/// Writes what has been made for others in this tick.
template <class Game>
void Zone<Game>::write_made() {
  StateWriter writer(cut_->message);
  made_.births.for_each([&]<class E>(const std::vector<Birth<E>>& births) {
    for (const Birth<E>& birth : births) {
      writer.add(static_cast<std::uint8_t>(ZonePart::birth));
      writer.add(index_in<E, Kinds>);
      writer.add(birth.id);
      writer.add(birth.character.value);
      writer.add(birth.position);
      writer.add(birth.attributes);
    }
  });
  std::ranges::sort(cut_->grounds_changed);
  cut_->grounds_changed.erase(std::unique(cut_->grounds_changed.begin(), cut_->grounds_changed.end()),
                              cut_->grounds_changed.end());
  for (const CellIndex cell : cut_->grounds_changed) {
    writer.add(static_cast<std::uint8_t>(ZonePart::ground));
    writer.add(cell.value);
    writer.add(core_.ground(cell));
  }
  cut_->grounds_changed.clear();
  if (follows_next_) writer.add(static_cast<std::uint8_t>(ZonePart::follows));
  for (const WorldOutput::WatchChange& change : next_watch_changes_) {
    if (core_.owned.includes(change.before) && core_.owned.includes(change.now)) continue;
    writer.add(static_cast<std::uint8_t>(ZonePart::watch));
    writer.add(change.character.value);
    writer.add(change.before);
    writer.add(change.now);
  }
  made_.next.for_each([&]<class Effect>(const std::vector<Sent<Effect>>& queue) {
    for (const Sent<Effect>& sent : queue) {
      if (!sent.to || is_here(sent.to)) continue;
      writer.add(static_cast<std::uint8_t>(ZonePart::effect));
      writer.add(index_in<Effect, All>);
      for_each_part(sent, [&](const auto& part) { writer.add(part); });
    }
  });
}

/// Returns whether this zone has an addressee. Any bits may be an id.
template <class Game>
bool Zone<Game>::is_here(EntityId addressee) const {
  if (addressee.is_world()) return has_world();
  if (addressee.is_cell()) return owns(addressee.cell());
  return core_.registry.find(addressee) != Registry::none;
}

template <class Game>
void Zone<Game>::receive_all(std::span<const Bytes> messages) {
  cut_->received.clear();
  cut_->arrived.clear();
  for (std::uint32_t zone = 0; zone < messages.size(); ++zone)
    if (zone != number_) receive_one(zone, messages[zone]);
  appear_all();
  // An effect is now in the zone of its addressee, or where it was made if the addressee is gone.
  made_.next.for_each([&]<class Effect>(std::vector<Sent<Effect>>& queue) {
    std::erase_if(queue,
                  [&](const Sent<Effect>& sent) { return !is_here(sent.to) && is_elsewhere(sent.to); });
    for (const Sent<Effect>& sent : cut_->received.template of<Effect>())
      if (is_here(sent.to)) queue.push_back(sent);
  });
  end_exchange();
}

template <class Game>
bool Zone<Game>::is_elsewhere(EntityId addressee) const {
  return is_cut() && (addressee.is_world() || addressee.is_cell() || cut_->directory.has(addressee));
}

template <class Game>
void Zone<Game>::receive_one(std::uint32_t zone, Bytes message) {
  StateReader reader(message);
  const bool fits = reader.get<std::uint32_t>() == zone && reader.get<std::uint64_t>() == core_.tick;
  MADANG_CHECK(fits, "tick {}: the message of zone {} is of another zone or tick", core_.tick, zone);
  const auto with_kind = [&](auto take) {
    const auto kind = reader.get<std::uint8_t>();
    [&]<class... E>(wire::Types<E...>) {
      (void)((index_in<E, Kinds> == kind && (take(wire::Types<E>{}), true)) || ...);
    }(Kinds{});
  };
  while (reader.has_more()) {
    switch (static_cast<ZonePart>(reader.get<std::uint8_t>())) {
      case ZonePart::world: reader.get(core_.world); break;
      case ZonePart::birth:
        with_kind([&]<class E>(wire::Types<E>) {
          Birth<E>& birth = made_.births.template of<E>().emplace_back();
          reader.get(birth.id);
          reader.get(birth.character.value);
          reader.get(birth.position);
          reader.get(birth.attributes);
        });
        break;
      case ZonePart::crossing:
        with_kind([&]<class E>(wire::Types<E>) {
          Row row;
          row.kind = index_in<E, Kinds>;
          E attributes{};
          for_each_column(row, attributes, [&](std::string_view, auto& value) { reader.get(value); });
          cross(row, attributes);
        });
        break;
      case ZonePart::seen:
        with_kind([&]<class E>(wire::Types<E>) {
          const auto id = reader.get<EntityId>();
          const CharacterId character{reader.get<std::uint64_t>()};
          const auto position = reader.get<Position>();
          const auto attributes = reader.get<E>();
          see(id, character, position, attributes);
        });
        break;
      case ZonePart::unseen: forget_copy(reader.get<EntityId>()); break;
      case ZonePart::gone: {
        const auto id = reader.get<EntityId>();
        note_gone(id, CharacterId{reader.get<std::uint64_t>()});
        forget_copy(id);
        break;
      }
      case ZonePart::ground: {
        const CellIndex cell{reader.get<std::uint32_t>()};
        const auto ground = reader.get<typename Parts::Ground>();
        if (!zones_.sees(number_, cell)) break;
        if (ground == typename Parts::Ground{})
          cut_->beyond.grounds.erase(cell);
        else
          cut_->beyond.grounds.get(cell) = ground;
        break;
      }
      case ZonePart::follows: follows_next_ = true; break;
      case ZonePart::watch: {
        WorldOutput::WatchChange change;
        reader.get(change.character.value);
        reader.get(change.before);
        reader.get(change.now);
        note_watch_change(change);
        break;
      }
      case ZonePart::effect: {
        const auto kind = reader.get<std::uint8_t>();
        cut_->received.for_each([&]<class Effect>(std::vector<Sent<Effect>>& queue) {
          if (kind != index_in<Effect, All>) return;
          for_each_part(queue.emplace_back(), [&](auto& part) { reader.get(part); });
        });
        break;
      }
    }
  }
  MADANG_CHECK(reader.is_complete(), "tick {}: the message of zone {} is damaged", core_.tick, zone);
}

/// An entity has crossed a border between other zones, or into this one.
template <class Game>
template <class E>
void Zone<Game>::cross(const Row& crossing, const E& attributes) {
  if (!owns(core_.grid.cell_of(crossing.position)))
    return see(crossing.id, crossing.character, crossing.position, attributes);
  Row row = crossing;
  forget_copy(row.id);
  note_gone(row.id, row.character);
  row.place = core_.columns.add(attributes);
  const std::uint32_t slot = core_.registry.add(row);
  if (row.wake_at != 0) wake_later(row);
  come_into_zone(slot);
}

/// An entity of another zone stands at a position now.
template <class Game>
template <class E>
void Zone<Game>::see(EntityId id, CharacterId character, Position position, const E& attributes) {
  if (zones_.sees(number_, core_.grid.cell_of(position)))
    copy(id, character, position, attributes);
  else
    forget_copy(id);
}

template <class Game>
template <class E>
void Zone<Game>::copy(EntityId id, CharacterId character, Position position, const E& attributes) {
  const std::uint32_t slot = cut_->beyond.registry.find(id);
  if (slot != Registry::none) {
    cut_->beyond.registry.move(slot, position);
    cut_->beyond.columns.template at<E>(cut_->beyond.registry.row(slot).place) = attributes;
    return;
  }
  Row row;
  row.id = id;
  row.character = character;
  row.position = position;
  row.kind = index_in<E, Kinds>;
  row.place = cut_->beyond.columns.add(attributes);
  cut_->beyond.registry.add(row);
}

template <class Game>
void Zone<Game>::forget_copy(EntityId id) {
  const std::uint32_t slot = cut_->beyond.registry.find(id);
  if (slot == Registry::none) return;
  const Row& row = cut_->beyond.registry.row(slot);
  cut_->beyond.columns.remove(row.kind, row.place);
  cut_->beyond.registry.remove(slot);
}

template <class Game>
void Zone<Game>::note_elsewhere(EntityId id, CharacterId character) {
  cut_->directory.add(id, character);
  core_.entities_elsewhere = cut_->directory.entities();
  core_.characters_elsewhere = cut_->directory.characters();
}

template <class Game>
void Zone<Game>::note_gone(EntityId id, CharacterId character) {
  cut_->directory.remove(id, character);
  core_.entities_elsewhere = cut_->directory.entities();
  core_.characters_elsewhere = cut_->directory.characters();
}

/// All zones receive each birth, so that all of them refuse the same ones.
template <class Game>
template <class E>
void Zone<Game>::appear_elsewhere(const Birth<E>& birth) {
  note_elsewhere(birth.id, birth.character);
  if (zones_.sees(number_, core_.grid.cell_of(birth.position)))
    copy(birth.id, birth.character, birth.position, birth.attributes);
  if (!birth.character) return;
  const CellRect watch = watch_at(birth.position, {});
  if (watch.empty()) return;
  follows_next_ = true;
  note_watch_change({birth.character, {}, watch});
}

/// A character of another zone watches other cells, perhaps of this zone.
template <class Game>
void Zone<Game>::note_watch_change(const WorldOutput::WatchChange& change) {
  if (!own(change.before).empty() || !own(change.now).empty()) cut_->next_watch_changes.push_back(change);
}

}  // namespace madang::world
