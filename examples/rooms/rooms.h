// Rooms: a lobby, and rooms in which two play chess and the others watch. A client has a ticket, a secret
// number of its own. The first two tickets get the seats. A player whose line was lost enters again with its
// ticket, and its clock runs in the meantime.
//
// The lobby is the main world. There the first two get the name of a room, which nobody else knows.
#pragma once

#include "madang/world/world.h"
#include "rooms/chess.h"

namespace rooms {

namespace world = madang::world;

struct Entry {
  ShortText<24> name;
  std::uint64_t ticket = 0;
  static constexpr auto table =
      wire::record("Entry", "What a client brings.", wire::field("name", &Entry::name, "others see it"),
                   wire::field("ticket", &Entry::ticket, "a secret; 0: the client only watches"));
};
struct Play {
  ChessMove move;
  static constexpr auto table = wire::packet(32, "Play", "Makes a move. The answer is Board or NotPlayed.",
                                             wire::field("move", &Play::move, "such as e2e4, or a7a8q"));
};
struct NotPlayed {
  static constexpr auto table = wire::packet(160, "NotPlayed", "The player may not make this move.");
};
struct Paired {
  ShortText<32> room;
  static constexpr auto table =
      wire::packet(161, "Paired", "Another player is found.", wire::field("room", &Paired::room, "to enter"));
};
struct Board {
  Chess chess;
  ChessMove last;
  ShortText<16> state;
  std::array<wire::Id, 2> players{};
  std::array<std::uint64_t, 2> ticks_left{};
  static constexpr auto table = wire::packet(
      162, "Board", "The game of a room. Two values are those of white and black.",
      wire::field("chess", &Board::chess, "the position"),
      wire::field("last", &Board::last, "the last move, or empty"),
      wire::field("state", &Board::state, "empty or check; at the end: mate, stalemate, 50 moves or time"),
      wire::field("players", &Board::players, "their entities; 0: the seat is free"),
      wire::field("ticks_left", &Board::ticks_left, "on their clocks"));

  std::size_t turn() const { return chess.is_whites_turn ? 0 : 1; }
  bool is_over() const { return !state.empty() && state.view() != "check"; }
  bool is_playing() const { return players[1] && !is_over(); }
};

struct Player {
  ShortText<24> name;
  static constexpr auto table =
      world::attributes("Player", "A client.", world::shown("name", &Player::name, "of the player"));
};
struct Room {
  Board board;
  std::array<std::uint64_t, 2> tickets{};
  std::array<std::uint64_t, 2> characters{};
  std::uint64_t deadline = 0;
  static constexpr auto table = world::attributes(
      "Room", "A room or the lobby.", world::hidden("board", &Room::board, "the game"),
      world::hidden("tickets", &Room::tickets, "of the players"),
      world::hidden("characters", &Room::characters, "of the players"),
      world::hidden("deadline", &Room::deadline, "the tick at which the clock that runs is at zero"));

  bool has_time(std::uint64_t tick) const { return board.is_playing() && tick < deadline; }
};

struct Leave {
  static constexpr auto table = world::effect("Leave", "A client has left.", world::WhenGone::drop);
};
struct TimeIsUp {
  static constexpr auto table = world::effect("TimeIsUp", "A clock is at zero.", world::WhenGone::drop);
};

struct Parts : world::Parts {
  using Entities = wire::Types<Player>;
  using Commands = wire::Types<Play>;
  using Answers = wire::Types<NotPlayed, Paired, Board>;
  using Effects =
      wire::Types<Leave, Play, TimeIsUp>;  // Play goes to the room, because a player does not apply it
  using WorldState = Room;
  using Entry = rooms::Entry;
};

class Rooms : public world::Rules<Parts> {
 public:
  static constexpr std::string_view name = "rooms";
  static constexpr std::uint16_t default_port = 7810;

  /// Both in ticks: the time of a player for a game, and the time that a move adds.
  explicit Rooms(std::uint64_t clock = 6000, std::uint64_t move = 60) : clock_(clock), clock_move_(move) {}

  void enter(WorldChange& world, madang::CharacterId character, const Entry& entry) const {
    const wire::Id player = world.place(character, Player{entry.name}, {}).wire();
    Room& room = *world.operator->();
    if (!room.board.players[1]) {  // the game has not begun
      room.board.ticks_left = {clock_, clock_};
      room.deadline = world.tick() + clock_;
    }
    const auto is_own = [&](std::uint64_t ticket) { return ticket == 0 || ticket == entry.ticket; };
    const std::size_t seat = std::ranges::find_if(room.tickets, is_own) - room.tickets.begin();
    if (entry.ticket != 0 && seat < 2) {
      room.tickets[seat] = entry.ticket;
      room.characters[seat] = character.value;
      room.board.players[seat] = player;
    }
    if (world.world_number() == 0) return pair(world);
    if (room.has_time(world.tick())) room.board.ticks_left[room.board.turn()] = room.deadline - world.tick();
    world.tell_all(room.board);
  }

  void decide(const View& view, const Self<Player>&, Clock, Proposals& propose) const {
    const Room& room = view.world();
    if (room.board.is_playing() && !room.has_time(view.tick())) propose.to_world(TimeIsUp{});
  }

  void apply(Change<Player>& self, const world::Left&) const {
    self.send_to_world(Leave{});
    self.leave();
  }
  /// Before the game has begun, a player that leaves gives the seat back.
  void apply(WorldChange& world, const Leave&) const {
    if (!world->board.players[1] && world->board.players[0] == world.from().wire()) *world.operator->() = {};
  }
  void apply(WorldChange& world, const Play& play) const {
    Board& board = world->board;
    const std::size_t seat = std::ranges::find(board.players, world.from().wire()) - board.players.begin();
    if (seat == 2) return;  // it watches
    if (!world->has_time(world.tick()) || seat != board.turn() || !board.chess.is_legal(play.move))
      return world.answer(madang::CharacterId{world->characters[seat]}, NotPlayed{});
    board.chess.play(play.move);
    board.last = play.move;
    board.ticks_left[seat] = world->deadline - world.tick() + clock_move_;
    world->deadline = world.tick() + board.ticks_left[1 - seat];
    const bool is_check = board.chess.is_in_check(board.chess.is_whites_turn);
    board.state.assign(is_check ? "check" : "");
    if (board.chess.quiet_moves == 100) board.state = "50 moves";
    if (board.chess.legal_moves().empty()) board.state.assign(is_check ? "mate" : "stalemate");
    world.tell_all(board);
  }
  void apply(WorldChange& world, const TimeIsUp&) const {
    if (!world->board.is_playing()) return;  // more than one client has seen it
    world->board.state = "time";
    world.tell_all(world->board);
  }

 private:
  static void pair(WorldChange& world) {
    if (!world->board.players[1]) return;
    const Paired paired{ShortText<32>(fmt::format("game {:016x}", world.chance().next()))};
    for (const std::uint64_t character : world->characters)
      world.answer(madang::CharacterId{character}, paired);
    *world.operator->() = {};
  }

  std::uint64_t clock_, clock_move_;
};

}  // namespace rooms
