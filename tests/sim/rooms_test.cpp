// The rooms in the simulator: the lobby pairs players, a room is a game of chess, and lost lines come back.
#include "rooms/rooms.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
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

madang::sim::Scene<Rooms> scene(const Rooms& rules = Rooms()) {
  madang::sim::Scene<Rooms> scene;
  scene.map = world::Map::empty(8, 8);
  scene.rules = rules;
  scene.has_rooms = true;
  scene.has_lasting_characters = false;  // as on a server without accounts
  scene.network.delay_max = 80ms;
  scene.network.splits_percent = 40;
  return scene;
}

/// The two make their moves in turns.
void play_all(Simulation& game, Client& white, Client& black, std::initializer_list<std::string_view> moves) {
  bool is_whites = true;
  for (const std::string_view move : moves) {
    (is_whites ? white : black).send(Play{move});
    is_whites = !is_whites;
    game.run(500ms);
  }
}
Board last_board(const Client& client) { return client.received<Board>().back(); }
std::string state_of(const Board& board) { return std::string(board.state.view()); }
std::string state(const Client& client) { return state_of(last_board(client)); }
std::string seat(const Client& client) {
  const Board board = last_board(client);
  const wire::Id own = client.view().welcome().entity;
  return own == board.players[0] ? "white" : own == board.players[1] ? "black" : "none";
}
bool is_whites_turn(const Client& client) { return last_board(client).chess.is_whites_turn; }

TEST(Rooms, TheLobbyPairsTwoAndTellsNobodyElse) {
  const std::string failure = first_failure(10, [](std::uint64_t seed) -> std::string {
    Simulation game(seed, scene());
    Client& ann = game.join("Ann", {.ticket = 1});
    Client& twin = game.join("Ann", {.ticket = 1});
    Client& watcher = game.join("Tom");
    game.run(1s);
    for (const Client* client : {&ann, &twin, &watcher})
      if (client->count<Paired>() != 0) return client->name() + " plays alone";
    Client& bob = game.join("Bob", {.ticket = 2});
    Client& eve = game.join("Eve", {.ticket = 3});
    game.run(1s);
    if (twin.count<Paired>() != 1 || bob.count<Paired>() != 1) return "they were not paired";
    if (ann.count<Paired>() + watcher.count<Paired>() + eve.count<Paired>() != 0) return "others know it";
    if (eve.count<Board>() != 0) return "there is a game in the lobby";
    const std::string room(twin.received<Paired>()[0].room.view());
    if (room != bob.received<Paired>()[0].room.view() || room.size() != 21) return "the rooms are different";
    twin.enter_world(room);
    bob.enter_world(room);
    game.run(2s);
    if (seat(twin) == seat(bob) || seat(twin) == "none" || seat(bob) == "none") return "a seat is wrong";
    if (!last_board(twin).is_playing() || !last_board(bob).is_playing()) return "the game does not begin";

    Client& dan = game.join("Dan", {.ticket = 4});
    game.run(1s);
    if (eve.count<Paired>() != 1 || dan.count<Paired>() != 1) return "the next two were not paired";
    if (dan.received<Paired>()[0].room.view() == room) return "their room is not their own";
    return game.problems();
  });
  EXPECT_EQ(failure, "");
}

TEST(Rooms, TheLobbyDoesNotPairOneWhoIsGone) {
  const std::string failure = first_failure(10, [](std::uint64_t seed) -> std::string {
    Simulation game(seed, scene());
    Client& ann = game.join("Ann", {.ticket = 1});
    ann.log_out();
    game.run(1s);
    Client& bob = game.join("Bob", {.ticket = 2});
    game.run(1s);
    if (bob.count<Paired>() != 0) return "Bob plays with nobody";
    Client& eve = game.join("Eve", {.ticket = 3});
    game.run(1s);
    if (bob.count<Paired>() != 1 || eve.count<Paired>() != 1) return "Bob and Eve were not paired";
    return game.problems();
  });
  EXPECT_EQ(failure, "");
}

