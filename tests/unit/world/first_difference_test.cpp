#include "madang/world/first_difference.h"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "unit/world/tile_game.h"

namespace madang::world::tiles {
namespace {

using Queues = EffectQueues<wire::Types<Step, Turned>>;

constexpr EntityId entity_number(std::uint64_t number) { return {std::uint64_t{1} << 63, number}; }

Queues queues_of(std::initializer_list<Sent<Step>> steps) {
  Queues queues;
  queues.of<Step>() = steps;
  return queues;
}

TEST(FirstDifferenceTest, EffectsOnTheirWayAreComparedInTheirOrder) {
  const Sent<Step> a{0, entity_number(1), 0, entity_number(2), {1, 0, 7}};
  const Sent<Step> b{0, entity_number(1), 1, entity_number(3), {0, 1, 7}};
  const Sent<Step> other_b{0, entity_number(1), 1, entity_number(3), {0, -1, 7}};
  EXPECT_FALSE(first_difference(5, queues_of({a, b}), queues_of({b, a})));

  const auto changed = first_difference(5, queues_of({a, b}), queues_of({a, other_b}));
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->tick, 5u);
  EXPECT_EQ(changed->entity, entity_number(3));
  EXPECT_EQ(changed->column, "effect Step on its way");
  EXPECT_EQ(changed->one, "from 80000000000000000000000000000001 (x 0, y 1, client_time 7)");
  EXPECT_EQ(changed->other, "from 80000000000000000000000000000001 (x 0, y -1, client_time 7)");

  const auto missing = first_difference(5, queues_of({a, b}), queues_of({a}));
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->entity, entity_number(3));
  EXPECT_EQ(missing->other, "is missing");
  const auto added = first_difference(5, queues_of({}), queues_of({b}));
  ASSERT_TRUE(added);
  EXPECT_EQ(added->entity, entity_number(3));
  EXPECT_EQ(added->one, "is missing");
}

// ---- describe()

enum class Temper : std::uint8_t { calm, wild };

}  // namespace
}  // namespace madang::world::tiles

template <>
inline constexpr auto madang::wire::enumeration<madang::world::tiles::Temper> =
    madang::wire::Enumeration<2>{"Temper", "", {{{"calm", ""}, {"wild", ""}}}};

namespace madang::world::tiles {
namespace {

struct Everything {
  Temper mood = Temper::wild;
  bool is_good = true;
  std::int8_t down = -3;
  std::uint64_t many = UINT64_MAX;
  std::array<std::uint16_t, 2> pair{4, 5};
  ShortText<8> name{"na\x1bme"};

  static constexpr auto table =
      wire::record("Everything", "", wire::field("mood", &Everything::mood, ""),
                   wire::field("is_good", &Everything::is_good, ""),
                   wire::field("down", &Everything::down, ""), wire::field("many", &Everything::many, ""),
                   wire::field("pair", &Everything::pair, ""), wire::field("name", &Everything::name, ""));
};

TEST(DescribeTest, ValuesAreTextThatIsSafeForAScreen) {
  EXPECT_EQ(describe(Everything{}),
            "mood wild, is_good 1, down -3, many 18446744073709551615, pair [4, 5], name \"na.me\"");
  EXPECT_EQ(describe(static_cast<Temper>(9)), "9") << "a value of a damaged record";
  EXPECT_EQ(describe(std::string_view("a\nb")), "\"a.b\"");
  EXPECT_EQ(describe(as_bytes("abc")), "3 bytes");
}

TEST(DescribeTest, AWorldDescribesEachInput) {
  const World<TileGame> world(WorldConfig{}, Map(8, 8, 2, 8));
  Inputs inputs;
  inputs.enter(1, {"Mina", 3});
  inputs.leave(1);
  inputs.send(1, Move{1, -1, 99});
  const std::vector<Input>& list = inputs.list();
  EXPECT_EQ(world.describe(list[0]), "enter (name \"Mina\", looks 3)");
  EXPECT_EQ(world.describe(list[1]), "leave");
  EXPECT_EQ(world.describe(list[2]), "Move (x 1, y -1, client_time 99)");
  EXPECT_EQ(world.describe({Input::Kind::attach, CharacterId{1}, 0, {}}), "attach");
  EXPECT_EQ(world.describe({Input::Kind::say, CharacterId{1}, 0, as_bytes("\x04Mina\x02hi")}),
            "say (name \"Mina\", text \"hi\")");
  EXPECT_EQ(world.describe({Input::Kind::shout, CharacterId{1}, 0, as_bytes("\x04Mi")}),
            "shout of 3 bytes that are not valid");
  EXPECT_EQ(world.describe({Input::Kind::command, CharacterId{1}, 99, as_bytes("xy")}),
            "unknown command 99 of 2 bytes");
  EXPECT_EQ(world.describe({Input::Kind::command, CharacterId{1}, wire::opcode_of<Move>, as_bytes("x")}),
            "Move of 1 bytes that are not valid");
}

}  // namespace
}  // namespace madang::world::tiles
