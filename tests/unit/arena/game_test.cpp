// A long game of bots on a random map. It keeps the law, does not depend on the order of inputs, and is the
// same on every platform.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "arena/bot.h"
#include "unit/allocations.h"
#include "unit/arena/room.h"

namespace arena {
namespace {

using ArenaWorld = world::World<Arena>;

constexpr std::uint64_t game_bots = 24;
constexpr std::int32_t game_sight = units_per_tile * 10;

struct GamePlan {
  std::uint64_t seed = 1;
  std::uint32_t width = 30;
  std::uint32_t height = 22;
  std::uint32_t obstacle_percent = 15;
  int ticks = 2000;
  bool has_leavers = true;
  bool checks_law = true;
};

/// The hash of all that clients get in a tick.
std::uint64_t hash_of_output(const world::WorldOutput& output) {
  world::StateHash hash;
  const auto add_part = [&](world::OutputPart part) { hash.add(madang::as_text(output.bytes_of(part))); };
  for (const auto& answer : output.answers) {
    hash.add(answer.character.value);
    add_part(answer.part);
  }
  for (const auto& part : output.told_to_all) add_part(part);
  for (const auto& refused : output.refused) hash.add(refused.character.value);
  for (const auto* list : {&output.entered, &output.left})
    for (const auto& change : *list) {
      hash.add(change.character.value);
      world::add_to(hash, change.id);
    }
  for (const auto& change : output.watch_changes) {
    hash.add(change.character.value);
    world::add_to(hash, change.now);
  }
  for (const auto& update : output.updates) {
    hash.add(update.cell.value);
    add_part(update.all);
  }
  for (const auto* list : {&output.states, &output.leaves, &output.late_leaves})
    for (const auto& part : *list) {
      hash.add(part.cell.value);
      add_part(part.part);
    }
  return hash.value();
}

/// What a bot's client has sent before.
struct BotMemory {
  Heading steering = Heading::stop;
};

std::optional<Sight> sight_of(const ArenaWorld& world, CharacterId character, const BotMemory& memory) {
  const EntityId id = world.entity_of(character);
  if (!id) return std::nullopt;
  const Fighter& own = *world.find<Fighter>(id);
  Sight sight;
  sight.client_time = static_cast<std::uint32_t>(world.tick_number());
  sight.position = world.position_of(id);
  sight.hit_points = own.hit_points;
  sight.shells = own.shells;
  sight.facing = own.facing;
  sight.steering = memory.steering;
  sight.is_free = [&world](Tile tile) { return world.core().map.is_free({tile.x, tile.y}); };
  const auto is_near = [&](Position at) {
    return std::abs(at.x - sight.position.x) <= game_sight && std::abs(at.y - sight.position.y) <= game_sight;
  };
  for_each_of<Fighter>(world, [&](EntityId other, Position at, const Fighter& fighter) {
    if (other != id && is_near(at)) sight.fighters.push_back({other, at, fighter.hit_points});
  });
  for_each_of<Shot>(world, [&](EntityId, Position at, const Shot& shot) {
    if (is_near(at)) sight.shots.push_back({at, shot.heading});
  });
  // The slots of the world have no order that others may depend on.
  std::ranges::sort(sight.fighters, {}, &Sight::SeenFighter::id);
  std::ranges::sort(sight.shots, {}, [](const auto& shot) { return std::pair(shot.position, shot.heading); });
  return sight;
}

/// A game in two worlds. The one is watched by the referee; the other gets the inputs in other orders.
class BotGame {
 public:
  explicit BotGame(const GamePlan& plan)
      : plan_(plan),
        random_(plan.seed),
        order_(plan.seed + 77),
        memories_(game_bots + 1),
        world_(config(plan, plan.checks_law), map(plan)),
        other_(config(plan, false), map(plan)) {}

