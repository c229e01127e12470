// Equal inputs make equal states and equal events, in each run and on every platform and compiler.

#include <gtest/gtest.h>

#include "board/names.h"
#include "board/zone.h"
#include "unit/board/script.h"

namespace madang::board {
namespace {

const ZoneConfig town{.width = 300,
                      .height = 200,
                      .cell_size = 16,
                      .seed = 2024,
                      .tick_rate = 20,
                      .move_interval_ticks = 3,
                      .move_slack_ticks = 1,
                      .players_max = 290};
const Habits townspeople{.players = 300, .enter_percent = 5, .leave_permille = 3};

void add(StateHash& hash, const CellEvent& event) {
  hash.add(event.cell.value);
  hash.add(event.alias.value);
  hash.add(event.position.x);
  hash.add(event.position.y);
}

void add(StateHash& hash, const CellRect& rect) {
  for (const std::uint16_t value : {rect.x0, rect.y0, rect.x1, rect.y1}) hash.add(value);
}

void add_public(StateHash& hash, const TickEvents& events) {
  for (const CellChanges& changes : events.cells) {
    hash.add(changes.cell.value);
    for (const auto& list : {changes.enters, changes.steps, changes.leaves}) {
      hash.add(list.size());
      for (const CellEvent& event : list) add(hash, event);
    }
    hash.add(changes.says.size());
    for (const Said& said : changes.says) {
      hash.add(said.alias.value);
      hash.add(said.text);
    }
  }
  for (const CellIndex cell : events.newly_watched) hash.add(cell.value);
  for (const Shouted& shouted : events.shouts) {
    hash.add(shouted.id.value);
    hash.add(shouted.name);
    hash.add(shouted.text);
  }
}

void add_private(StateHash& hash, const TickEvents& events) {
  for (const Entered& entered : events.entered) {
    hash.add(entered.owner.value);
    hash.add(entered.alias.value);
    hash.add(entered.id.value);
    hash.add(entered.position.x);
    hash.add(entered.position.y);
  }
  for (const EnterRefused& refused : events.enter_refused) hash.add(refused.owner.value);
  for (const Moved& moved : events.moved) {
    hash.add(moved.owner.value);
    hash.add(moved.client_time);
    hash.add(moved.position.x);
    hash.add(moved.position.y);
    hash.add(static_cast<std::uint64_t>(moved.result));
  }
  for (const WatchChanged& change : events.watch_changes) {
    hash.add(change.owner.value);
    add(hash, change.before);
    add(hash, change.now);
  }
}

/// A run of the zone, and its results, which must be equal in each run.
struct History {
  std::vector<std::vector<Command>> commands;
  std::vector<std::uint64_t> states;
  std::uint64_t events = 0;
  std::size_t moves = 0;
};

History play(const ZoneConfig& config, std::uint64_t script_seed, int ticks) {
  Zone zone(config);
  Script script(script_seed, townspeople);
  TickEvents events;
  StateHash event_hash;
  History history;
  for (int tick = 0; tick < ticks; ++tick) {
    std::vector<Command> commands = script.next();
    history.commands.push_back(commands);
    zone.tick(commands, events);
    script.learn(events);
    history.states.push_back(zone.hash());
    add_public(event_hash, events);
    add_private(event_hash, events);
    history.moves += events.moved.size();
  }
  history.events = event_hash.value();
  return history;
}

TEST(ZoneDeterminism, MakesTheSameHistoryOnEveryPlatform) {
  const History history = play(town, 300, 2000);
  EXPECT_GT(history.moves, 300'000u) << "the run must have many moves";
  EXPECT_EQ(history.states.front(), 4945432825231563876u);
  EXPECT_EQ(history.states.back(), 14812689679205318100u);
  EXPECT_EQ(history.events, 5745084238086895861u);
}

TEST(ZoneDeterminism, ReplaysRecordedCommandsToTheSameStatesAndEvents) {
  const History history = play(town, 1, 300);
  Zone zone(town);
  TickEvents events;
  StateHash event_hash;
  for (std::size_t tick = 0; tick < history.commands.size(); ++tick) {
    std::vector<Command> commands = history.commands[tick];
    zone.tick(commands, events);
    ASSERT_EQ(zone.hash(), history.states[tick]) << "after tick " << tick + 1;
    add_public(event_hash, events);
    add_private(event_hash, events);
  }
  EXPECT_EQ(event_hash.value(), history.events);
}

TEST(ZoneDeterminism, DoesNotDependOnWhatTheEventsHeldBefore) {
  Zone one(town);
  Zone two(town);
  TickEvents reused;
  Script script(9, townspeople);
  for (int tick = 0; tick < 200; ++tick) {
    std::vector<Command> commands = script.next();
    std::vector<Command> same = commands;
    TickEvents fresh;
    one.tick(commands, reused);
    two.tick(same, fresh);
    script.learn(fresh);
    StateHash hash_reused;
    StateHash hash_fresh;
    add_public(hash_reused, reused);
    add_private(hash_reused, reused);
    add_public(hash_fresh, fresh);
    add_private(hash_fresh, fresh);
    ASSERT_EQ(hash_reused.value(), hash_fresh.value());
  }
}

TEST(ZoneHash, ChangesWithEveryPartOfTheState) {
  const auto hash_after = [](const ZoneConfig& config, std::vector<Command> commands) {
    Zone zone(config);
    TickEvents events;
    zone.tick(commands, events);
    return zone.hash();
  };
  const Command enter{.kind = Command::Kind::enter, .looks = 1, .owner = SessionId{5}, .text = "Mina"};
  Command other_looks = enter;
  other_looks.looks = 2;
  Command other_owner = enter;
  other_owner.owner = SessionId{6};
  Command other_name = enter;
  other_name.text = "Mine";
  ZoneConfig other_seed = town;
  other_seed.seed = 1;
  ZoneConfig other_rule = town;
  other_rule.leave_radius = 15;

  const std::uint64_t hash = hash_after(town, {enter});
  EXPECT_EQ(hash_after(town, {enter}), hash);
  EXPECT_NE(hash_after(town, {}), hash);
  EXPECT_NE(hash_after(town, {other_looks}), hash);
  EXPECT_NE(hash_after(town, {other_owner}), hash);
  EXPECT_NE(hash_after(town, {other_name}), hash);
  EXPECT_NE(hash_after(other_seed, {enter}), hash);
  EXPECT_NE(hash_after(other_rule, {enter}), hash);
  ZoneConfig other_arrivals = town;
  other_arrivals.arrival_radius = 20;
  EXPECT_NE(hash_after(other_arrivals, {}), hash_after(town, {}));

  const Command leave{.kind = Command::Kind::leave, .owner = SessionId{5}};
  EXPECT_NE(hash_after(town, {enter, leave}), hash_after(town, {})) << "ids are used up";
  EXPECT_NE(hash_after(town, {enter, other_owner, leave}), hash_after(town, {other_owner}));
}

TEST(ZoneHash, ChangesWithTheTick) {
  Zone zone(town);
  TickEvents events;
  const std::uint64_t hash = zone.hash();
  zone.tick({}, events);
  EXPECT_NE(zone.hash(), hash);
}

}  // namespace
}  // namespace madang::board
