// ZoneDirectory: which entities and characters exist in other zones of a world that is cut. So a zone knows
// whether an addressee is gone, how many entities there are, and whether a character is here already.
//
// Owned by a zone; one thread. It allocates when an entity appears elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_set>

#include "madang/base/ids.h"
#include "madang/base/random.h"
#include "madang/world/entity_id.h"

namespace madang::world {

class ZoneDirectory {
 public:
  void add(EntityId id, CharacterId character) {
    if (character) characters_.insert(character.value);
    ids_.insert(id);
  }
  void remove(EntityId id, CharacterId character) {
    if (character) characters_.erase(character.value);
    ids_.erase(id);
  }
  bool has(EntityId id) const { return ids_.contains(id); }
  bool has(CharacterId character) const { return characters_.contains(character.value); }
  std::uint32_t entities() const { return static_cast<std::uint32_t>(ids_.size()); }
  std::uint32_t characters() const { return static_cast<std::uint32_t>(characters_.size()); }
  /// Returns roughly how many bytes it needs: a node is its value, a pointer and a bit more.
  std::size_t memory_bytes() const {
    const std::size_t pointers =
        ids_.bucket_count() + characters_.bucket_count() + 2 * (ids_.size() + characters_.size());
    return pointers * sizeof(void*) + ids_.size() * sizeof(EntityId) +
           characters_.size() * sizeof(std::uint64_t);
  }

 private:
  struct Hash {
    std::size_t operator()(EntityId id) const { return static_cast<std::size_t>(id.low ^ scatter(id.high)); }
  };
  std::unordered_set<EntityId, Hash> ids_;
  std::unordered_set<std::uint64_t> characters_;
};

}  // namespace madang::world
