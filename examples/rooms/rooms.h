// Rooms: a lobby, and rooms in which two play chess and the others watch. The lobby is the main world. It
// pairs two players who seek a game, and tells both the name of their room; that is a secret of the two. A
// client goes there on the same connection, and the server makes the room. Anybody may also agree on a name.
//
// A client brings a ticket: a secret number of its own. The first two who enter a room with one sit down. A
// player whose line is lost logs in to the room again with the same ticket, and goes on; the clock runs on in
// the meantime. A client without a ticket watches, and one that finds no free seat.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "madang/world/game_info.h"
#include "madang/world/world.h"
#include "rooms/chess.h"

namespace rooms {

namespace world = madang::world;
using madang::CharacterId;
using world::EntityId;
using RoomName = madang::ShortText<32>;

enum class Seat : std::uint8_t { white, black, none };
enum class Outcome : std::uint8_t { waiting, playing, white_won, black_won, draw };
constexpr bool is_over(Outcome outcome) { return outcome > Outcome::playing; }

}  // namespace rooms

namespace madang::wire {
template <>
inline constexpr auto enumeration<rooms::Seat> = Enumeration<3>{
    "Seat",
    "Where somebody sits.",
    {{{"white", "plays white"}, {"black", "plays black"}, {"none", "watches, or is in the lobby"}}}};
template <>
inline constexpr auto enumeration<rooms::Outcome> =
    Enumeration<5>{"Outcome",
                   "How a game stands.",
                   {{{"waiting", "a player is missing"},
                     {"playing", "it goes on"},
                     {"white_won", "by mate, or because time is up"},
                     {"black_won", "likewise"},
                     {"draw", "stalemate, or 50 moves of both without progress"}}}};
}  // namespace madang::wire

namespace rooms {

// --- Packets

struct Entry {
  madang::ShortText<24> name;
  std::uint64_t ticket = 0;
  static constexpr auto table = wire::record(
      "Entry", "Who comes.", wire::field("name", &Entry::name, "of the player"),
      wire::field("ticket", &Entry::ticket, "a secret of the client, for a seat; 0: it watches"));
};
struct Seek {
  static constexpr auto table = wire::packet(32, "Seek", "Seeks somebody to play with. In the lobby.");
};
struct Play {
  ChessMove move;
  static constexpr auto table =
      wire::packet(33, "Play", "Makes a move. The answer is Board to all in the room, or NotPlayed.",
                   wire::field("move", &Play::move, "the move"));
};
struct Paired {
  RoomName room;
  static constexpr auto table = wire::packet(160, "Paired", "Somebody to play with is found.",
                                             wire::field("room", &Paired::room, "the world to enter"));
};
struct Seated {
  Seat seat = Seat::none;
  static constexpr auto table =
      wire::packet(161, "Seated", "The client is in a room.", wire::field("seat", &Seated::seat, "its seat"));
};
struct Board {
  Chess chess;
  Outcome outcome = Outcome::waiting;
  std::array<std::uint32_t, 2> seconds_left{};
  static constexpr auto table = wire::packet(
      162, "Board", "The game, for all in the room.", wire::field("chess", &Board::chess, "the position"),
      wire::field("outcome", &Board::outcome, "how the game stands"),
      wire::field("seconds_left", &Board::seconds_left, "on the clocks of white and black"));
};
struct NotPlayed {
  static constexpr auto table =
      wire::packet(163, "NotPlayed", "The move is not legal, or it is not the client's turn.");
};

// --- What there is

struct Player {
  madang::ShortText<24> name;
  Seat seat = Seat::none;
  static constexpr auto table = world::attributes("Player", "Somebody in the lobby or in a room.",
                                                  world::shown("name", &Player::name, "of the player"),
                                                  world::shown("seat", &Player::seat, "where it sits"));
};

/// A lobby or a room.
struct Room {
  EntityId seeker;  // in a lobby
  Chess chess;      // and all else in a room
  Outcome outcome = Outcome::waiting;
  std::array<EntityId, 2> players{};
  std::array<std::uint64_t, 2> tickets{};
  std::array<std::uint64_t, 2> ticks_left{};
  std::uint64_t turn_began = 0;

  std::size_t turn() const { return chess.is_whites_turn ? 0 : 1; }
  bool is_late(std::uint64_t tick) const {
    return outcome == Outcome::playing && tick >= turn_began + ticks_left[turn()];
  }
  static constexpr auto table =
      world::attributes("Room", "A lobby or a room.",
                        world::hidden("seeker", &Room::seeker, "the player in the lobby who seeks a game"),
                        world::hidden("chess", &Room::chess, "the position"),
                        world::hidden("outcome", &Room::outcome, "how the game stands"),
                        world::hidden("players", &Room::players, "who sits at white and black now"),
                        world::hidden("tickets", &Room::tickets, "of the seats; 0: nobody has sat there yet"),
                        world::hidden("ticks_left", &Room::ticks_left, "on the clocks when the turn began"),
                        world::hidden("turn_began", &Room::turn_began, "the tick of the last move"));
};

// --- What happens

struct Seeks {
  static constexpr auto table = world::effect("Seeks", "A player seeks a game.", world::WhenGone::drop);
};
struct Meets {
  RoomName room;
  static constexpr auto table =
      world::effect("Meets", "Somebody to play with is found.", world::WhenGone::drop,
                    wire::field("room", &Meets::room, "where"));
};
struct Moves {
  ChessMove move;
  static constexpr auto table = world::effect("Moves", "A player makes a move.", world::WhenGone::drop,
                                              wire::field("move", &Moves::move, "the move"));
};
struct Refused {
  static constexpr auto table =
      world::effect("Refused", "The move counts for nothing.", world::WhenGone::drop);
};
struct TimeIsUp {
  static constexpr auto table = world::effect("TimeIsUp", "A clock has run down.", world::WhenGone::drop);
};
struct Goes {
  static constexpr auto table = world::effect("Goes", "A player is gone.", world::WhenGone::drop);
};

struct Parts : world::Parts {
  using Entities = wire::Types<Player>;
  using Commands = wire::Types<Seek, Play>;
  using Answers = wire::Types<Paired, Seated, Board, NotPlayed>;
  using Effects = wire::Types<Seeks, Meets, Moves, Refused, TimeIsUp, Goes>;
  using WorldState = Room;
  using Entry = rooms::Entry;
};

/// In ticks.
struct Clocks {
  std::uint64_t each = 6000;
  std::uint64_t a_move = 60;  ///< what a move adds
  std::uint32_t tick_rate = 20;
};

class Rooms : public world::Rules<Parts> {
 public:
  static constexpr std::string_view name = "rooms";
  static constexpr std::uint16_t default_port = 7810;

