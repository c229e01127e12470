// Whereabouts: in which world each character is, and which session acts for it. So a character is never in
// two worlds at once, whatever connections its player opens. The last login wins: it comes to the world where
// the character already is. A session that goes from one world to another finds its character taken if
// another login was faster.
//
// The runners' threads note who enters and leaves; gateways look it up. Any thread; a lock guards it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "madang/base/ids.h"
#include "madang/world/cell_map.h"

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
    const Place* place = places_.find(character);
    return place && place->world ? std::optional(place->world->first) : std::nullopt;
  }

  /// A session brings its character into `world`. `is_travel`: from another world, and not by a login. Notes
  /// it if the result is ok.
  [[nodiscard]] Entry enter(CharacterId character, std::string_view world, SessionId session,
                            bool is_travel) {
    const std::lock_guard lock(mutex_);
    const Place* before = places_.find(character);
    if (is_travel && !(before && before->is_between(session))) return Entry::replaced;
    if (before && before->world && before->world->first != world) return Entry::elsewhere;
    World& here = *worlds_.try_emplace(std::string(world), 0).first;
    ++here.second;
    Place& place = places_.get(character);
    leave_world(place);
    place = {&here, session, is_travel};
    return Entry::ok;
  }
  /// The character has left `world`, and its session wants to enter another one.
  void depart(CharacterId character, std::string_view world, SessionId session) {
    const std::lock_guard lock(mutex_);
    Place* place = in(character, world);
    if (!place) return;
    leave_world(*place);
    *place = {nullptr, session, true};
  }
  /// The character is not let into `world`: it is between two worlds again, or nowhere.
  void refuse(CharacterId character, std::string_view world) {
    const std::lock_guard lock(mutex_);
    Place* place = in(character, world);
    if (!place) return;
    leave_world(*place);
    if (!place->is_travel) places_.erase(character);
  }
  /// The character is not in `world` any more. If it is elsewhere, nothing changes.
  void leave(CharacterId character, std::string_view world) {
    const std::lock_guard lock(mutex_);
    Place* place = in(character, world);
    if (!place) return;
    leave_world(*place);
    places_.erase(character);
  }
  /// `world` has ended: the characters that were in it are nowhere.
  void end(const std::string& world) {
    const std::lock_guard lock(mutex_);
    const auto ended = worlds_.find(world);
    if (ended == worlds_.end()) return;
    std::vector<CharacterId> characters;
    places_.for_each([&](CharacterId character, const Place& place) {
      if (place.world == &*ended) characters.push_back(character);
    });
    for (const CharacterId character : characters) places_.erase(character);
    worlds_.erase(ended);
  }
  /// The session has ended. If its character was between two worlds, it is nowhere.
  void forget(CharacterId character, SessionId session) {
    const std::lock_guard lock(mutex_);
    const Place* place = places_.find(character);
    if (place && place->is_between(session)) places_.erase(character);
  }
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return places_.size();
  }

 private:
  /// The name of a world where characters are, and their number.
  using World = std::pair<const std::string, std::size_t>;
  struct Place {
    World* world = nullptr;  ///< null: the character is between two worlds
    SessionId session;       ///< that has brought it there
    bool is_travel = false;  ///< it came from another world

    bool is_between(SessionId its_session) const { return !world && session == its_session; }
  };

  Place* in(CharacterId character, std::string_view world) {
    Place* place = places_.find(character);
    return place && place->world && place->world->first == world ? place : nullptr;
  }
  void leave_world(Place& place) {
    World* left = std::exchange(place.world, nullptr);
    if (left && --left->second == 0) worlds_.erase(worlds_.find(left->first));
  }

  mutable std::mutex mutex_;
  world::CellMap<Place, CharacterId> places_;
  std::unordered_map<std::string, std::size_t> worlds_;  // a name that places point to stays where it is
};

}  // namespace madang::net
