// After every tick every watcher knows exactly what is in its cells. A client applies the events of the zone
// in the order of events.h. The test compares the client with a search of the whole world.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "board/zone.h"
#include "unit/board/board.h"
#include "unit/board/client_model.h"
#include "unit/board/script.h"

namespace madang::board {
namespace {

struct Scene {
  std::string name;
  ZoneConfig config;
  Habits habits;
  int ticks = 400;
};

void PrintTo(const Scene& scene, std::ostream* out) { *out << scene.name; }

class Watchers : public testing::TestWithParam<Scene> {
 protected:
  using Clients = std::map<SessionId, std::unique_ptr<ClientModel>>;

  static void tell(const Zone& zone, const TickEvents& events, const Script& script, Clients& clients) {
    std::map<SessionId, const WatchChanged*> changes;
    for (const WatchChanged& change : events.watch_changes) {
      EXPECT_TRUE(changes.emplace(change.owner, &change).second) << "two changes of one watcher in a tick";
      EXPECT_TRUE(script.players().contains(change.owner)) << "a change of a player that is not in the world";
    }
    std::erase_if(clients, [&](const auto& entry) { return !script.players().contains(entry.first); });
    for (const auto& [owner, player] : script.players()) {
      auto& client = clients[owner];
      if (!client) client = std::make_unique<ClientModel>(zone.grid());
      const auto change = changes.find(owner);
      client->apply(zone, events, change == changes.end() ? nullptr : change->second);
    }
  }

  /// Checks that the client has exactly the pieces in its watched cells, each at its position.
  static void compare(const Zone& zone, const Script& script, const Clients& clients) {
    for (const auto& [owner, client] : clients) {
      std::map<Alias, SeenPiece> expected;
      for (const auto& [other, piece] : script.players()) {
        const CellIndex cell = zone.grid().cell_of(piece.position);
        if (zone.grid().contains(client->watch(), cell))
          expected[piece.alias] = {piece.id, piece.name, cell, piece.position};
      }
      ASSERT_EQ(client->violations(), std::vector<std::string>{});
      ASSERT_TRUE(client->pieces() == expected)
          << "owner " << owner.value << " sees " << client->pieces().size() << " of " << expected.size();
    }
  }

  static void check_sight(const Zone& zone, const Script& script, const Clients& clients) {
    const int view = static_cast<int>(zone.config().view_radius);
    const int leave = static_cast<int>(zone.config().leave_radius);
    const int cell = static_cast<int>(zone.config().cell_size);
    for (const auto& [owner, player] : script.players()) {
      const ClientModel& client = *clients.at(owner);
      for (const auto& [other, piece] : script.players()) {
        const int distance = std::max(std::abs(player.position.x - piece.position.x),
                                      std::abs(player.position.y - piece.position.y));
        if (distance <= view) {
          ASSERT_TRUE(client.pieces().contains(piece.alias)) << "a piece " << distance << " tiles away";
        }
        if (distance > leave + cell) {
          ASSERT_FALSE(client.pieces().contains(piece.alias)) << "a piece " << distance << " tiles away";
        }
      }
    }
  }