  void play() {
    for (int tick = 1; tick <= plan_.ticks; ++tick) {
      inputs_.clear();
      for (std::uint64_t bot = 1; bot <= game_bots; ++bot) act(bot);
      step(tick % 50 == 0 ? 3 : 1);
      if (testing::Test::HasFailure()) return;
    }
  }
  /// All bots stop and nothing is done, until all shots have ended and all credits have come.
  void calm_down() {
    for (int tick = 0; tick < 20; ++tick) {
      inputs_.clear();
      for (std::uint64_t bot = 1; bot <= game_bots; ++bot) inputs_.send(bot, Steer{});
      step(1);
    }
  }
  /// Plays ticks without inputs.
  void rest(int ticks) {
    inputs_.clear();
    for (int tick = 0; tick < ticks; ++tick) step(1);
  }
  void leave_all() {
    inputs_.clear();
    for (std::uint64_t bot = 1; bot <= game_bots; ++bot) inputs_.leave(bot);
    step(1);
    rest(4);
  }

  const ArenaWorld& world() const { return world_; }
  std::uint64_t outputs() const { return outputs_.value(); }
  std::uint64_t kills_dropped() const { return kills_dropped_; }
  std::size_t shots_most() const { return shots_most_; }
  int shot_life_most() const { return shot_life_most_; }
  std::uint64_t left() const { return left_; }
  std::uint64_t allocations_of_ticks() const { return allocations_; }

 private:
  static world::WorldConfig config(const GamePlan& plan, bool checks_law) {
    world::WorldConfig config = Arena::config({plan.seed, 5}, 500);
    config.checks_law = checks_law;
    return config;
  }
  static world::Map map(const GamePlan& plan) {
    return {plan.width, plan.height, plan.seed, plan.obstacle_percent};
  }

  void act(std::uint64_t bot) {
    BotMemory& memory = memories_[bot];
    const CharacterId character{bot};
    if (!world_.entity_of(character)) {
      if (random_.chance(1, 10)) inputs_.enter(bot, Entry{"bot", static_cast<std::uint8_t>(bot)});
      memory = {};
      return;
    }
    if (plan_.has_leavers && random_.chance(1, 300)) return inputs_.leave(bot);
    const auto sight = sight_of(world_, character, memory);
    const BotDeed deed = decide_as_bot(*sight, random_);
    if (const Steer* steer = std::get_if<Steer>(&deed)) {
      memory.steering = steer->heading;
      inputs_.send(bot, *steer);
    } else if (const Fire* fire = std::get_if<Fire>(&deed)) {
      inputs_.send(bot, *fire);
    }
    if (random_.chance(1, 50)) inputs_.send(bot, Fire{1});  // several commands in one tick
  }

  void step(std::uint32_t length) {
    const std::uint64_t before = madang::allocations();
    const world::WorldOutput& output = world_.tick(inputs_.list(), length);
    allocations_ += madang::allocations() - before;
    ASSERT_EQ(world_.broken(), "");
    const std::uint64_t hash = hash_of_output(output);
    outputs_.add(hash);
    const std::vector<Killed> killed = told_of<Killed>(output);
    left_ += output.left.size();
    const world::WorldOutput& other = other_.tick(permuted(inputs_.list(), order_), length);
    ASSERT_EQ(other_.broken(), "");
    ASSERT_EQ(hash_of_output(other), hash) << "what the clients get in tick " << world_.tick_number();
    ASSERT_EQ(other_.hash(), world_.hash()) << "the state after tick " << world_.tick_number();
    // A credit arrives in the next tick. It is dropped if the killer is not there then.
    for (const Killed& one : killed)
      kills_dropped_ += world_.find<Fighter>(EntityId{one.killer.high, one.killer.low}) == nullptr;
    expect_tiles_for_one();
    watch_shots();
  }

  void expect_tiles_for_one() {
    std::set<Tile> tiles;
    int granted = 0;
    int asked = 0;
    for_each_of<Fighter>(world_, [&](EntityId, Position at, const Fighter& fighter) {
      for (const Claim& claim : fighter.claims) {
        granted += claim.state == ClaimState::granted;
        asked += claim.state == ClaimState::asked;
      }
      if (!fighter.is_up()) return;
      ASSERT_TRUE(tiles.insert(tile_of(at)).second) << "two fighters on a tile";
      ASSERT_TRUE(world_.core().is_free(at)) << "a fighter on an obstacle";
    });
    const int owned = static_cast<int>(tiles.size()) + granted;
    ASSERT_GE(tiles_taken(world_), owned);
    // A fighter frees at most two tiles in a tick, and what is freed arrives in the next tick.
    ASSERT_LE(tiles_taken(world_), owned + asked + static_cast<int>(2 * game_bots));
  }

