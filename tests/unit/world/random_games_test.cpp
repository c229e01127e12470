// Random games on random maps: the state after each tick, and the bytes of each client, depend on nothing but
// the seed and what each character has sent.
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "unit/world/output_hash.h"
#include "unit/world/random_inputs.h"

namespace madang::world::random_game {
namespace {

struct GamePlan {
  std::uint64_t seed = 1;
  std::uint32_t characters = 20;
  std::uint64_t ticks = 200;
  bool checks_law = false;
  bool is_permuted = false;
  bool had_others = false;     ///< other entities were in the world before
  bool is_hushed = false;      ///< in the end everything becomes quiet
  std::uint64_t saved_at = 0;  ///< the world is saved at this tick, and another one goes on; 0: never
};

struct GameHistory {
  std::vector<std::uint64_t> states;
  std::vector<std::uint64_t> outputs;
  std::size_t answers = 0;
  std::size_t told = 0;
  std::size_t told_to_all = 0;
  std::size_t states_sent = 0;
  std::size_t updates_sent = 0;
  std::size_t entered = 0;
  std::size_t left = 0;
  std::size_t refused = 0;
  std::size_t most_entities = 0;
  std::uint64_t births_refused = 0;
  std::uint64_t gold = 0;
  std::uint64_t brought = 0;
  std::string broken;
};

/// Counts what the clients get. Returns its hash.
std::uint64_t note_output(GameHistory& history, const WorldOutput& output) {
  history.states_sent += output.states.size();
  history.updates_sent += output.updates.size();
  history.answers += output.answers.size();
  history.told += output.told.size();
  history.told_to_all += output.told_to_all.size();
  history.entered += output.entered.size();
  history.left += output.left.size();
  history.refused += output.refused.size();
  return hash_of_output(output);
}

GameHistory play(const GamePlan& plan) {
  Random random(plan.seed);
  WorldConfig config;
  config.key = {plan.seed, 3};
  config.cell_size = 1u << (2 + random.below(3));
  config.sight = RandomGame::sight;
  config.view_radius = 6;
  config.leave_radius = 9;
  config.entities_max = 60;
  config.checks_law = plan.checks_law;
  const std::uint32_t width = 12 + random.below(60);
  const std::uint32_t height = 12 + random.below(60);
  const Map map(width, height, plan.seed, random.below(30));
  std::optional<World<RandomGame>> world_of_tick(std::in_place, config, map);
  GameHistory history;

  // Others take slots, and give them back in another order.
  constexpr std::uint32_t others = 50;
  for (int tick = 0; tick < 6; ++tick) {
    GameInputs inputs;
    for (std::uint64_t other = 0; other < others && plan.had_others; ++other) {
      if (tick == 0) inputs.enter(1000 + other, Purse{0, true, ""});
      if (tick == (other % 3 == 0 ? 1 : 2)) inputs.leave(1000 + other);
    }
    world_of_tick->tick(inputs.list());
  }
  EXPECT_EQ(world_of_tick->entity_count(), 0u);
  EXPECT_EQ(world_of_tick->zones()[0]->core().registry.slot_end() > 0, plan.had_others);

  Random order(plan.seed + 77);
  for (std::uint64_t tick = 1; tick <= plan.ticks; ++tick) {
    GameInputs inputs = inputs_of(plan.seed, tick, plan.characters);
    if (plan.is_hushed && tick + 8 > plan.ticks) {
      inputs.clear();
      for (std::uint64_t character = 1; character <= plan.characters; ++character)
        inputs.send(character, Hush{});
    }
    if (tick == plan.saved_at) {
      Buffer saved;
      world_of_tick->save(saved);
      world_of_tick.emplace(config, map);
      EXPECT_EQ(world_of_tick->load(saved.bytes()), std::nullopt);
    }
    World<RandomGame>& world = *world_of_tick;
    const std::vector<Input> list = plan.is_permuted ? permuted(inputs.list(), order) : inputs.list();
    const WorldOutput& output = world.tick(list, tick % 7 == 0 ? 3 : 1);
    history.states.push_back(world.hash());
    history.outputs.push_back(note_output(history, output));
    history.broken = world.broken();
    if (!history.broken.empty()) break;
    history.most_entities = std::max<std::size_t>(history.most_entities, world.entity_count());
  }
  history.births_refused = world_of_tick->births_refused();
  history.gold = gold_of(*world_of_tick);
  history.brought = world_of_tick->state().brought;
  return history;
}

constexpr std::array<std::uint64_t, 6> game_seeds = {1, 2, 3, 4, 5, 6};

void expect_equal(const GameHistory& one, const GameHistory& other) {
  ASSERT_EQ(one.broken, other.broken);
  ASSERT_EQ(one.states.size(), other.states.size());
  for (std::size_t i = 0; i < one.states.size(); ++i) {
    ASSERT_EQ(one.outputs[i], other.outputs[i]) << "what the clients get in tick " << i + 1;
    ASSERT_EQ(one.states[i], other.states[i]) << "the state after tick " << i + 1;
  }
}

TEST(RandomGames, UseWhatTheEngineOffers) {
  GameHistory sum;
  for (const std::uint64_t seed : game_seeds) {
    const GameHistory history = play({.seed = seed});
    EXPECT_EQ(history.broken, "");
    sum.answers += history.answers;
    sum.told += history.told;
    sum.told_to_all += history.told_to_all;
    sum.states_sent += history.states_sent;
    sum.updates_sent += history.updates_sent;
    sum.entered += history.entered;
    sum.left += history.left;
    sum.refused += history.refused;
    sum.births_refused += history.births_refused;
    sum.most_entities = std::max(sum.most_entities, history.most_entities);
  }
  EXPECT_GT(sum.answers, 1000u);
  EXPECT_GT(sum.told, 1000u);
  EXPECT_GT(sum.told_to_all, 100u);
  EXPECT_GT(sum.states_sent, 1000u);
  EXPECT_GT(sum.updates_sent, 1000u);
  EXPECT_GT(sum.entered, 300u);
  EXPECT_GT(sum.left, 300u);
  EXPECT_GT(sum.refused, 10u);
  EXPECT_GT(sum.births_refused, 10u);
  EXPECT_EQ(sum.most_entities, 60u);
}

TEST(RandomGames, DoNotDependOnTheOrderOfDifferentCharacters) {
  for (const std::uint64_t seed : game_seeds) {
    SCOPED_TRACE(seed);
    expect_equal(play({.seed = seed}), play({.seed = seed, .is_permuted = true}));
  }
}

TEST(RandomGames, DoNotDependOnSlots) {
  for (const std::uint64_t seed : game_seeds) {
    SCOPED_TRACE(seed);
    expect_equal(play({.seed = seed}), play({.seed = seed, .is_permuted = true, .had_others = true}));
  }
}

TEST(RandomGames, KeepTheLawAndGoAsWithoutTheReferee) {
  for (const std::uint64_t seed : game_seeds) {
    SCOPED_TRACE(seed);
    expect_equal(play({.seed = seed}), play({.seed = seed, .checks_law = true, .had_others = true}));
  }
}

TEST(RandomGames, GoOnInAnotherWorldAfterTheyWereSaved) {
  for (const std::uint64_t seed : game_seeds) {
    SCOPED_TRACE(seed);
    for (const std::uint64_t tick : {1u, 40u, 77u})
      expect_equal(play({.seed = seed, .ticks = 100}), play({.seed = seed, .ticks = 100, .saved_at = tick}));
  }
}

TEST(RandomGames, DifferWithTheSeed) {
  EXPECT_NE(play({.seed = 1, .ticks = 5}).states.back(), play({.seed = 2, .ticks = 5}).states.back());
}

TEST(RandomGames, LoseAndDoubleNoGold) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const GameHistory history = play({.seed = seed, .ticks = 100, .is_hushed = true});
    EXPECT_EQ(history.broken, "");
    EXPECT_EQ(history.gold, history.brought) << seed;
    EXPECT_GT(history.brought, 1000u);
  }
}

TEST(RandomGames, AreTheSameOnEveryPlatform) {
  const GameHistory history = play({.seed = 2026, .ticks = 300});
  EXPECT_EQ(history.broken, "");
  StateHash outputs;
  for (const std::uint64_t output : history.outputs) outputs.add(output);
  EXPECT_EQ(history.states.front(), 16811045389598954556u);
  EXPECT_EQ(history.states.back(), 12254793183202384695u);
  EXPECT_EQ(outputs.value(), 8140843910556892225u);
}

}  // namespace
}  // namespace madang::world::random_game