  explicit Rooms(const Clocks& clocks = {}) : clocks_(clocks) {}

  void enter(WorldChange& world, CharacterId character, const Entry& entry) const {
    const bool is_lobby = world.world_number() == 0;
    const Seat seat = is_lobby ? Seat::none : seat_for(world, entry.ticket);
    const EntityId id = world.place(character, Player{entry.name, seat}, {});
    if (is_lobby) return;
    if (seat != Seat::none) world->players[static_cast<std::size_t>(seat)] = id;
    world.answer(character, Seated{seat});
    if (world->outcome == Outcome::waiting && world->tickets[1] != 0) return begin(world);
    world.answer(character, board(world));
  }

  void decide(const View&, const Self<Player>&, const Seek&, Proposals& propose) const {
    propose.to_world(Seeks{});
  }
  void decide(const View&, const Self<Player>&, const Play& play, Proposals& propose) const {
    propose.to_world(Moves{play.move});
  }
  void decide(const View& view, const Self<Player>&, Clock, Proposals& propose) const {
    if (view.world().is_late(view.tick())) propose.to_world(TimeIsUp{});
  }
  void apply(Change<Player>& self, const Meets& meets) const { self.answer(Paired{meets.room}); }
  void apply(Change<Player>& self, const Refused&) const { self.answer(NotPlayed{}); }
  void apply(Change<Player>& self, const world::Left&) const {
    self.send_to_world(Goes{});
    self.leave();
  }

  /// In a lobby, the second player who seeks a game meets the first one. In a room it begins the next game.
  void apply(WorldChange& world, const Seeks&) const {
    if (world.world_number() != 0) {
      if (is_over(world->outcome) && std::ranges::count(world->players, world.from()) > 0) begin(world);
    } else if (!world->seeker || world->seeker == world.from()) {
      world->seeker = world.from();
    } else {
      Meets meets;
      meets.room.assign(fmt::format("game {:016x}", world.chance().next()));
      world.send(world->seeker, meets);
      world.send(world.from(), meets);
      world->seeker = {};
    }
  }
  void apply(WorldChange& world, const Goes&) const {
    if (world->seeker == world.from()) world->seeker = {};
  }
  void apply(WorldChange& world, const Moves& moves) const {
    Room& room = *world.operator->();
    const std::size_t turn = room.turn();
    if (room.outcome != Outcome::playing || room.players[turn] != world.from() ||
        room.is_late(world.tick()) || !room.chess.is_legal(moves.move))
      return world.send(world.from(), Refused{});
    room.chess.play(moves.move);
    room.ticks_left[turn] += clocks_.a_move - (world.tick() - room.turn_began);
    room.turn_began = world.tick();
    if (!room.chess.has_legal_move()) {
      const bool is_mate = room.chess.is_in_check(room.chess.is_whites_turn);
      room.outcome = !is_mate ? Outcome::draw : turn == 0 ? Outcome::white_won : Outcome::black_won;
    } else if (room.chess.quiet_moves >= Chess::quiet_moves_max) {
      room.outcome = Outcome::draw;
    }
    world.tell_all(board(world));
  }
  void apply(WorldChange& world, const TimeIsUp&) const {
    if (!world->is_late(world.tick())) return;
    world->ticks_left[world->turn()] = 0;
    world->outcome = world->turn() == 0 ? Outcome::black_won : Outcome::white_won;
    world.tell_all(board(world));
  }

 private:
  void begin(WorldChange& world) const {
    world->chess = {};
    world->outcome = Outcome::playing;
    world->ticks_left = {clocks_.each, clocks_.each};
    world->turn_began = world.tick();
    world.tell_all(board(world));
  }
  /// Returns the seat of the ticket, or one on which nobody has sat yet.
  static Seat seat_for(WorldChange& world, std::uint64_t ticket) {
    if (ticket == 0) return Seat::none;
    std::uint64_t* seat = std::ranges::find(world->tickets, ticket);
    if (seat == world->tickets.end()) seat = std::ranges::find(world->tickets, 0u);
    if (seat == world->tickets.end()) return Seat::none;
    *seat = ticket;
    return static_cast<Seat>(seat - world->tickets.begin());
  }
  Board board(WorldChange& world) const {
    Board board{.chess = world->chess, .outcome = world->outcome};
    for (std::size_t side = 0; side < 2; ++side) {
      const bool runs = world->outcome == Outcome::playing && side == world->turn();
      const std::uint64_t passed =
          runs ? std::min(world.tick() - world->turn_began, world->ticks_left[side]) : 0;
      board.seconds_left[side] =
          static_cast<std::uint32_t>((world->ticks_left[side] - passed) / clocks_.tick_rate);
    }
    return board;
  }

  Clocks clocks_;
};

}  // namespace rooms
