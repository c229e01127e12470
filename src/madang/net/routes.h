// Routes: which session acts for which character, and gets what the world has for it.
//
// A character is in the world, and not its connection. So a player may come back on another connection while
// the old one is still closing. Each character has at most one session. Another session that is attached
// replaces the one before. Detaching a session that is not attached any more does nothing: the late close of
// an old connection harms nobody.
//
// Runner thread only.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "madang/base/ids.h"
#include "madang/world/cell_map.h"

namespace madang::net {

class Routes {
 public:
  /// Attaches a session to a character. `name` is that of the player. Returns the session that it replaces;
  /// none if there was none.
  SessionId attach(CharacterId character, SessionId session, std::string_view name) {
    names_.insert_or_assign(character, std::string(name));
    const SessionId before = std::exchange(sessions_.get(character), session);
    return before == session ? SessionId{} : before;
  }
  /// Returns false if the session is not attached to the character any more; then nothing has changed.
  bool detach(CharacterId character, SessionId session) {
    if (!session || find(character) != session) return false;
    sessions_.erase(character);
    names_.erase(character);
    return true;
  }
  /// Returns the session of a character; none if there is none.
  SessionId find(CharacterId character) const {
    const SessionId* session = sessions_.find(character);
    return session ? *session : SessionId{};
  }
  /// Lets the processor fetch what find() will read, while it does something else.
  void prefetch(CharacterId character) const { sessions_.prefetch(character); }
  /// Returns the name of the player of a character. Precondition: the character has a session.
  std::string_view name_of(CharacterId character) const { return names_.find(character)->second; }
  /// Calls visit(CharacterId, SessionId) for each route, in no order.
  template <class Visit>
  void for_each(Visit visit) const {
    sessions_.for_each(visit);
  }
  void clear() {
    sessions_ = {};
    names_.clear();
  }
  std::size_t size() const { return sessions_.size(); }

 private:
  // Apart, because each command needs the session, and hardly anything needs a name.
  world::CellMap<SessionId, CharacterId> sessions_;
  std::unordered_map<CharacterId, std::string> names_;
};

}  // namespace madang::net
