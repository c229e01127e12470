// The hash of all that a tick has for clients: equal outputs have equal hashes, on every platform.
#pragma once

#include <cstdint>

#include "madang/world/made.h"
#include "madang/world/state_hash.h"

namespace madang::world {

/// Returns the hash of what the clients get: for each character, for each cell and for all, in its order.
inline std::uint64_t hash_of_output(const WorldOutput& output) {
  StateHash hash;
  const auto add_part = [&](OutputPart part) { hash.add(as_text(output.bytes_of(part))); };
  for (const auto& answer : output.answers) {
    hash.add(answer.character.value);
    hash.add(answer.is_of_newcomer);
    add_part(answer.part);
  }
  hash.add(output.told.size());
  for (const auto& told : output.told) {
    hash.add(told.cell.value);
    hash.add(told.alias);
    add_part(told.part);
  }
  hash.add(output.told_to_all.size());
  for (const auto& part : output.told_to_all) add_part(part);
  hash.add(output.shouting.size());
  for (const CharacterId character : output.shouting) hash.add(character.value);
  hash.add(output.refused.size());
  for (const auto& refused : output.refused) {
    hash.add(refused.character.value);
    hash.add(static_cast<std::uint64_t>(refused.reason));
  }
  for (const auto* list : {&output.entered, &output.left}) {
    hash.add(list->size());
    for (const auto& change : *list) {
      hash.add(change.character.value);
      add_to(hash, change.id);
      add_to(hash, change.position);
      hash.add(static_cast<std::uint64_t>(change.reason));
      if (change.part.begin < change.part.end) add_part(change.part);
    }
  }
  for (const auto& crossing : output.crossings) {
    hash.add(crossing.character.value);
    hash.add(crossing.cell.value);
  }
  for (const auto& change : output.watch_changes) {
    hash.add(change.character.value);
    add_to(hash, change.before);
    add_to(hash, change.now);
  }
  hash.add(output.unsettled.size());
  for (const CharacterId character : output.unsettled) hash.add(character.value);
  hash.add(output.updates.size());
  for (const auto& update : output.updates) {
    hash.add(update.cell.value);
    hash.add(update.moves_begin - update.all.begin);
    add_part(update.all);
  }
  for (const auto* list : {&output.states, &output.positions, &output.leaves, &output.late_leaves}) {
    hash.add(list->size());
    for (const auto& part : *list) {
      hash.add(part.cell.value);
      add_part(part.part);
    }
  }
  return hash.value();
}

}  // namespace madang::world
