// A long game by chance. It keeps the law, does not depend on the order of inputs, and is the same on every
// platform.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include "unit/allocations.h"
#include "unit/arena/room.h"
#include "unit/world/output_hash.h"

namespace arena {
namespace {

using ArenaWorld = world::World<Arena>;

constexpr std::uint64_t game_fighters = 24;

/// A game in two worlds, which get the same inputs in different orders.
class ChanceGame {
 public:
  explicit ChanceGame(std::uint64_t seed, bool has_leavers = true, bool checks_law = true)
      : random_(seed),
        order_(seed + 77),
        has_leavers_(has_leavers),
        world_(config(seed, checks_law), world::Map(16, 16, seed, 15)),
        other_(config(seed, false), world::Map(16, 16, seed, 15)) {}

  void play(int ticks) {
    for (int tick = 1; tick <= ticks; ++tick) {
      inputs_.clear();
      for (std::uint64_t one = 1; one <= game_fighters; ++one) act(one);
      step(tick % 50 == 0 ? 3 : 1);
      if (testing::Test::HasFailure()) return;
    }
  }
  void leave_all() {
    inputs_.clear();
    for (std::uint64_t one = 1; one <= game_fighters; ++one) inputs_.leave(one);
    for (int tick = 0; tick < 20; ++tick) {
      step(1);
      inputs_.clear();
    }
  }
  const ArenaWorld& world() const { return world_; }
  std::uint64_t outputs() const { return outputs_.value(); }
  std::uint64_t allocations_of_ticks() const { return allocations_; }

 private:
  static world::WorldConfig config(std::uint64_t seed, bool checks_law) {
    world::WorldConfig config = Arena::config({.seed = seed, .number = 5}, 20);  // some are refused
    config.checks_law = checks_law;
    return config;
  }
  void act(std::uint64_t one) {
    if (!world_.entity_of(CharacterId{one})) {
      if (random_.chance(1, 10)) inputs_.enter(one, Entry{"any"});
      return;
    }
    if (has_leavers_ && random_.chance(1, 300)) return inputs_.leave(one);
    const auto direction = [&] { return static_cast<std::int8_t>(static_cast<int>(random_.below(3)) - 1); };
    if (random_.chance(1, 5)) inputs_.send(one, Steer{{direction(), direction()}});
    if (random_.chance(1, 3)) inputs_.send(one, Fire{1});
    if (random_.chance(1, 50)) inputs_.send(one, Fire{2});  // several commands in one tick
  }
  void step(std::uint32_t length) {
    const std::uint64_t before = madang::allocations();
    const world::WorldOutput& output = world_.tick(inputs_.list(), length);
    allocations_ += madang::allocations() - before;
    ASSERT_EQ(world_.broken(), "");
    const std::uint64_t hash = world::hash_of_output(output);
    outputs_.add(hash);
    const world::WorldOutput& other = other_.tick(world::permuted(inputs_.list(), order_), length);
    ASSERT_EQ(other_.broken(), "");
    ASSERT_EQ(world::hash_of_output(other), hash) << "what the clients get in tick " << world_.tick_number();
    ASSERT_EQ(other_.hash(), world_.hash()) << "the state after tick " << world_.tick_number();
    for_each_of<Fighter>(world_, [&](EntityId, Position at, const Fighter&) {
      ASSERT_TRUE(world_.core().is_free(at)) << "a fighter on an obstacle";
    });
  }

  madang::Random random_;
  madang::Random order_;
  bool has_leavers_;
  ArenaWorld world_;
  ArenaWorld other_;
  world::GameInputs inputs_;
  world::StateHash outputs_;
  std::uint64_t allocations_ = 0;
};

TEST(ArenaGame, KeepsTheLawAndIsTheSameInEveryOrderAndOnEveryPlatform) {
  ChanceGame game(1);
  game.play(2000);
  ASSERT_FALSE(HasFailure());
  EXPECT_GT(game.world().core().world.kills, 50u);
  EXPECT_EQ(game.world().hash(), 8462186999346648410u);
  EXPECT_EQ(game.outputs(), 4421296630055377298u);
  game.leave_all();
  EXPECT_EQ(game.world().core().registry.size(), 0u) << "no shot lives for ever";
}

TEST(ArenaGame, CountsEachKillOnce) {
  ChanceGame game(2, false);
  game.play(600);
  std::uint64_t kills = 0;
  for_each_of<Fighter>(game.world(), [&](EntityId, Position, const Fighter& one) { kills += one.kills; });
  EXPECT_GT(kills, 20u);
  EXPECT_EQ(game.world().core().world.kills, kills);
}

TEST(ArenaGame, GoesOnInAnotherWorldAfterItWasSaved) {
  ChanceGame game(6);
  game.play(150);
  madang::Buffer saved;
  game.world().save(saved);
  ArenaWorld loaded(game.world().core().config, game.world().core().map);
  ASSERT_EQ(loaded.load(saved.bytes()), std::nullopt);
  EXPECT_EQ(loaded.hash(), game.world().hash());
  game.leave_all();
  world::GameInputs inputs;
  for (std::uint64_t one = 1; one <= game_fighters; ++one) inputs.leave(one);
  for (int tick = 0; tick < 20; ++tick) {
    loaded.tick(inputs.list());
    inputs.clear();
  }
  EXPECT_EQ(loaded.hash(), game.world().hash());
}

TEST(ArenaGame, TakesNothingFromTheHeapInWarmTicks) {
  if (!madang::counts_allocations) GTEST_SKIP() << "the sanitizer has a heap of its own";
  ChanceGame game(5, false, false);
  game.play(1500);
  const std::uint64_t before = game.allocations_of_ticks();
  game.play(1500);
  EXPECT_LT(game.allocations_of_ticks() - before, 8u) << "in 1,500 ticks: a list that is longer than ever";
}

}  // namespace
}  // namespace arena