  void watch_shots() {
    std::map<EntityId, int> lives;
    for_each_of<Shot>(world_, [&](EntityId id, Position, const Shot&) { lives[id] = shot_lives_[id] + 1; });
    for (const auto& [id, life] : lives) shot_life_most_ = std::max(shot_life_most_, life);
    shots_most_ = std::max(shots_most_, lives.size());
    shot_lives_ = std::move(lives);
  }

  GamePlan plan_;
  madang::Random random_;
  madang::Random order_;
  std::vector<BotMemory> memories_;
  ArenaWorld world_;
  ArenaWorld other_;
  world::GameInputs inputs_;
  world::StateHash outputs_;
  std::map<EntityId, int> shot_lives_;
  std::uint64_t kills_dropped_ = 0;
  std::uint64_t left_ = 0;
  std::uint64_t allocations_ = 0;
  std::size_t shots_most_ = 0;
  int shot_life_most_ = 0;
};

TEST(ArenaGame, KeepsTheLawAndIsTheSameInEveryOrderAndOnEveryPlatform) {
  BotGame game({.seed = 1});
  game.play();
  ASSERT_FALSE(HasFailure());
  const Match& match = game.world().core().world;
  EXPECT_GT(match.kills, 100u);
  EXPECT_GT(match.round, 1u);
  EXPECT_GT(game.left(), 100u);
  EXPECT_GT(game.shots_most(), 10u);
  EXPECT_LE(game.shot_life_most(), 14);
  EXPECT_EQ(game.world().hash(), 1730056833278718343u);
  EXPECT_EQ(game.outputs(), 14831469793616082557u);

  game.calm_down();
  EXPECT_EQ(match.deaths, match.kills + game.kills_dropped());
  game.leave_all();
  EXPECT_EQ(game.world().core().registry.size(), 0u) << "no shot lives for ever";
  EXPECT_EQ(game.world().core().grounds.size(), 0u) << "all tiles are free again";
}

TEST(ArenaGame, HasAsManyKillsAsDeaths) {
  for (std::uint64_t seed = 2; seed <= 4; ++seed) {
    BotGame game({.seed = seed, .width = 16, .height = 16, .ticks = 600, .has_leavers = false});
    game.play();
    game.calm_down();
    std::uint64_t kills = 0;
    std::uint64_t deaths = 0;
    for_each_of<Fighter>(game.world(), [&](EntityId, Position, const Fighter& fighter) {
      kills += fighter.kills;
      deaths += fighter.deaths;
    });
    EXPECT_GT(deaths, 20u);
    EXPECT_EQ(kills, deaths);
    EXPECT_EQ(game.world().core().world.kills, kills);
    EXPECT_EQ(game.world().core().world.deaths, deaths);
    EXPECT_EQ(game.kills_dropped(), 0u);
    game.leave_all();
    EXPECT_EQ(tiles_taken(game.world()), 0);
  }
}

TEST(ArenaGame, GoesOnInAnotherWorldAfterItWasSaved) {
  BotGame game({.seed = 6, .ticks = 150});
  game.play();
  madang::Buffer saved;
  game.world().save(saved);
  ArenaWorld loaded(game.world().core().config, game.world().core().map);
  ASSERT_EQ(loaded.load(saved.bytes()), std::nullopt);
  EXPECT_EQ(loaded.hash(), game.world().hash());
  for (int tick = 0; tick < 50; ++tick) loaded.tick({});
  game.rest(50);
  EXPECT_EQ(loaded.hash(), game.world().hash());
}

TEST(ArenaGame, TakesNothingFromTheHeapInWarmTicks) {
  if (!madang::counts_allocations) GTEST_SKIP() << "the sanitizer has a heap of its own";
  BotGame game(
      {.seed = 5, .width = 16, .height = 16, .ticks = 1500, .has_leavers = false, .checks_law = false});
  game.play();
  const std::uint64_t before = game.allocations_of_ticks();
  game.play();
  EXPECT_LT(game.allocations_of_ticks() - before, 8u) << "in 1,500 ticks: a list that is longer than ever";
}

}  // namespace
}  // namespace arena
