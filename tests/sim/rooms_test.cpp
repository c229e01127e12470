// The rooms in the simulator: the lobby pairs players, a room is a game of chess, and lost lines come back.
#include "rooms/rooms.h"

#include <gtest/gtest.h>

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>

#include "madang/sim/simulation.h"

namespace rooms {
namespace {

using namespace std::chrono_literals;
using madang::sim::first_failure;
using Simulation = madang::sim::Simulation<Rooms>;
using Client = madang::sim::Client<Rooms>;

madang::sim::Scene<Rooms> scene(const Clocks& clocks = {}) {
  madang::sim::Scene<Rooms> scene;
  scene.map = world::Map::empty(8, 8);
  scene.rules = Rooms(clocks);
  scene.has_rooms = true;
  scene.network.delay_max = 80ms;
  scene.network.splits_percent = 40;
  return scene;
}

Play play(std::string_view move) {
  const auto square = [&](std::size_t at) {
    return static_cast<std::uint8_t>(move[at] - 'a' + 8 * (move[at + 1] - '1'));
  };
  return {{square(0), square(2), 'Q'}};
}
/// The two make their moves in turns.
void play_all(Simulation& game, Client& white, Client& black, std::initializer_list<std::string_view> moves) {
  bool is_whites = true;
  for (const std::string_view move : moves) {
    (is_whites ? white : black).send(play(move));
    is_whites = !is_whites;
    game.run(500ms);
  }
}
Board last_board(const Client& client) { return client.received<Board>().back(); }
Seat seat(const Client& client) { return client.received<Seated>().back().seat; }

TEST(Rooms, TheLobbyPairsTwoAndTellsNobodyElse) {
  const std::string failure = first_failure(10, [](std::uint64_t seed) -> std::string {
    Simulation game(seed, scene());
    Client& ann = game.join("Ann", {.ticket = 1});
    Client& bob = game.join("Bob", {.ticket = 2});
    Client& eve = game.join("Eve", {.ticket = 3});
    ann.send(Seek{});
    ann.send(Seek{});
    game.run(1s);
    if (ann.count<Paired>() != 0) return "Ann plays with herself";
    bob.send(Seek{});
    game.run(1s);
    if (ann.count<Paired>() != 1 || bob.count<Paired>() != 1) return "they were not paired";
    if (eve.count<Paired>() != 0) return "Eve knows it, too";
    eve.send(Seek{});
    game.run(1s);
    if (eve.count<Paired>() != 0) return "Eve plays with one of a pair";
    const std::string room(ann.received<Paired>()[0].room.view());
    if (room != bob.received<Paired>()[0].room.view() || room.size() != 21)
      return "they go to different rooms";
    ann.enter_world(room);
    bob.enter_world(room);
    game.run(2s);
    if (seat(ann) == seat(bob) || seat(ann) == Seat::none || seat(bob) == Seat::none)
      return "a seat is wrong";
    if (last_board(ann).outcome != Outcome::playing || last_board(bob).outcome != Outcome::playing)
      return "the game does not begin";
    return game.problems();
  });
  EXPECT_EQ(failure, "");
}

TEST(Rooms, TheLobbyDoesNotPairOneWhoIsGone) {
  const std::string failure = first_failure(10, [](std::uint64_t seed) -> std::string {
    Simulation game(seed, scene());
    Client& ann = game.join("Ann");
    Client& bob = game.join("Bob");
    Client& eve = game.join("Eve");
    ann.send(Seek{});
    game.run(1s);
    ann.log_out();
    game.run(1s);
    bob.send(Seek{});
    game.run(1s);
    if (bob.count<Paired>() != 0) return "Bob plays with nobody";
    eve.send(Seek{});
    game.run(1s);
    if (bob.count<Paired>() != 1 || eve.count<Paired>() != 1) return "Bob and Eve were not paired";
    return game.problems();
  });
  EXPECT_EQ(failure, "");
}

TEST(Rooms, TwoHaveASeatAndTheirGameGoesOn) {
  const std::string failure = first_failure(10, [](std::uint64_t seed) -> std::string {
    Simulation game(seed, scene());
    Client& ann = game.join("Ann", {.ticket = 1}, "tea");
    if (last_board(ann).outcome != Outcome::waiting) return "it begins with one player";
    Client& watcher = game.join("Tom", {}, "tea");
    Client& bob = game.join("Bob", {.ticket = 2}, "tea");
    Client& late = game.join("Eve", {.ticket = 3}, "tea");
    game.run(500ms);
    if (seat(ann) != Seat::white || seat(bob) != Seat::black) return "the seats are wrong";
    if (seat(watcher) != Seat::none || seat(late) != Seat::none) return "there are more than two seats";

    ann.send(play("e2e4"));
    game.run(500ms);
    bob.send(Seek{});
    game.run(500ms);
    if (last_board(ann).chess.is_whites_turn) return "a game that goes on has begun anew";
    bob.send(play("a7a6"));
    game.run(500ms);
    ann.send(play("a2a3"));
    game.run(500ms);
    if (ann.count<NotPlayed>() + bob.count<NotPlayed>() > 0) return "a legal move was refused";
    return game.problems();
  });
  EXPECT_EQ(failure, "");
}

TEST(Rooms, OnlyThePlayersPlay) {
  const std::string failure = first_failure(10, [](std::uint64_t seed) -> std::string {
    Simulation game(seed, scene());
    Client& ann = game.join("Ann", {.ticket = 1}, "tea");
    Client& watcher = game.join("Tom", {}, "tea");
    Client& bob = game.join("Bob", {.ticket = 2}, "tea");
    Client& late = game.join("Eve", {.ticket = 3}, "tea");
    game.run(500ms);
    late.send(play("f2f3"));
    watcher.send(play("f2f3"));
    bob.send(play("e7e5"));
    ann.send(play("e2e5"));
    game.run(500ms);
    for (const Client* client : {&late, &watcher, &bob, &ann})
      if (client->count<NotPlayed>() != 1) return client->name() + " was not refused";
    if (!last_board(late).chess.is_whites_turn) return "somebody else has moved";
    return game.problems();
  });
  EXPECT_EQ(failure, "");
}

TEST(Rooms, FoolsMateIsSeenByAllAndThenTheyPlayAgain) {
  const std::string failure = first_failure(10, [](std::uint64_t seed) -> std::string {
    Simulation game(seed, scene());
    Client& ann = game.join("Ann", {.ticket = 1}, "tea");
    Client& watcher = game.join("Tom", {}, "tea");
    Client& bob = game.join("Bob", {.ticket = 2}, "tea");
    game.run(500ms);
    play_all(game, ann, bob, {"f2f3", "e7e5", "g2g4", "d8h4"});
    for (const Client* client : {&watcher, &bob, &ann})
      if (last_board(*client).outcome != Outcome::black_won) return client->name() + " does not see the mate";
    ann.send(play("a2a3"));
    game.run(500ms);
    if (ann.count<NotPlayed>() != 1) return "a move after the end";

    watcher.send(Seek{});
    game.run(500ms);
    if (last_board(ann).outcome != Outcome::black_won) return "one who watches has begun a game";
    bob.send(Seek{});
    game.run(500ms);
    if (last_board(watcher).outcome != Outcome::playing ||
        !last_board(watcher).chess.is_legal(play("e2e4").move))
      return "the next game does not begin";
    return game.problems();
  });
  EXPECT_EQ(failure, "");
}

TEST(Rooms, StalemateIsADraw) {
  Simulation game(1, scene());
  Client& ann = game.join("Ann", {.ticket = 1}, "tea");
  Client& bob = game.join("Bob", {.ticket = 2}, "tea");
  // The shortest game that is known to end so, by Sam Loyd.
  play_all(game, ann, bob,
           {"e2e3", "a7a5", "d1h5", "a8a6", "h5a5", "h7h5", "h2h4", "a6h6", "a5c7", "f7f6", "c7d7", "e8f7",
            "d7b7", "d8d3", "b7b8", "d3h7", "b8c8", "f7g6", "c8e6"});
  EXPECT_EQ(last_board(ann).outcome, Outcome::draw);
  EXPECT_EQ(game.problems(), "");
}

TEST(Rooms, FiftyMovesWithoutProgressAreADraw) {
  Simulation game(1, scene());
  Client& ann = game.join("Ann", {.ticket = 1}, "tea");
  Client& bob = game.join("Bob", {.ticket = 2}, "tea");
  for (int round = 0; round < 25; ++round) {
    EXPECT_EQ(last_board(ann).outcome, Outcome::playing) << round;
    play_all(game, ann, bob, {"g1f3", "g8f6", "f3g1", "f6g8"});
  }
  EXPECT_EQ(last_board(ann).outcome, Outcome::draw);
  EXPECT_EQ(game.problems(), "");
}

TEST(Rooms, AClockRunsDownAndAMoveAddsToIt) {
  const Clocks clocks{.each = 200, .a_move = 40};
  const std::string failure = first_failure(10, [&](std::uint64_t seed) -> std::string {
    Simulation game(seed, scene(clocks));
    Client& ann = game.join("Ann", {.ticket = 1}, "tea");
    game.run(20s);
    if (last_board(ann).outcome != Outcome::waiting) return "the clock runs although nobody else is there";
    Client& bob = game.join("Bob", {.ticket = 2}, "tea");
    game.run(3s);
    ann.send(play("e2e4"));
    game.run(500ms);
    const Board board = last_board(bob);
    if (board.seconds_left[0] < 8 || board.seconds_left[0] > 9 || board.seconds_left[1] != 10)
      return "the clocks are " + std::to_string(board.seconds_left[0]) + " and " +
             std::to_string(board.seconds_left[1]);
    game.run(7s);
    if (last_board(ann).outcome != Outcome::playing) return "it ended too early";
    game.run(4s);
    if (last_board(ann).outcome != Outcome::white_won || last_board(bob).outcome != Outcome::white_won)
      return "black's time was not up";
    if (last_board(ann).seconds_left[1] != 0) return "black has time left";
    return game.problems();
  });
  EXPECT_EQ(failure, "");
}

TEST(Rooms, WhoLosesTheLineComesBackToTheGame) {
  const std::string failure = first_failure(20, [](std::uint64_t seed) -> std::string {
    auto with_new_characters = scene();
    with_new_characters.has_lasting_characters = false;  // as on a server without accounts
    Simulation game(seed, with_new_characters);
    Client& ann = game.join("Ann", {.ticket = 1}, "tea");
    Client& bob = game.join("Bob", {.ticket = 2}, "tea");
    play_all(game, ann, bob, {"e2e4", "e7e5"});
    ann.break_line();
    game.run(2s);
    Client& thief = game.join("Ann", {.ticket = 77}, "tea");
    if (seat(thief) != Seat::none) return "somebody else got the seat";
    ann.come_back();
    game.run(2s);
    if (seat(ann) != Seat::white) return "Ann has lost her seat";
    if (last_board(ann).chess.is_legal(play("e2e4").move)) return "Ann does not see the game";
    ann.send(play("g1f3"));
    game.run(1s);
    if (last_board(bob).chess.is_whites_turn) return "Ann cannot go on";
    return game.problems();
  });
  EXPECT_EQ(failure, "");
}

TEST(Rooms, AnOldConnectionThatHangsDoesNotPlayOnTheSeat) {
  auto with_new_characters = scene();
  with_new_characters.has_lasting_characters = false;
  Simulation game(1, with_new_characters);
  Client& old = game.join("Ann", {.ticket = 1}, "tea");
  Client& bob = game.join("Bob", {.ticket = 2}, "tea");
  Client& ann = game.join("Ann", {.ticket = 1}, "tea");
  game.run(500ms);
  old.send(play("e2e4"));
  game.run(1s);
  EXPECT_EQ(old.count<NotPlayed>(), 1u);
  ann.send(play("e2e4"));
  game.run(1s);
  EXPECT_FALSE(last_board(bob).chess.is_whites_turn);
  old.log_out();
  game.run(1s);
  play_all(game, bob, ann, {"e7e5", "d2d4"});
  EXPECT_FALSE(last_board(bob).chess.is_whites_turn) << "the seat went with the old connection";
  EXPECT_EQ(game.problems(), "");
}

}  // namespace
}  // namespace rooms