TEST(Rooms, TwoHaveASeatAndTheOthersWatch) {
  const std::string failure = first_failure(10, [](std::uint64_t seed) -> std::string {
    Simulation game(seed, scene());
    Client& ann = game.join("Ann", {.ticket = 1}, "tea");
    Client& watcher = game.join("Tom", {}, "tea");
    game.run(500ms);
    if (last_board(ann).is_playing()) return "it begins with one player";
    ann.send(Play{"e2e4"});
    game.run(500ms);
    if (ann.count<NotPlayed>() != 1 || !is_whites_turn(ann)) return "a move before the game";
    Client& bob = game.join("Bob", {.ticket = 2}, "tea");
    Client& late = game.join("Eve", {.ticket = 3}, "tea");
    game.run(500ms);
    if (seat(ann) != "white" || seat(bob) != "black") return "the seats are wrong";
    if (seat(watcher) != "none" || seat(late) != "none") return "there are more than two seats";
    for (const Client* client : {&ann, &bob, &watcher, &late})
      if (!last_board(*client).is_playing()) return client->name() + " does not see that it begins";
    return game.problems();
  });
  EXPECT_EQ(failure, "");
}

TEST(Rooms, WhoLeavesBeforeTheGameGivesTheSeatBack) {
  Simulation game(1, scene());
  Client& ann = game.join("Ann", {.ticket = 1}, "tea");
  Client& watcher = game.join("Tom", {}, "tea");
  watcher.log_out();
  game.run(500ms);
  EXPECT_EQ(seat(ann), "white");
  ann.log_out();
  game.run(500ms);
  Client& bob = game.join("Bob", {.ticket = 2}, "tea");
  game.run(500ms);
  EXPECT_EQ(seat(bob), "white");
  EXPECT_FALSE(last_board(bob).is_playing());
  Client& eve = game.join("Eve", {.ticket = 3}, "tea");
  game.run(500ms);
  EXPECT_EQ(seat(eve), "black");
  eve.log_out();
  bob.log_out();
  game.run(500ms);
  Client& dan = game.join("Dan", {.ticket = 4}, "tea");
  game.run(500ms);
  EXPECT_EQ(seat(dan), "none") << "in a game, a seat stays with its ticket";
  EXPECT_EQ(game.problems(), "");
}

TEST(Rooms, OnlyThePlayersPlay) {
  const std::string failure = first_failure(10, [](std::uint64_t seed) -> std::string {
    Simulation game(seed, scene());
    Client& ann = game.join("Ann", {.ticket = 1}, "tea");
    Client& watcher = game.join("Tom", {}, "tea");
    Client& bob = game.join("Bob", {.ticket = 2}, "tea");
    Client& late = game.join("Eve", {.ticket = 3}, "tea");
    game.run(500ms);
    late.send(Play{"f2f3"});
    watcher.send(Play{"f2f3"});
    bob.send(Play{"e7e5"});
    ann.send(Play{"e2e5"});
    game.run(500ms);
    for (const Client* client : {&bob, &ann})
      if (client->count<NotPlayed>() != 1) return client->name() + " was not refused";
    for (const Client* client : {&late, &watcher})
      if (client->count<NotPlayed>() != 0) return client->name() + " got what is for another";
    if (!is_whites_turn(late)) return "somebody else has moved";
    bob.send(Play{"e2e4"});
    game.run(500ms);
    if (bob.count<NotPlayed>() != 2) return "Bob has moved for Ann";
    ann.send(Play{"e2e4"});
    game.run(500ms);
    if (is_whites_turn(watcher) || last_board(watcher).last.view() != "e2e4") return "the move is not seen";
    if (last_board(late).chess.squares.view().find('P', 24) != 28) return "the pawn is not seen";
    ann.send(Play{"d2d4"});
    game.run(500ms);
    if (ann.count<NotPlayed>() != 2) return "Ann moves twice";
    return game.problems();
  });
  EXPECT_EQ(failure, "");
}

TEST(Rooms, FoolsMateIsSeenByAll) {
  const std::string failure = first_failure(10, [](std::uint64_t seed) -> std::string {
    Simulation game(seed, scene());
    Client& ann = game.join("Ann", {.ticket = 1}, "tea");
    Client& watcher = game.join("Tom", {}, "tea");
    Client& bob = game.join("Bob", {.ticket = 2}, "tea");
    game.run(500ms);
    play_all(game, ann, bob, {"f2f3", "e7e5", "g2g4", "d8h4"});
    for (const Client* client : {&watcher, &bob, &ann})
      if (state(*client) != "mate" || !is_whites_turn(*client)) return client->name() + " does not see it";
    ann.send(Play{"a2a3"});
    game.run(500ms);
    if (ann.count<NotPlayed>() != 1) return "a move after the end";
    Client& late = game.join("Eve", {.ticket = 3}, "tea");
    game.run(500ms);
    if (state(late) != "mate") return "Eve does not see how it ended";
    return game.problems();
  });
  EXPECT_EQ(failure, "");
}

