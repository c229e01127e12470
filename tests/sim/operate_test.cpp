// The operator's actions of a game: they reach the world of their name, keep their order, keep the law, and a
// record plays them again.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

#include "madang/sim/simulation.h"
#include "madang/wire/codec.h"

namespace madang {
namespace {

using namespace std::chrono_literals;

/// A game of drops that the operator lets fall.
namespace drops {

struct Drop {
  std::uint8_t number = 0;
  static constexpr auto table =
      world::attributes("Drop", "A drop.", world::shown("number", &Drop::number, "of the rain"));
};
struct Pool {
  std::uint32_t level = 0;
  static constexpr auto table =
      world::attributes("Pool", "The world.", world::hidden("level", &Pool::level, "of the water"));
};
struct Level {
  std::uint32_t level = 0;
  static constexpr auto table =
      wire::packet(160, "Level", "The level has changed.", wire::field("level", &Level::level, "now"));
};
struct Drain {
  static constexpr auto table = wire::record("Drain", "All water goes.");
};
struct Rain {
  std::uint8_t count = 0;
  std::uint8_t number = 0;
  static constexpr auto table =
      wire::record("Rain", "Drops fall.", wire::field("count", &Rain::count, "of drops"),
                   wire::field("number", &Rain::number, "of each drop"));
};
struct Parts : world::Parts {
  using Entities = wire::Types<Drop>;
  using Answers = wire::Types<Level>;
  using Effects = wire::Types<>;
  using WorldState = Pool;
  using OperatorActions = wire::Types<Drain, Rain>;
};
class Drops : public world::Rules<Parts> {
 public:
  static constexpr std::string_view name = "drops";
  void enter(WorldChange& world, CharacterId character, const world::NoEntry&) const {
    world.place(character, Drop{}, {1, 1});
  }
  void operate(WorldChange& world, const Drain&) const {
    world->level = 0;
    world.tell_all(Level{0});
  }
  void operate(WorldChange& world, const Rain& rain) const {
    if (rain.count == 200) world.make(Drop{}, {-1, -1});  // a mistake of the game's author
    world->level = world->level * 10 + rain.count;
    for (std::int32_t i = 0; i < rain.count; ++i) world.make(Drop{rain.number}, {i, 2});
    world.tell_all(Level{world->level});
  }
};

}  // namespace drops

using Simulation = sim::Simulation<drops::Drops>;

std::string bytes(const drops::Rain& rain) {
  Buffer buffer;
  wire::put(buffer.extend(wire::size_of(rain)), rain);
  return std::string(as_text(buffer.bytes()));
}
bool operate(Simulation& game, std::string world, std::uint16_t action, std::string body = "") {
  net::WorldRunners& runners = game.server().runners();
  return runners[runners.number_of(world)].ask_to_operate({world, action, std::move(body)});
}

TEST(Operate, AnActionChangesTheWorldAndAllPlayersSeeIt) {
  const std::string failure = sim::first_failure(10, [](std::uint64_t seed) -> std::string {
    Simulation game(seed);
    auto& ann = game.join("Ann");
    if (!operate(game, "", 1, bytes({.count = 3, .number = 7}))) return "it was not taken";
    game.run(1s);
    if (game.world().core().world.level != 3) return "the world did not change";
    if (ann.count<drops::Level>() != 1) return "Ann was not told once";
    std::size_t sevens = 0;
    ann.view().for_each_entity([&](const client::Seen& seen) {
      const drops::Drop* drop = ann.view().attributes<drops::Drop>(seen);
      if (drop && drop->number == 7) ++sevens;
    });
    if (sevens != 3) return "Ann sees " + std::to_string(sevens) + " drops of the rain";
    return game.problems();  // also plays the world again from its inputs
  });
  EXPECT_EQ(failure, "");
}

TEST(Operate, ActionsOfOneTickKeepTheirOrder) {
  Simulation game(1);
  game.join("Ann");
  for (const std::uint8_t count : {1, 2}) ASSERT_TRUE(operate(game, "", 1, bytes({.count = count})));
  ASSERT_TRUE(operate(game, "", 0));
  for (const std::uint8_t count : {4, 3}) ASSERT_TRUE(operate(game, "", 1, bytes({.count = count})));
  game.run(1s);
  EXPECT_EQ(game.world().core().world.level, 43u);
  EXPECT_EQ(game.problems(), "");
}

TEST(Operate, AWorldWithoutPlayersIsOperatedToo) {
  Simulation game(1);
  ASSERT_TRUE(operate(game, "", 1, bytes({.count = 5})));
  game.run(200ms);
  EXPECT_EQ(game.world().core().world.level, 5u);
  EXPECT_EQ(game.world().registry().size(), 5u);
  EXPECT_EQ(game.problems(), "");
}

TEST(Operate, OnlyTheWorldOfThisNameIsOperated) {
  sim::Scene<drops::Drops> scene;
  scene.has_rooms = true;
  Simulation game(1, scene);
  game.join("Ann", {}, "tea");
  ASSERT_TRUE(operate(game, "tea", 1, bytes({.count = 2})));
  ASSERT_TRUE(operate(game, "nowhere", 1, bytes({.count = 9})));
  game.run(1s);
  EXPECT_EQ(game.find_world("tea")->core().world.level, 2u);
  EXPECT_EQ(game.world().core().world.level, 0u);
  EXPECT_EQ(game.find_world("nowhere"), nullptr) << "the operator makes no worlds";
}

TEST(Operate, EachActionIsDoneOnce) {
  Simulation game(1);
  auto& ann = game.join("Ann");
  for (const std::uint8_t count : {3, 4, 5}) {
    ASSERT_TRUE(operate(game, "", 1, bytes({.count = count})));
    game.run(500ms);
  }
  EXPECT_EQ(game.world().core().world.level, 345u);
  EXPECT_EQ(ann.count<drops::Level>(), 3u);
  EXPECT_EQ(game.problems(), "");
}

TEST(Operate, BytesThatAreNoActionAreIgnored) {
  Simulation game(1);
  auto& ann = game.join("Ann");
  ASSERT_TRUE(operate(game, "", 1, ""));
  ASSERT_TRUE(operate(game, "", 1, bytes({.count = 2}) + "x"));
  ASSERT_TRUE(operate(game, "", 0, "x"));
  ASSERT_TRUE(operate(game, "", 2, bytes({.count = 2})));
  ASSERT_TRUE(operate(game, "", 65535));
  game.run(1s);
  EXPECT_EQ(ann.count<drops::Level>(), 0u);
  EXPECT_EQ(game.world().core().world.level, 0u);
  EXPECT_EQ(game.problems(), "");
}

TEST(Operate, AnActionThatBreaksTheLawClosesTheWorldAndIsNamed) {
  Simulation game(1);
  game.join("Ann");
  ASSERT_TRUE(operate(game, "", 1, bytes({.count = 200})));
  game.run(200ms);
  EXPECT_NE(game.problems().find("does for the operator Rain"), std::string::npos) << game.problems();
}

TEST(Operate, AnActionIsDescribedForAPersonThatLooksForADifference) {
  const Simulation game(1);
  const std::string rain = bytes({.count = 3, .number = 7});
  const auto describe = [&](std::uint16_t action, Bytes body) {
    return game.world().describe({world::Input::Kind::operate, {}, action, body});
  };
  EXPECT_EQ(describe(1, as_bytes(rain)), "operator: Rain (count 3, number 7)");
  EXPECT_EQ(describe(0, {}), "operator: Drain");
  EXPECT_EQ(describe(1, {}), "operator: Rain of 0 bytes that are not valid");
  EXPECT_EQ(describe(9, {}), "unknown action 9 of the operator");
}

}  // namespace
}  // namespace madang
