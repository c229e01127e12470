// Whereabouts: in which world each character is, and which session acts for it. So a character is never in
// two worlds at once, whatever connections its player opens. The last login wins: it comes to the world where
// the character already is. A session that goes from one world to another finds its character taken if
// another login was faster.
//
// The zones' threads note who enters and leaves; gateways look it up. Any thread; a lock guards it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "madang/base/ids.h"

namespace madang::net {

class Whereabouts {
 public:
  enum class Entry : std::uint8_t {
    ok,
    elsewhere,  ///< the character is in another world, so the login must go there
    replaced,   ///< another session acts for the character now
  };

  /// Returns the name of the world where the character is; nothing if it is in none.
  std::optional<std::string> find(CharacterId character) const {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(character);
    if (found == places_.end() || found->second.is_between) return std::nullopt;
    return found->second.world;
  }

  /// A session brings its character into `world`. `is_travel`: from another world, and not by a login. Notes
  /// it if the result is ok.
  [[nodiscard]] Entry enter(CharacterId character, std::string_view world, SessionId session,
                            bool is_travel) {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(character);
    const bool is_known = found != places_.end();
    if (is_travel && !(is_known && found->second.is_between && found->second.session == session))
      return Entry::replaced;
    if (is_known && !found->second.is_between && found->second.world != world) return Entry::elsewhere;
    places_[character] = {std::string(world), session, is_travel, false};
    return Entry::ok;
  }
  /// The character has left `world`, and its session wants to enter another one.
  void depart(CharacterId character, std::string_view world, SessionId session) {
    const std::lock_guard lock(mutex_);
    if (Place* place = in(character, world)) *place = {{}, session, true, true};
  }
  /// The character is not let into `world`: it is between two worlds again, or nowhere.
  void refuse(CharacterId character, std::string_view world) {
    const std::lock_guard lock(mutex_);
    Place* place = in(character, world);
    if (!place) return;
    if (!place->is_travel) {
      places_.erase(character);
    } else {
      place->is_between = true;
    }
  }
  /// The character is not in `world` any more. If it is elsewhere, nothing changes.
  void leave(CharacterId character, std::string_view world) {
    const std::lock_guard lock(mutex_);
    if (in(character, world)) places_.erase(character);
  }
  /// The session has ended. If its character was between two worlds, it is nowhere.
  void forget(CharacterId character, SessionId session) {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(character);
    if (found != places_.end() && found->second.is_between && found->second.session == session)
      places_.erase(found);
  }
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return places_.size();
  }

 private:
  struct Place {
    std::string world;
    SessionId session;        ///< that has brought it there
    bool is_travel = false;   ///< it came from another world
    bool is_between = false;  ///< it is in no world, and its session is about to enter one
  };
  Place* in(CharacterId character, std::string_view world) {
    const auto found = places_.find(character);
    const bool is_there = found != places_.end() && !found->second.is_between && found->second.world == world;
    return is_there ? &found->second : nullptr;
  }

  mutable std::mutex mutex_;
  std::unordered_map<CharacterId, Place> places_;
};

}  // namespace madang::net
