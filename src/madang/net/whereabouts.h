// Whereabouts: in which world each character is. So a character is never in two worlds at once, whatever
// connections its player opens: who logs in again comes to the world where the character already is.
//
// The zone's thread of a world notes a character before it enters, and removes it when it has left or was
// refused. Gateways look it up. Any thread; a lock guards it.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "madang/base/ids.h"

namespace madang::net {

class Whereabouts {
 public:
  /// Returns the name of the world where the character is; nothing if it is nowhere.
  std::optional<std::string> find(CharacterId character) const {
    const std::lock_guard lock(mutex_);
    const auto found = worlds_.find(character);
    if (found == worlds_.end()) return std::nullopt;
    return found->second;
  }
  /// Notes that the character is in `world`. Returns false if it is in another world; then nothing changes.
  [[nodiscard]] bool enter(CharacterId character, std::string_view world) {
    const std::lock_guard lock(mutex_);
    return worlds_.try_emplace(character, world).first->second == world;
  }
  /// Notes that the character is not in `world` any more. If it is in another world, nothing changes.
  void leave(CharacterId character, std::string_view world) {
    const std::lock_guard lock(mutex_);
    const auto found = worlds_.find(character);
    if (found != worlds_.end() && found->second == world) worlds_.erase(found);
  }
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return worlds_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<CharacterId, std::string> worlds_;
};

}  // namespace madang::net
