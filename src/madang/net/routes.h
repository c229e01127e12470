// Routes: which session acts for which character, and gets what the world has for it.
//
// A character is in the world, and not its connection. So a player may come back on another connection while
// the old one is still closing. Each character has at most one session. Another session that is attached
// replaces the one before. Detaching a session that is not attached any more does nothing: the late close of
// an old connection harms nobody.
//
// Zone thread only.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "madang/base/ids.h"

namespace madang::net {

class Routes {
 public:
  struct Route {
    SessionId session;
    std::string name;  ///< of the player
  };

  /// Attaches a session to a character. Returns the session that it replaces; none if there was none.
  SessionId attach(CharacterId character, SessionId session, std::string_view name) {
    Route& route = routes_[character];
    const SessionId before = route.session;
    route = {session, std::string(name)};
    return before == session ? SessionId{} : before;
  }
  /// Returns false if the session is not attached to the character any more; then nothing has changed.
  bool detach(CharacterId character, SessionId session) {
    const auto found = routes_.find(character);
    if (found == routes_.end() || found->second.session != session) return false;
    routes_.erase(found);
    return true;
  }
  /// Returns the session of a character; none if there is none.
  SessionId find(CharacterId character) const {
    const Route* route = route_of(character);
    return route ? route->session : SessionId{};
  }
  /// Returns null if the character has no session. The pointer is valid until the next change.
  const Route* route_of(CharacterId character) const {
    const auto found = routes_.find(character);
    return found == routes_.end() ? nullptr : &found->second;
  }
  /// Calls visit(CharacterId, SessionId) for each route, in no order.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& [character, route] : routes_) visit(character, route.session);
  }
  void clear() { routes_.clear(); }
  std::size_t size() const { return routes_.size(); }

 private:
  std::unordered_map<CharacterId, Route> routes_;
};

}  // namespace madang::net