TEST(Rooms, CheckIsSeenAndIsOverWithTheNextMove) {
  Simulation game(1, scene());
  Client& ann = game.join("Ann", {.ticket = 1}, "tea");
  Client& bob = game.join("Bob", {.ticket = 2}, "tea");
  play_all(game, ann, bob, {"e2e4", "f7f6", "d1h5"});
  EXPECT_EQ(state(ann), "check");
  bob.send(Play{"a7a6"});
  game.run(500ms);
  EXPECT_EQ(bob.count<NotPlayed>(), 1u) << "the king stays in check";
  bob.send(Play{"g7g6"});
  game.run(500ms);
  EXPECT_EQ(state(ann), "");
  EXPECT_TRUE(is_whites_turn(ann));
  EXPECT_EQ(game.problems(), "");
}

TEST(Rooms, StalemateIsADraw) {
  Simulation game(1, scene());
  Client& ann = game.join("Ann", {.ticket = 1}, "tea");
  Client& bob = game.join("Bob", {.ticket = 2}, "tea");
  // The shortest game that is known to end so, by Sam Loyd.
  play_all(game, ann, bob,
           {"e2e3", "a7a5", "d1h5", "a8a6", "h5a5", "h7h5", "h2h4", "a6h6", "a5c7", "f7f6", "c7d7", "e8f7",
            "d7b7", "d8d3", "b7b8", "d3h7", "b8c8", "f7g6", "c8e6"});
  EXPECT_EQ(state(ann), "stalemate");
  EXPECT_EQ(game.problems(), "");
}

TEST(Rooms, FiftyMovesWithoutProgressAreADraw) {
  Simulation game(1, scene());
  Client& ann = game.join("Ann", {.ticket = 1}, "tea");
  Client& bob = game.join("Bob", {.ticket = 2}, "tea");
  for (int round = 0; round < 25; ++round) {
    EXPECT_EQ(state(ann), "") << round;
    play_all(game, ann, bob, {"g1f3", "g8f6", "f3g1", "f6g8"});
  }
  EXPECT_EQ(state(ann), "50 moves");
  EXPECT_EQ(game.problems(), "");
}

TEST(Rooms, AClockRunsDownAndAMoveAddsToIt) {
  const std::string failure = first_failure(10, [&](std::uint64_t seed) -> std::string {
    Simulation game(seed, scene(Rooms(200, 40)));
    Client& ann = game.join("Ann", {.ticket = 1}, "tea");
    game.run(20s);
    if (!last_board(ann).state.empty()) return "the clock runs although nobody else is there";
    Client& bob = game.join("Bob", {.ticket = 2}, "tea");
    if (last_board(bob).ticks_left != std::array<std::uint64_t, 2>{200, 200}) return "the clocks are wrong";
    game.run(3s);
    ann.send(Play{"e2e4"});
    game.run(500ms);
    const auto [white, black] = last_board(bob).ticks_left;
    if (white < 160 || white > 180 || black != 200)
      return "the clocks are " + std::to_string(white) + " and " + std::to_string(black);
    game.run(7s);
    if (state(ann) != "") return "it ended too early";
    Client& watcher = game.join("Tom", {}, "tea");
    const auto [seen_white, seen_black] = last_board(watcher).ticks_left;
    if (seen_white != white || seen_black < 20 || seen_black > 60) return "the watcher sees other clocks";
    game.run(4s);
    for (const Client* client : {&ann, &bob, &watcher}) {
      if (state(*client) != "time" || is_whites_turn(*client))
        return client->name() + " does not see the end";
      if (std::ranges::count(client->received<Board>(), "time", state_of) != 1) return "the end comes twice";
    }
    bob.send(Play{"e7e5"});
    game.run(500ms);
    if (bob.count<NotPlayed>() != 1 || is_whites_turn(bob)) return "a move after the end";
    return game.problems();
  });
  EXPECT_EQ(failure, "");
}

