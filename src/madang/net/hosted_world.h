// HostedWorld: a world of a runner with its players. It makes inputs of the requests of sessions, ticks the
// world, and addresses what the world has for characters to the sessions that act for them
// (madang/net/routes.h).
//
// If a rule of the game breaks the law or throws, the world is closed: its players get the goodbye
// world_closed, and later logins to it are refused. Other worlds go on.
//
// Owned by a WorldRunner; zone thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "madang/base/time.h"
#include "madang/net/chat_log.h"
#include "madang/net/request.h"
#include "madang/net/routes.h"
#include "madang/net/tick_output.h"
#include "madang/net/tick_recorder.h"
#include "madang/net/whereabouts.h"
#include "madang/net/world_info.h"
#include "madang/world/any_world.h"
#include "madang/world/game_info.h"

namespace madang::net {

class HostedWorld {
 public:
  /// What all worlds of a runner have in common in one tick.
  struct Turn {
    std::uint64_t number;  ///< counts the ticks of the runner
    std::uint32_t length;  ///< in ordinary ticks
    Duration interval;     ///< between two ticks
  };

  /// `game` is the game of the world. The references must outlive this object.
  HostedWorld(const world::GameInfo& game, std::shared_ptr<WorldInfo> info,
              std::unique_ptr<world::AnyWorld> world, Whereabouts& whereabouts);

  /// Sets the recorder of the ticks, which must outlive the last tick.
  void set_recorder(TickRecorder& recorder) { recorder_ = &recorder; }
  void set_crew(world::Crew& crew) { world_->set_crew(crew); }

  // --- Requests. Their bodies must stay valid until the next tick is over.

  /// The character of a session enters, or the session takes over a character that is here. Returns the
  /// session that it replaces; none if there was none.
  SessionId enter(const Request& request);
  /// The session does not act for its character any more, and the character leaves. A departure: the session
  /// acts for it until it has left.
  void leave(const Request& request);
  /// A command or words. Ignored if the session does not act for the character.
  void add(const Request& request, ChatLog& chat, Time now);

  /// The operator does something in the world: `action` is its number in GameInfo::operator_actions. The body
  /// is kept here until the tick is over.
  void operate(std::uint16_t action, std::string body);

  // --- Ticks

  /// Ticks the world, and adds its output. All sessions in `closed`, `refused` and `departed` have no
  /// character here any more.
  void tick(const Turn& turn, TickOutput& output);
  /// Closes the sessions of all players: the world ends now.
  void end(CloseReason reason, TickOutput& output);

  // --- Reading

  const WorldInfo& info() const { return *info_; }
  const world::AnyWorld& world() const { return *world_; }
  const Routes& routes() const { return routes_; }
  bool is_broken() const { return !world_->broken().empty(); }
  /// Returns the number of ticks in sequence in which the world had no players.
  std::uint64_t empty_ticks() const { return empty_ticks_; }

 private:
  /// A session that takes over a character that is in the world.
  struct TakeOver {
    CharacterId character;
    SessionId session;
    world::CellRect watch;  ///< what the session watches from this tick on
  };
  struct Departing {
    CharacterId character;
    SessionId session;
  };

  void take_over(CharacterId character, SessionId session);
  void choose_cells(const Turn& turn);
  void address(TickOutput& output, const world::WorldOutput& made, std::uint32_t world_number);
  void address_entered(TickOutput& output, const world::WorldOutput& made);
  void address_left(TickOutput& output, const world::WorldOutput& made);
  void address_watch_changes(TickOutput& output, const world::WorldOutput& made, std::uint32_t world_number);
  bool is_here(CharacterId character) const { return world_->find_row(character) != nullptr; }
  static TickOutput::Personal& of(TickOutput& output, SessionId session) {
    return output.personal[worker_of(session)];
  }

  const world::GameInfo& game_;
  const std::shared_ptr<WorldInfo> info_;
  const std::unique_ptr<world::AnyWorld> world_;
  Whereabouts& whereabouts_;
  TickRecorder* recorder_ = nullptr;
  Routes routes_;
  std::uint64_t empty_ticks_ = 0;
  std::vector<Departing> departing_;  // until their characters have left

  // Of the present tick:
  std::vector<world::Input> inputs_;
  std::deque<std::string> action_bodies_;  // they never move
  std::vector<CharacterId> leaving_;
  std::vector<TakeOver> take_overs_;
  std::vector<world::CellIndex> state_cells_;     // whose full states are requested
  std::vector<world::CellIndex> position_cells_;  // throttled cells whose CellPositions is due
};

}  // namespace madang::net
