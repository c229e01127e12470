#include "board/zone.h"

#include <algorithm>
#include <utility>

#include "board/names.h"
#include "madang/base/check.h"

namespace madang::board {
namespace {

constexpr std::uint32_t columns_max = ZoneConfig::side_max / ZoneConfig::cell_size_min;
static_assert(std::uint64_t{columns_max} * columns_max < UINT32_MAX, "each cell has a CellIndex");

ZoneConfig checked(const ZoneConfig& config) {
  const auto problem = find_problem(config);
  MADANG_CHECK(!problem, "{} is out of range ({})", problem->setting, problem->text);
  return config;
}

void hash_config(StateHash& hash, const ZoneConfig& config) {
  hash.add(config.seed);
  for (const std::uint32_t value :
       {config.width, config.height, config.cell_size, config.obstacle_percent, config.tick_rate,
        config.move_interval_ticks, config.move_slack_ticks, config.view_radius, config.leave_radius,
        config.arrival_radius, config.players_max})
    hash.add(value);
}

void hash_piece(StateHash& hash, const EntityTable& entities, std::uint32_t slot) {
  const Body& body = entities.body(slot);
  hash.add(entities.alias(slot).value);
  hash.add(body.is_here);
  if (!body.is_here) return;
  const Face& face = entities.face(slot);
  const CellRect& watch = entities.watch(slot);
  for (const std::uint64_t value : {body.owner.value, body.next_move_tick, face.id.value}) hash.add(value);
  for (const std::uint16_t value : {body.position.x, body.position.y, watch.x0, watch.y0, watch.x1, watch.y1})
    hash.add(value);
  hash.add(face.looks);
  hash.add(face.name);
}

}  // namespace

Zone::Zone(const ZoneConfig& config)
    : config_(checked(config)),
      map_(config.width, config.height, config.seed, config.obstacle_percent),
      grid_(config.width, config.height, config.cell_size),
      arrivals_(map_, config.seed, config.arrival_radius),
      entities_(config.players_max) {}

void Zone::tick(std::span<Command> commands, TickEvents& events, std::uint32_t length) {
  tick_ += length;
  events.clear();
  events.tick = tick_;
  for (Command& command : commands) apply(command, events);
  settle(events);
}

// ---- Commands ----

void Zone::apply(Command& command, TickEvents& events) {
  switch (command.kind) {
    case Command::Kind::none: return;
    case Command::Kind::enter: return enter(command, events);
    case Command::Kind::leave: return leave(command);
    case Command::Kind::move: return move(command, events);
    case Command::Kind::say: return say(command, events);
    case Command::Kind::shout: return shout(command, events);
  }
  MADANG_CHECK(false, "a command of an unknown kind: {}", static_cast<int>(command.kind));
}

void Zone::enter(Command& command, TickEvents& events) {
  MADANG_CHECK(command.owner, "an enter command without an owner");
  if (slot_of_owner_.contains(command.owner)) return;
  if (entities_.full() || map_.free_tile_count() == 0) {
    events.enter_refused.push_back({command.owner, CloseReason::world_full});
    return;
  }
  const std::uint32_t slot = entities_.add();
  const PieceId id{next_entity_id_++};
  const Position position = arrivals_.tile_of(id);
  slot_of_owner_.emplace(command.owner, slot);
  touch(slot);

  Body& body = entities_.body(slot);
  body.owner = command.owner;
  body.position = position;
  body.is_here = true;
  Face& face = entities_.face(slot);
  face.id = id;
  face.looks = command.looks;
  face.name = std::move(command.text);
  members_.add(grid_.cell_of(position), slot);
  events.entered.push_back({command.owner, entities_.alias(slot), id, position});
}

void Zone::leave(const Command& command) {
  const auto found = slot_of_owner_.find(command.owner);
  if (found == slot_of_owner_.end()) return;
  const std::uint32_t slot = found->second;
  slot_of_owner_.erase(found);
  touch(slot);

  Body& body = entities_.body(slot);
  body.is_here = false;
  members_.remove(grid_.cell_of(body.position), slot);
}

void Zone::move(const Command& command, TickEvents& events) {
  MADANG_CHECK(std::ranges::find(directions, command.direction) != directions.end(),
               "a move without a direction: {}", std::to_underlying(command.direction));
  Body* body = own_piece(command);
  if (!body) return;
  const MoveResult result = try_move(*body, command.alias.slot(), command.direction);
  events.moved.push_back({command.owner, command.client_time, body->position, result});
}

MoveResult Zone::try_move(Body& body, std::uint32_t slot, Direction direction) {
  const bool has_stepped = body.was_here && body.position != body.position_before;
  if (has_stepped || tick_ + config_.move_slack_ticks < body.next_move_tick) return MoveResult::too_soon;
  const Position to = neighbour(body.position, direction);
  if (!map_.is_free(to)) return MoveResult::blocked;

  const CellIndex cell_before = grid_.cell_of(body.position);
  const CellIndex cell_now = grid_.cell_of(to);
  if (cell_now != cell_before) {
    members_.remove(cell_before, slot);
    members_.add(cell_now, slot);
  }
  body.position = to;
  body.next_move_tick = std::max(tick_, body.next_move_tick) + config_.move_interval_ticks;
  touch(slot);
  return MoveResult::moved;
}

void Zone::say(Command& command, TickEvents& events) {
  if (!own_piece(command)) return;
  const auto order = static_cast<std::uint32_t>(events.says.size());
  events.says.push_back({CellIndex{}, command.alias, order, std::move(command.text)});
}

void Zone::shout(Command& command, TickEvents& events) {
  if (!own_piece(command)) return;
  const Face& face = entities_.face(command.alias.slot());
  events.shouts.push_back({command.alias, face.id, face.name, std::move(command.text)});
}

Body* Zone::own_piece(const Command& command) {
  Body* body = entities_.find(command.alias);
  return body && body->owner == command.owner ? body : nullptr;
}

/// Notes that the tick has changed a piece. Each function that changes a piece must call this, because
/// settle() looks only at the noted pieces.
void Zone::touch(std::uint32_t slot) {
  Body& body = entities_.body(slot);
  if (std::exchange(body.is_touched, true)) return;
  touched_.push_back(slot);
}

// ---- The end of a tick: makes events of the differences from its beginning ----

void Zone::settle(TickEvents& events) {
  settle_words(events);
  std::ranges::sort(touched_);
  for (const std::uint32_t slot : touched_) settle_piece(slot, events);
  touched_.clear();
  std::ranges::sort(events.newly_watched);
  const auto repeated = std::ranges::unique(events.newly_watched);
  events.newly_watched.erase(repeated.begin(), repeated.end());
  events.group_by_cell();
}

/// Words belong to the cell in which the speaker stands at the end of the tick. If the speaker has left, they
/// belong to the cell in which it stood at the beginning. If the speaker has entered and left in this tick,
/// no client has seen it, and the words are dropped.
void Zone::settle_words(TickEvents& events) {
  std::erase_if(events.says, [this](const Said& said) {
    const Body& body = entities_.body(said.alias.slot());
    return !body.is_here && !body.was_here;
  });
  for (Said& said : events.says) {
    const Body& body = entities_.body(said.alias.slot());
    said.cell = grid_.cell_of(body.is_here ? body.position : body.position_before);
  }
}

void Zone::settle_piece(std::uint32_t slot, TickEvents& events) {
  Body& body = entities_.body(slot);
  const Alias alias = entities_.alias(slot);
  const CellIndex cell_before = grid_.cell_of(body.position_before);
  const CellIndex cell_now = grid_.cell_of(body.position);
  const bool stayed_in_cell = body.was_here && body.is_here && cell_before == cell_now;
  if (stayed_in_cell) {
    if (body.position != body.position_before) events.steps.push_back({cell_now, alias, body.position});
  } else {
    if (body.is_here) events.enters.push_back({cell_now, alias, body.position});
    if (body.was_here) events.leaves.push_back({cell_before, alias, body.position_before});
  }
  if (!body.is_here) return entities_.free(slot);
  settle_watch(slot, events);
  body.position_before = body.position;
  body.was_here = true;
  body.is_touched = false;
}

void Zone::settle_watch(std::uint32_t slot, TickEvents& events) {
  const Body& body = entities_.body(slot);
  CellRect& watch = entities_.watch(slot);
  const CellRect before = watch;
  watch = watch_from(grid_, {config_.view_radius, config_.leave_radius}, body.position, before);
  if (watch == before) return;
  events.watch_changes.push_back({body.owner, entities_.alias(slot), before, watch});
  grid_.for_each_without(watch, before, [&](CellIndex cell) { events.newly_watched.push_back(cell); });
}

// ---- Views ----

Piece Zone::piece(Alias alias) const {
  const Body* body = entities_.find(alias);
  MADANG_CHECK(body != nullptr, "no piece has the alias {:#x}", alias.value);
  const Face& face = entities_.face(alias.slot());
  return {alias, face.id, body->position, face.looks, face.name, body->owner};
}

void Zone::pieces_in(CellIndex cell, std::vector<Alias>& aliases) const {
  aliases.clear();
  members_.for_each(cell, [&](std::uint32_t slot) {
    aliases.push_back(entities_.alias(slot));
    return true;
  });
  std::ranges::sort(aliases, {}, [](Alias alias) { return alias.slot(); });
}

CellRect Zone::watch_of(Alias alias) const {
  MADANG_CHECK(has(alias), "no piece has the alias {:#x}", alias.value);
  return entities_.watch(alias.slot());
}

std::uint64_t Zone::hash() const {
  StateHash hash;
  hash_config(hash, config_);
  for (const std::uint64_t value : {tick_, next_entity_id_}) hash.add(value);
  for (std::uint32_t slot = 0; slot < entities_.slot_end(); ++slot) hash_piece(hash, entities_, slot);
  entities_.for_each_free([&](std::uint32_t slot) { hash.add(slot); });
  return hash.value();
}

std::size_t Zone::memory_bytes() const {
  // A node of slot_of_owner_: the pair, its hash and two pointers.
  constexpr std::size_t node_bytes = sizeof(std::pair<SessionId, std::uint32_t>) + 3 * sizeof(void*);
  return map_.memory_bytes() + arrivals_.memory_bytes() + entities_.memory_bytes() + members_.memory_bytes() +
         slot_of_owner_.size() * node_bytes + slot_of_owner_.bucket_count() * sizeof(void*) +
         touched_.capacity() * sizeof(std::uint32_t);
}

}  // namespace madang::board