  static void check_newly_watched(const Zone& zone, const TickEvents& events) {
    std::vector<CellIndex> expected;
    for (const WatchChanged& change : events.watch_changes)
      zone.grid().for_each_without(change.now, change.before,
                                   [&](CellIndex cell) { expected.push_back(cell); });
    std::sort(expected.begin(), expected.end());
    expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
    ASSERT_EQ(events.newly_watched, expected);
  }
};

TEST_P(Watchers, KnowExactlyWhatIsInTheCellsTheyWatch) {
  const Scene& scene = GetParam();
  Zone zone(scene.config);
  Script script(scene.config.seed, scene.habits);
  Clients clients;
  TickEvents events;
  std::size_t moves = 0;
  for (int tick = 1; tick <= scene.ticks; ++tick) {
    SCOPED_TRACE(fmt::format("tick {}", tick));
    std::vector<Command> commands = script.next();
    zone.tick(commands, events);
    script.learn(events);
    moves += events.steps.size() + events.enters.size();
    ASSERT_EQ(zone.player_count(), script.players().size());
    tell(zone, events, script, clients);
    compare(zone, script, clients);
    check_sight(zone, script, clients);
    check_newly_watched(zone, events);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(moves, 0u);
}

const Scene scenes[] = {
    {"Dense",
     {.width = 60, .height = 60, .cell_size = 8, .move_interval_ticks = 1, .move_slack_ticks = 0},
     {.players = 80}},
    {"Sparse",
     {.width = 400, .height = 300, .move_interval_ticks = 1, .move_slack_ticks = 0},
     {.players = 60, .turn_percent = 2}},
    {"OddSizes",
     {.width = 101, .height = 37, .cell_size = 16, .move_interval_ticks = 2, .move_slack_ticks = 1},
     {.players = 50}},
    {"OneTile",
     {.width = 1, .height = 1, .cell_size = 4, .obstacle_percent = 0},
     {.players = 10, .leave_permille = 100}},
    {"Tiny",
     {.width = 5,
      .height = 3,
      .cell_size = 4,
      .obstacle_percent = 0,
      .move_interval_ticks = 1,
      .move_slack_ticks = 0,
      .view_radius = 1,
      .leave_radius = 1},
     {.players = 20, .leave_permille = 50}},
    {"Maze",
     {.width = 90,
      .height = 90,
      .cell_size = 16,
      .obstacle_percent = 45,
      .move_interval_ticks = 1,
      .move_slack_ticks = 0},
     {.players = 60, .turn_percent = 50}},
    {"LargeCells",
     {.width = 300, .height = 200, .cell_size = 128, .move_interval_ticks = 1, .move_slack_ticks = 0},
     {.players = 50, .turn_percent = 2}},
    {"SmallCellsAndFarSight",
     {.width = 120,
      .height = 120,
      .cell_size = 4,
      .move_interval_ticks = 1,
      .move_slack_ticks = 0,
      .view_radius = 25,
      .leave_radius = 33},
     {.players = 50, .turn_percent = 3}},
    {"WithoutHysteresis",
     {.width = 100,
      .height = 100,
      .cell_size = 8,
      .move_interval_ticks = 1,
      .move_slack_ticks = 0,
      .view_radius = 6,
      .leave_radius = 6},
     {.players = 60}},
    {"ComingAndGoing",
     {.width = 40,
      .height = 40,
      .cell_size = 8,
      .move_interval_ticks = 1,
      .move_slack_ticks = 0,
      .players_max = 25},
     {.players = 25, .enter_percent = 80, .leave_permille = 300, .talk_percent = 30},
     2000},
    {"Unhurried",
     {.width = 64, .height = 64, .move_interval_ticks = 20, .move_slack_ticks = 2},
     {.players = 60, .move_percent = 10}},
};

INSTANTIATE_TEST_SUITE_P(Scenes, Watchers, testing::ValuesIn(scenes),
                         [](const auto& scene) { return scene.param.name; });

/// Returns the words that a player at (100, 100) gets. A player at (105, 100) says "one" and "three". The
/// first player says "two" between them. A third player, out of sight, says something else.
std::vector<std::string> heard_with_cells_of(std::uint32_t cell_size) {
  ZoneConfig config = open_field(200, 200);
  config.cell_size = cell_size;
  Board board(config);
  Player listener = board.enter();
  board.walk(listener, {100, 100});
  Player near = board.enter();
  board.walk(near, {105, 100});
  Player far = board.enter();
  board.walk(far, {150, 100});
  ClientModel client(board.zone.grid());
  const WatchChanged first{listener.owner, listener.alias, {}, board.zone.watch_of(listener.alias)};
  board.events.clear();
  board.zone.grid().for_each(first.now, [&](CellIndex cell) { board.events.newly_watched.push_back(cell); });
  client.apply(board.zone, board.events, &first);

  board.queue_say(near, "one");
  board.queue_say(listener, "two");
  board.queue_say(far, "not near enough");
  board.queue_say(near, "three");
  board.tick();
  client.apply(board.zone, board.events, nullptr);
  EXPECT_TRUE(client.violations().empty());
  return client.heard();
}

TEST(Watcher, GetsTheWordsOfAllPiecesInSightAndThoseOfACellInTheirOrder) {
  EXPECT_EQ(heard_with_cells_of(16), (std::vector<std::string>{"one", "two", "three"}));
  EXPECT_EQ(heard_with_cells_of(8), (std::vector<std::string>{"two", "one", "three"}))
      << "cell by cell: the words of one cell stay in their order";
}

TEST(Watcher, GetsTheLastWordsOfAPlayerThatLeaves) {
  Board board(open_field(4, 4));
  const Player listener = board.enter();
  ClientModel client(board.zone.grid());
  client.apply(board.zone, board.events, &board.events.watch_changes[0]);
  const Player other = board.enter();
  client.apply(board.zone, board.events, nullptr);
  board.queue_say(other, "goodbye");
  board.queue_leave(other.owner);
  board.tick();
  client.apply(board.zone, board.events, nullptr);
  EXPECT_EQ(client.heard(), std::vector<std::string>{"goodbye"});
  EXPECT_EQ(client.pieces().size(), 1u);
  EXPECT_TRUE(client.pieces().contains(listener.alias));
  EXPECT_TRUE(client.violations().empty());
}

}  // namespace
}  // namespace madang::board
