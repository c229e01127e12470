// A command that stands in the list of effects: it is applied without a decision.
#include <gtest/gtest.h>

#include <vector>

#include "madang/world/world.h"
#include "unit/world/game_inputs.h"

namespace madang::world::commands {
namespace {

/// For the entity, which applies it.
struct Add {
  std::uint32_t count = 0;
  static constexpr auto table = wire::packet(1, "Add", "", wire::field("count", &Add::count, ""));
};
/// For the world, because no entity applies it.
struct Vote {
  std::uint32_t count = 0;
  static constexpr auto table = wire::packet(2, "Vote", "", wire::field("count", &Vote::count, ""));
};
/// Has a decide(), although it stands among the effects, too.
struct Halve {
  std::uint32_t count = 0;
  static constexpr auto table = wire::packet(3, "Halve", "", wire::field("count", &Halve::count, ""));
};
/// Nobody applies it.
struct Nothing {
  static constexpr auto table = wire::packet(4, "Nothing", "");
};
/// Does not stand among the effects.
struct Unlisted {
  static constexpr auto table = wire::packet(5, "Unlisted", "");
};

struct Counter {
  std::uint32_t sum = 0;
  std::uint32_t votes_seen = 0;
  static constexpr auto table = attributes("Counter", "", hidden("sum", &Counter::sum, ""),
                                           hidden("votes_seen", &Counter::votes_seen, ""));
};
struct Urn {
  std::uint32_t votes = 0;
  EntityId last_voter;
  static constexpr auto table =
      attributes("Urn", "", hidden("votes", &Urn::votes, ""), hidden("last_voter", &Urn::last_voter, ""));
};

struct CommandParts : Parts {
  using Entities = wire::Types<Counter>;
  using Commands = wire::Types<Add, Vote, Halve, Nothing, Unlisted>;
  using Effects = wire::Types<Vote, Add, Halve, Nothing>;
  using WorldState = Urn;
};
class CommandGame : public Rules<CommandParts> {
 public:
  void enter(WorldChange& world, CharacterId character, const NoEntry&) const {
    world.place(character, Counter{}, {1, 1});
  }
  void apply(Change<Counter>& self, const Add& add) const { self->sum = self->sum * 10 + add.count; }
  void apply(WorldChange& world, const Add&) const { world->votes += 1'000'000; }
  void apply(WorldChange& world, const Vote& vote) const {
    world->votes += vote.count;
    world->last_voter = world.from();
  }
  void decide(const View&, const Self<Counter>&, const Halve& halve, Proposals& propose) const {
    propose.self(Halve{halve.count / 2});
  }
  void apply(Change<Counter>& self, const Halve& halve) const { self->sum += halve.count; }
  void apply(Change<Counter>& self, const Unlisted&) const { self->sum += 1'000'000; }
};

class CommandEffectTest : public testing::TestWithParam<bool> {
 protected:
  CommandEffectTest() {
    inputs_.enter(7, NoEntry{});
    inputs_.enter(8, NoEntry{});
    tick();
  }
  void tick() {
    world_.tick(inputs_.list());
    inputs_.clear();
    ASSERT_EQ(world_.broken(), "");
  }
  const Counter& counter(std::uint64_t character) const {
    return *world_.find<Counter>(world_.entity_of(CharacterId{character}));
  }
  static WorldConfig config(bool checks_law) {
    WorldConfig config;
    config.checks_law = checks_law;
    return config;
  }
  World<CommandGame> world_{config(GetParam()), Map::empty(4, 4)};
  GameInputs inputs_;
};
INSTANTIATE_TEST_SUITE_P(Law, CommandEffectTest, testing::Bool());

TEST_P(CommandEffectTest, IsAppliedByTheEntityOfItsPlayerInTheSameTickAndInItsOrder) {
  inputs_.send(7, Add{1});
  inputs_.send(8, Add{9});
  inputs_.send(7, Add{2});
  tick();
  EXPECT_EQ(counter(7).sum, 12u);
  EXPECT_EQ(counter(8).sum, 9u);
  tick();
  EXPECT_EQ(world_.core().world.votes, 0u) << "it goes to one of both";
}

TEST_P(CommandEffectTest, GoesToTheWorldInTheNextTickIfTheEntityDoesNotApplyIt) {
  inputs_.send(7, Vote{3});
  tick();
  EXPECT_EQ(world_.core().world.votes, 0u);
  tick();
  EXPECT_EQ(world_.core().world.votes, 3u);
  EXPECT_EQ(world_.core().world.last_voter, world_.entity_of(CharacterId{7}));
}

TEST_P(CommandEffectTest, IsDecidedOnIfThereIsADecide) {
  inputs_.send(7, Halve{8});
  tick();
  EXPECT_EQ(counter(7).sum, 4u);
}

TEST_P(CommandEffectTest, IsIgnoredIfNobodyAppliesItOrIfItIsNoEffect) {
  inputs_.send(7, Nothing{});
  inputs_.send(7, Unlisted{});
  tick();
  tick();
  EXPECT_EQ(counter(7).sum, 0u);
  EXPECT_EQ(world_.core().world.votes, 0u);
}

}  // namespace
}  // namespace madang::world::commands