TEST(Rooms, EachMovePaysForTheTimeOfItsOwnSide) {
  Simulation game(1, scene(Rooms(200, 0)));
  Client& ann = game.join("Ann", {.ticket = 1}, "tea");
  Client& bob = game.join("Bob", {.ticket = 2}, "tea");
  game.run(2s);
  ann.send(Play{"e2e4"});
  game.run(6s);
  bob.send(Play{"e7e5"});
  game.run(500ms);
  const auto [white, black] = last_board(ann).ticks_left;
  EXPECT_NEAR(static_cast<double>(white), 150, 12);
  EXPECT_NEAR(static_cast<double>(black), 80, 12);
  game.run(6s);
  EXPECT_EQ(state(ann), "");
  game.run(3s);
  EXPECT_EQ(state(ann), "time");
  EXPECT_TRUE(is_whites_turn(ann));
  EXPECT_EQ(game.problems(), "");
}

TEST(Rooms, AMoveInTheLastTickCountsOrTheTimeIsUp) {
  int in_time = 0, late = 0;
  for (int wait_ms = 4'700; wait_ms < 5'200; wait_ms += 10) {
    auto near = scene(Rooms(100, 0));
    near.network.delay_max = 10ms;
    Simulation game(1, near);
    Client& ann = game.join("Ann", {.ticket = 1}, "tea");
    Client& bob = game.join("Bob", {.ticket = 2}, "tea");
    game.run(std::chrono::milliseconds(wait_ms));
    ann.send(Play{"e2e4"});
    game.run(1s);
    if (state(bob).empty() && !is_whites_turn(bob)) {
      ++in_time;
      EXPECT_LE(last_board(bob).ticks_left[0], 20u) << wait_ms;
      EXPECT_GT(last_board(bob).ticks_left[0], 0u) << wait_ms;
    } else {
      ++late;
      EXPECT_EQ(state(bob), "time") << wait_ms;
      EXPECT_TRUE(is_whites_turn(bob)) << wait_ms << ": black has lost for white's time";
    }
    EXPECT_EQ(game.problems(), "");
  }
  EXPECT_GT(in_time, 0);
  EXPECT_GT(late, 0);
}

TEST(Rooms, WhoLosesTheLineComesBackToTheGame) {
  const std::string failure = first_failure(20, [](std::uint64_t seed) -> std::string {
    Simulation game(seed, scene());
    Client& ann = game.join("Ann", {.ticket = 1}, "tea");
    Client& bob = game.join("Bob", {.ticket = 2}, "tea");
    play_all(game, ann, bob, {"e2e4", "e7e5"});
    ann.break_line();
    game.run(2s);
    Client& thief = game.join("Ann", {.ticket = 77}, "tea");
    game.run(500ms);
    if (seat(thief) != "none") return "somebody else got the seat";
    ann.come_back();
    game.run(2s);
    if (seat(ann) != "white") return "Ann has lost her seat";
    if (last_board(ann).last.view() != "e7e5") return "Ann does not see the game";
    if (last_board(ann).ticks_left[0] > 6000) return "Ann's clock has stopped";
    if (last_board(bob).players != last_board(ann).players) return "Bob does not see that Ann is back";
    ann.send(Play{"g1f3"});
    game.run(1s);
    if (is_whites_turn(bob)) return "Ann cannot go on";
    return game.problems();
  });
  EXPECT_EQ(failure, "");
}

TEST(Rooms, AnOldConnectionThatHangsDoesNotPlayOnTheSeat) {
  Simulation game(1, scene());
  Client& old = game.join("Ann", {.ticket = 1}, "tea");
  Client& bob = game.join("Bob", {.ticket = 2}, "tea");
  Client& ann = game.join("Ann", {.ticket = 1}, "tea");
  game.run(500ms);
  old.send(Play{"e2e4"});
  game.run(1s);
  EXPECT_TRUE(is_whites_turn(bob));
  ann.send(Play{"e2e4"});
  game.run(1s);
  EXPECT_FALSE(is_whites_turn(bob));
  old.log_out();
  game.run(1s);
  play_all(game, bob, ann, {"e7e5", "d2d4"});
  EXPECT_FALSE(is_whites_turn(bob)) << "the seat went with the old connection";
  EXPECT_EQ(game.problems(), "");
}

}  // namespace
}  // namespace rooms
