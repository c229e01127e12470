// Characters that come back as they have left: in the same version of a game, and in a later one.
#include <gtest/gtest.h>

#include <vector>

#include "madang/world/kept.h"
#include "madang/world/world.h"
#include "unit/world/game_inputs.h"

namespace madang::world::returning {
namespace {

struct Hero {
  std::uint16_t health = 100;
  std::uint32_t scars = 0;
  std::uint64_t rests_until = 0;
  static constexpr auto table =
      attributes("Hero", "", kept(shown("health", &Hero::health, "")), kept(own("scars", &Hero::scars, "")),
                 hidden("rests_until", &Hero::rests_until, "a tick, which is not kept"));
};
/// A kind of the same game for which the rules have no come_back().
struct Ghost {
  std::uint8_t fear = 0;
  static constexpr auto table = attributes("Ghost", "", hidden("fear", &Ghost::fear, ""));
};
struct Choice {
  bool is_ghost = false;
  static constexpr auto table = wire::record("Choice", "", wire::field("is_ghost", &Choice::is_ghost, ""));
};
struct Fight {
  std::uint8_t x = 0;
  static constexpr auto table = wire::packet(40, "Fight", "", wire::field("x", &Fight::x, ""));
};
struct Town {
  std::uint32_t newcomers = 0;
  static constexpr auto table = attributes("Town", "", hidden("newcomers", &Town::newcomers, ""));
};
struct TownParts : Parts {
  using Entities = wire::Types<Ghost, Hero>;
  using Commands = wire::Types<Fight>;
  using Effects = wire::Types<Fight>;
  using WorldState = Town;
  using Entry = Choice;
};
class TownGame : public Rules<TownParts> {
 public:
  void enter(WorldChange& world, CharacterId character, const Choice& choice) const {
    ++world->newcomers;
    if (choice.is_ghost) {
      world.place(character, Ghost{}, {1, 1});
    } else {
      world.place(character, Hero{}, {1, 1});
    }
  }
  void come_back(WorldChange& world, CharacterId character, const Choice&, const Kept<Hero>& kept) const {
    world.place(character, kept.attributes, world.is_free(kept.position) ? kept.position : Position{2, 2});
  }
  void apply(Change<Hero>& self, const Fight& fight) const {
    self->health -= 30;
    ++self->scars;
    self->rests_until = self.tick() + 100;
    self.move_to({fight.x, 9});
  }
};

/// The parts of a later version of the game: health has another size, scars are gone, luck is new.
struct LaterHero {
  std::uint8_t health = 100;
  std::uint8_t luck = 7;
  static constexpr auto table = attributes("Hero", "", kept(shown("health", &LaterHero::health, "")),
                                           kept(shown("luck", &LaterHero::luck, "")));
};

class ComeBackTest : public testing::TestWithParam<Cut> {
 protected:
  ComeBackTest() {
    config_.checks_law = true;
    config_.cut = GetParam();
  }
  World<TownGame> make_world(std::uint32_t size = 64) {
    return World<TownGame>(config_, Map(size, size, 1, 0));
  }
  const WorldOutput& tick(World<TownGame>& world) {
    const WorldOutput& output = world.tick(inputs_.list());
    inputs_.clear();
    EXPECT_EQ(world.broken(), "");
    return output;
  }
  /// Returns the image of character 7, which has fought at x and left.
  std::vector<std::byte> image_after_fight(std::uint8_t x) {
    auto world = make_world();
    inputs_.enter(7, Choice{});
    tick(world);
    inputs_.send(7, Fight{x});
    inputs_.leave(7);
    const WorldOutput& output = tick(world);
    EXPECT_EQ(output.left.size(), 1u);
    const Bytes image = output.bytes_of(output.left.at(0).part);
    return {image.begin(), image.end()};
  }
  CloseReason refusal_of(Bytes image) {
    auto world = make_world();
    inputs_.come_back(7, Choice{}, image);
    const WorldOutput& output = tick(world);
    EXPECT_EQ(world.entity_count(), 0u);
    return output.refused.size() == 1 ? output.refused[0].reason : CloseReason::none;
  }
  WorldConfig config_;
  GameInputs inputs_;
};
INSTANTIATE_TEST_SUITE_P(Cuts, ComeBackTest, testing::Values(Cut{}, Cut{2, 2}));

TEST_P(ComeBackTest, ACharacterComesBackAsItHasLeft) {
  const std::vector<std::byte> image = image_after_fight(50);
  auto world = make_world();
  inputs_.come_back(7, Choice{}, image);
  const WorldOutput& output = tick(world);
  ASSERT_EQ(output.entered.size(), 1u);
  EXPECT_EQ(output.entered[0].position, (Position{50, 9}));
  const Hero* hero = world.find<Hero>(world.entity_of(CharacterId{7}));
  ASSERT_TRUE(hero);
  EXPECT_EQ(hero->health, 70);
  EXPECT_EQ(hero->scars, 1u);
  EXPECT_EQ(hero->rests_until, 0u) << "what the table does not mark is as in Hero{}";
  EXPECT_EQ(world.own_attributes().at(0).text, "0") << "it is no newcomer";
}

TEST_P(ComeBackTest, AWorldTellsWhatIsKeptOfACharacterThatIsHere) {
  auto world = make_world();
  inputs_.enter(7, Choice{});
  inputs_.enter(8, Choice{.is_ghost = true});
  tick(world);
  const std::vector<std::byte> before = world.keep(CharacterId{7});
  inputs_.send(7, Fight{50});
  tick(world);
  const std::vector<std::byte> after = world.keep(CharacterId{7});
  EXPECT_NE(before, after);
  EXPECT_EQ(after, image_after_fight(50)) << "the same as when it leaves";
  EXPECT_TRUE(world.keep(CharacterId{8}).empty()) << "the rules let no ghost come back";
  EXPECT_TRUE(world.keep(CharacterId{9}).empty()) << "nobody";
}

TEST_P(ComeBackTest, AKindThatIsNotKeptLeavesNoImage) {
  auto world = make_world();
  inputs_.enter(7, Choice{.is_ghost = true});
  tick(world);
  inputs_.leave(7);
  const WorldOutput& output = tick(world);
  ASSERT_EQ(output.left.size(), 1u);
  EXPECT_TRUE(output.bytes_of(output.left[0].part).empty());
}

TEST_P(ComeBackTest, TheRulesDecideWhereACharacterAppearsWhoseMapHasChanged) {
  auto world = make_world(32);
  inputs_.come_back(7, Choice{}, image_after_fight(50));
  const WorldOutput& output = tick(world);
  ASSERT_EQ(output.entered.size(), 1u);
  EXPECT_EQ(output.entered[0].position, (Position{2, 2}));
}

TEST_P(ComeBackTest, AnImageThatCannotBeReadRefusesTheCharacter) {
  const std::vector<std::byte> image = image_after_fight(50);
  EXPECT_EQ(refusal_of(kept_image({3, 3}, Ghost{})), CloseReason::character_unreadable);
  EXPECT_EQ(refusal_of({}), CloseReason::character_unreadable);
  for (std::size_t size = 0; size < image.size(); ++size)
    EXPECT_EQ(refusal_of(Bytes(image).first(size)), CloseReason::character_unreadable) << size << " bytes";
  std::vector<std::byte> longer = image;
  longer.push_back({});
  EXPECT_EQ(refusal_of(longer), CloseReason::character_unreadable);
}

TEST_P(ComeBackTest, AnEntryOrABodyThatCannotBeReadRefusesTheCharacter) {
  auto world = make_world();
  const std::vector<std::byte> image = image_after_fight(50);
  const std::byte entry[2] = {};
  std::vector<std::byte> body(wire::size_of(ComeBack{entry, image}));
  wire::put(body.data(), ComeBack{entry, image});
  inputs_.list().push_back({Input::Kind::come_back, CharacterId{1}, 0, body});
  inputs_.list().push_back({Input::Kind::come_back, CharacterId{2}, 0, Bytes(body).first(body.size() - 1)});
  inputs_.list().push_back({Input::Kind::come_back, CharacterId{3}, 0, {}});
  const WorldOutput& output = tick(world);
  ASSERT_EQ(output.refused.size(), 3u);
  for (const auto& refused : output.refused) EXPECT_EQ(refused.reason, CloseReason::bad_packet);
}

TEST_P(ComeBackTest, ACharacterThatComesBackIsHereOnce) {
  const std::vector<std::byte> image = image_after_fight(50);
  auto world = make_world();
  inputs_.come_back(7, Choice{}, image);
  inputs_.come_back(7, Choice{}, image);
  inputs_.enter(7, Choice{});
  EXPECT_EQ(tick(world).entered.size(), 1u);
  inputs_.come_back(7, Choice{}, image);
  EXPECT_EQ(tick(world).entered.size(), 0u);
  EXPECT_EQ(world.entity_count(), 1u);
  inputs_.leave(7);
  inputs_.come_back(7, Choice{}, image);
  inputs_.leave(7);
  EXPECT_EQ(tick(world).entered.size(), 0u);
  EXPECT_EQ(world.entity_count(), 0u);
}

TEST_P(ComeBackTest, ACharacterThatLeavesAndComesBackInOneTickIsHere) {
  const std::vector<std::byte> image = image_after_fight(50);
  auto world = make_world();
  inputs_.come_back(7, Choice{}, image);
  tick(world);
  inputs_.leave(7);
  inputs_.come_back(7, Choice{}, image);
  const WorldOutput& output = tick(world);
  EXPECT_EQ(output.left.size(), 1u);
  EXPECT_EQ(output.entered.size(), 1u);
  EXPECT_EQ(world.entity_count(), 1u);
}

TEST_P(ComeBackTest, AWorldWithoutAFreePlaceRefusesIt) {
  config_.players_max = 1;
  auto world = make_world();
  inputs_.enter(1, Choice{});
  tick(world);
  inputs_.come_back(7, Choice{}, image_after_fight(50));
  const WorldOutput& output = tick(world);
  ASSERT_EQ(output.refused.size(), 1u);
  EXPECT_EQ(output.refused[0].reason, CloseReason::world_full);
}

TEST_P(ComeBackTest, AnInputIsToldToAPerson) {
  auto world = make_world();
  inputs_.come_back(7, Choice{}, image_after_fight(50));
  EXPECT_EQ(world.describe(inputs_.list()[0]), "come back (entry 1 bytes, image 82 bytes)");
}

TEST(Kept, ALaterVersionOfAGameReadsAnEarlierImage) {
  const std::vector<std::byte> image = kept_image({4, -5}, Hero{.health = 41, .scars = 3, .rests_until = 9});
  EXPECT_EQ(kept_kind(image).value(), "Hero");
  const auto later = read_kept<LaterHero>(image);
  ASSERT_TRUE(later) << later.error();
  EXPECT_EQ(later->position, (Position{4, -5}));
  EXPECT_EQ(later->attributes.health, 41);
  EXPECT_EQ(later->attributes.luck, 7);
}

TEST(Kept, AValueThatWouldBeLostIsNamed) {
  const std::vector<std::byte> image = kept_image({4, 5}, Hero{.health = 256});
  EXPECT_EQ(read_kept<LaterHero>(image).error(), "health: its number does not fit into the game's field");
}

TEST(Kept, AnAttributeThatIsNotMarkedIsNeitherWrittenNorRead) {
  wire::ImageWriter out;
  out.begin_record(2);
  out.name("kind");
  out.text("Hero");
  out.name("attributes");
  out.begin_record(1);
  out.name("rests_until");
  out.number(77);
  const auto hero = read_kept<Hero>(out.take());
  ASSERT_TRUE(hero) << hero.error();
  EXPECT_EQ(hero->attributes.rests_until, 0u);
  EXPECT_EQ(kept_image({}, Hero{.rests_until = 1}), kept_image({}, Hero{.rests_until = 2}));
}

TEST(Kept, BytesAreNeverReadBehindTheirEnd) {
  const std::vector<std::byte> image = kept_image({4, 5}, Hero{});
  Random random(3);
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::byte> spoilt = image;
    for (std::uint32_t n = 1 + random.below(4); n > 0; --n)
      spoilt[random.below(static_cast<std::uint32_t>(spoilt.size()))] = std::byte(random.below(256));
    spoilt.resize(random.below(static_cast<std::uint32_t>(spoilt.size()) + 1));
    spoilt.shrink_to_fit();
    (void)kept_kind(spoilt);
    (void)read_kept<Hero>(spoilt);
  }
}

}  // namespace
}  // namespace madang::world::returning
