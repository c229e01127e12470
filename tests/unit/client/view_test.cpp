// What a view knows after right packets. The faults that it finds are in view_faults_test.cpp.
#include "madang/client/view.h"

#include <gtest/gtest.h>

#include <set>

#include "unit/client/view_fixture.h"

namespace madang::client::small {
namespace {

using ViewTest = ViewFixture;

TEST_F(ViewTest, KnowsItsEntityFromTheWelcomeAndTheCells) {
  EXPECT_FALSE(view_.is_welcomed());
  begin();
  EXPECT_TRUE(view_.is_welcomed());
  EXPECT_EQ(view_.find(view_.welcome().entity)->position, (world::Position{5, 5}));
  EXPECT_EQ(view_.cells().size(), 2u);
  expect_none();
}

TEST_F(ViewTest, KnowsTheTilesOfTheCellsItWatches) {
  begin();
  const WatchedCells& cells = view_.cells();
  EXPECT_EQ(cells.tile(3, 0), Tile::obstacle);
  EXPECT_EQ(cells.tile(4, 0), Tile::free);
  EXPECT_EQ(cells.tile(3, 1), Tile::free);
  EXPECT_EQ(cells.tile(19, 0), Tile::obstacle) << "of the second cell";
  EXPECT_EQ(cells.tile(40, 3), Tile::unknown);
  EXPECT_EQ(cells.tile(-1, 3), Tile::obstacle) << "beyond the map";
  EXPECT_EQ(cells.tile(3, 48), Tile::obstacle) << "beyond the map";
}

TEST_F(ViewTest, ForgetsTheTilesOfACellAndKeepsThoseOfTheOthers) {
  begin();
  obstacles_[0] = std::byte{1u << 6};
  begin_cell({2, 0});
  forget(left);
  const WatchedCells& cells = view_.cells();
  EXPECT_EQ(cells.tile(3, 0), Tile::unknown);
  EXPECT_EQ(cells.tile(16 + 3, 0), Tile::obstacle);
  EXPECT_EQ(cells.tile(32 + 6, 0), Tile::obstacle);
  EXPECT_EQ(cells.tile(32 + 3, 0), Tile::free);
}

TEST_F(ViewTest, CountsPositionsInUnitsAndObstaclesInTiles) {
  wire::Welcome welcome = ViewFixture::welcome();
  welcome.units_per_tile = 4;
  tell(welcome);
  const std::byte obstacles[2] = {std::byte{1u << 6}, std::byte{}};  // 4 x 4 tiles; the tile (2, 1)
  EXPECT_EQ(tell(wire::CellBegin{1, 0, obstacles}), CloseReason::none);
  EXPECT_EQ(view_.cells().tile(4 + 2, 1), Tile::obstacle);
  EXPECT_EQ(view_.cells().tile_at({16 + 11, 7}), Tile::obstacle);
  EXPECT_EQ(view_.cells().tile_at({16 + 12, 7}), Tile::free);
  tell_other(right, {other_alias, 11, 4});
  expect_only(Violation::on_obstacle);
}

TEST_F(ViewTest, FollowsAnEntityFromItsEnterToItsLeave) {
  begin();
  tell_other(right, {other_alias, 0, 4});
  expect_other_at({16, 4});
  EXPECT_EQ(other().hat, 2);
  EXPECT_EQ(other().name.view(), "민아");
  tell_step(right, {other_alias, 1, 4});
  expect_other_at({17, 4});
  EXPECT_EQ(view_.find(right, other_alias)->id, other_);
  EXPECT_EQ(view_.entity_count(), 2u);
  tell_leave(right, other_alias);
  EXPECT_FALSE(view_.find(other_).has_value());
  EXPECT_FALSE(view_.find(right, other_alias).has_value());
  EXPECT_EQ(view_.entity_count(), 1u);
  EXPECT_EQ(view_.updates(), 4u) << "its own enter, and three of the walker";
  expect_none();
}

TEST_F(ViewTest, ChangesTheAttributesInTheMaskAlone) {
  begin();
  tell_other(right, {other_alias, 0, 4});
  tell_change(right, other_alias, Walker{.hat = 9, .name = "nobody"}, 1);
  EXPECT_EQ(other().hat, 9);
  EXPECT_EQ(other().name.view(), "민아");
  tell_change(right, other_alias, Walker{.hat = 5, .name = "Ada"}, 2);
  EXPECT_EQ(other().hat, 9);
  EXPECT_EQ(other().name.view(), "Ada");
  expect_other_at({16, 4});
  expect_none();
}

TEST_F(ViewTest, KeepsNoAttributesIfItOnlyChecksThem) {
  View<SmallParts> view(findings_, {.step_max = 1}, Attributes::check_only);
  const auto give = [&](const Buffer& frame) { return apply_all(view, frame.bytes()); };
  give(frame_of(welcome()));
  give(frame_of(wire::CellBegin{0, 0, obstacles_}));
  give(enter_frame<SmallParts::Entities>(left, other_, {1, 8, 8}, Walker{.hat = 2}));
  give(change_frame<SmallParts::Entities>(left, 1, Walker{.hat = 3}, 1));
  EXPECT_EQ(view.find(other_)->position, (world::Position{8, 8}));
  EXPECT_EQ(view.attributes<Walker>(*view.find(other_)), nullptr);
  expect_none();
  give(change_frame<SmallParts::Entities>(left, 1, Stone{}, 1));
  expect_only(Violation::wrong_kind);
  EXPECT_EQ(give(change_frame<SmallParts::Entities>(left, 1, Walker{}, 4)), CloseReason::bad_packet);
  apply_all(view, frame_of(wire::CellForget{0, 0}).bytes());
  EXPECT_EQ(view.entity_count(), 0u);
}

TEST_F(ViewTest, FindsItsOwnEntityAsLongAsItIsInSight) {
  begin();
  EXPECT_EQ(view_.find_own()->position, (world::Position{5, 5}));
  tell_enter(right, id_of(50), {3, 0, 5}, Walker{});
  EXPECT_EQ(view_.find_own()->cell, right);
  forget(right);
  EXPECT_FALSE(view_.find_own().has_value()) << "the sighting in the cell that it has left does not count";
  begin_cell(right);
  tell_other(right, {3, 9, 9});
  EXPECT_FALSE(view_.find_own().has_value()) << "another entity has its alias now";
}

TEST_F(ViewTest, KeepsTheAttributesThatOnlyTheOwnerGets) {
  begin();
  apply_all(view_, own_frame<SmallParts::Entities>(Walker{.coins = 300, .is_hungry = true}, 3).bytes());
  apply_all(view_, own_frame<SmallParts::Entities>(Walker{.coins = 299}, 1).bytes());
  EXPECT_EQ(view_.own<Walker>().coins, 299);
  EXPECT_TRUE(view_.own<Walker>().is_hungry);
  expect_none();
}

TEST_F(ViewTest, KnowsEntitiesOfSeveralKinds) {
  begin();
  tell_other(right, {other_alias, 0, 4});
  tell_enter(right, id_of(80), {8, 2, 4}, Stone{.weight = 700});
  tell_change(right, 8, Stone{.weight = 650}, 1);
  const auto stone = view_.find(id_of(80));
  ASSERT_TRUE(stone.has_value());
  EXPECT_EQ(view_.attributes<Stone>(*stone)->weight, 650u);
  EXPECT_EQ(view_.attributes<Walker>(*stone), nullptr);
  EXPECT_EQ(view_.attributes<Stone>(*view_.find(other_)), nullptr);
  EXPECT_EQ(other().hat, 2);
  tell_leave(right, other_alias);
  EXPECT_EQ(view_.attributes<Stone>(*view_.find(id_of(80)))->weight, 650u);
  expect_none();
}

// --- Crossings ---

TEST_F(ViewTest, FollowsAnEntityThatCrossesBetweenWatchedCells) {
  begin();
  tell_other(left, {other_alias, 15, 4});
  tell_other(right, {3, 0, 4});
  expect_other_at({16, 4});
  EXPECT_EQ(view_.entity_count(), 2u) << "each entity once";
  EXPECT_EQ(view_.find(left, other_alias)->id, other_) << "until the leave comes";
  tell_leave(left, other_alias);
  expect_other_at({16, 4});
  EXPECT_FALSE(view_.find(left, other_alias).has_value());
  tell_step(right, {3, 1, 4});
  expect_other_at({17, 4});
  expect_none();
}

TEST_F(ViewTest, FollowsThreeCrossingsInThreeTicks) {
  begin();
  tell_other(left, {1, 15, 4});
  tell_other(right, {1, 0, 4});
  tell_other(left, {2, 15, 4});
  tell_leave(left, 1);
  expect_other_at({15, 4});
  tell_other(right, {2, 0, 4});
  tell_leave(right, 1);
  expect_other_at({16, 4});
  tell_leave(left, 2);
  expect_other_at({16, 4});
  EXPECT_EQ(view_.entity_count(), 2u);
  std::set<std::uint64_t> ids;
  view_.for_each_entity([&](const Seen& seen) { EXPECT_TRUE(ids.insert(seen.id.low).second); });
  tell_leave(right, 2);
  EXPECT_FALSE(view_.find(other_).has_value());
  expect_none();
}

TEST_F(ViewTest, FollowsAnEntityThatComesBackThroughACellThatIsNotWatched) {
  begin();
  tell_other(right, {1, 15, 4});
  tell_other(right, {2, 15, 5});
  tell_leave(right, 1);
  expect_other_at({31, 5});
  expect_none();
}

TEST_F(ViewTest, FollowsAnEntityAroundACornerThroughACellThatIsNotWatched) {
  begin();
  forget(right);
  begin_cell({0, 1});
  begin_cell({1, 1});
  tell(wire::Pong{});
  tell_other(left, {1, 15, 15});
  tell_other({1, 1}, {1, 0, 0});
  expect_other_at({16, 16});
  expect_none();
}

TEST_F(ViewTest, AcceptsAnAliasThatIsGivenToAnotherEntityAfterTheLeave) {
  begin();
  tell_other(right, {other_alias, 0, 4});
  tell_leave(right, other_alias);
  tell_enter(right, id_of(71), {other_alias, 9, 9}, Stone{.weight = 4});
  EXPECT_EQ(view_.find(right, other_alias)->id, id_of(71));
  EXPECT_EQ(view_.attributes<Stone>(*view_.find(id_of(71)))->weight, 4u);
  expect_none();
}

TEST_F(ViewTest, IgnoresALeaveOfAnAliasThatItDoesNotHold) {
  begin();
  EXPECT_EQ(tell_leave(right, other_alias), CloseReason::none);
  EXPECT_EQ(view_.entity_count(), 1u);
  expect_none();
}

TEST_F(ViewTest, KnowsTheSameAliasOfTwoCellsAsTwoEntities) {
  begin();
  tell_other(right, {other_alias, 0, 4});
  tell_enter(left, id_of(71), {other_alias, 9, 9}, Walker{.hat = 6});
  tell_step(left, {other_alias, 9, 10});
  expect_other_at({16, 4});
  tell_leave(left, other_alias);
  expect_other_at({16, 4});
  expect_none();
}

// --- Cells that are forgotten, and that begin again ---

TEST_F(ViewTest, ForgetsTheEntitiesOfACellThatItForgets) {
  begin();
  tell_other(right, {other_alias, 8, 8});
  forget(right);
  EXPECT_FALSE(view_.find(other_).has_value());
  EXPECT_TRUE(view_.find(view_.welcome().entity).has_value());
  expect_none();
}

TEST_F(ViewTest, LosesAnEntityWhenTheCellOfItsLatestNewsIsForgotten) {
  begin();
  tell_other(left, {other_alias, 15, 4});
  tell_other(right, {3, 0, 4});
  forget(right);
  EXPECT_FALSE(view_.find(other_).has_value()) << "it is no more where it was before";
  EXPECT_EQ(view_.entity_count(), 1u);
  tell_leave(left, other_alias);
  expect_none();
}

TEST_F(ViewTest, KeepsAnEntityWhenTheCellThatItHasLeftIsForgotten) {
  begin();
  tell_other(left, {other_alias, 15, 4});
  tell_other(right, {3, 0, 4});
  forget(left);
  expect_other_at({16, 4});
  EXPECT_EQ(other().name.view(), "민아");
  expect_none();
}

TEST_F(ViewTest, AcceptsAStaleCellThatBeginsAgain) {
  begin();
  tell_other(right, {other_alias, 0, 4});
  forget(right);
  begin_cell(right);
  tell_other(right, {2, 9, 13});
  expect_other_at({25, 13});
  tell_step(right, {2, 9, 14});
  expect_none();
}

TEST_F(ViewTest, AcceptsAnyPositionInTheStateOfACellThatBegins) {
  begin();
  tell_other(left, {other_alias, 15, 4});
  forget(right);
  begin_cell(right);
  tell_enter(right, id_of(80), {1, 5, 5}, Stone{});
  tell_other(right, {2, 9, 9});
  tell_leave(left, other_alias);
  expect_other_at({25, 9});
  expect_none();
}

TEST_F(ViewTest, AllowsAnEntityThatWasOutOfSightToComeBackAnywhere) {
  begin();
  tell_other(right, {other_alias, 0, 4});
  tell_leave(right, other_alias);
  tell_other(left, {other_alias, 9, 15});
  expect_other_at({9, 15});
  expect_none();
}

TEST_F(ViewTest, ForgetsTheEntitiesOfACellWhateverTheirAliases) {
  begin();
  for (const wire::CellAlias alias : {0, 1, 300, 65534})
    tell_enter(right, id_of(100u + alias), {alias, 8, 8}, Walker{});
  for (wire::CellAlias alias = 0; alias < 20; ++alias)
    tell_enter(left, id_of(200'000u + alias), {alias, 8, 8}, Walker{});
  forget(right);
  EXPECT_EQ(view_.entity_count(), 21u);
  EXPECT_FALSE(view_.find(right, 65534).has_value());
  forget(left);
  EXPECT_EQ(view_.entity_count(), 0u);
  EXPECT_FALSE(view_.find(left, 0).has_value());
  begin_cell(left);
  for (wire::CellAlias alias = 0; alias < 20; ++alias)
    tell_enter(left, id_of(200'000u + alias), {alias, 8, 8}, Walker{});
  EXPECT_EQ(view_.entity_count(), 20u);
  expect_none();
}

// --- Suppressed steps ---

TEST_F(ViewTest, AllowsAnEntityAnyPositionOfItsCellAfterSuppressedSteps) {
  begin();
  tell_other(right, {other_alias, 0, 4});
  throttle(right);
  EXPECT_EQ(view_.cells().throttled_count(), 1u);
  tell_positions(right, {other_alias, 9, 9});
  expect_other_at({25, 9});
  EXPECT_EQ(view_.cells().throttled_count(), 0u);
  expect_none();
  tell_step(right, {other_alias, 11, 9});
  expect_only(Violation::too_far);
}

TEST_F(ViewTest, AllowsAnEntityToLeaveAThrottledCellFromAnyPosition) {
  begin();
  tell_other(right, {other_alias, 9, 4});
  throttle(right);
  tell_other(left, {3, 15, 12});
  tell_leave(right, other_alias);
  expect_other_at({15, 12});
  expect_none();
}

TEST_F(ViewTest, TakesThePositionsOfACellInTwoPackets) {
  begin();
  tell_other(right, {1, 0, 4});
  tell_enter(right, id_of(71), {2, 3, 3}, Walker{});
  throttle(right);
  tell_positions(right, {1, 9, 9});
  tell_positions(right, {2, 12, 12});
  expect_other_at({25, 9});
  EXPECT_EQ(view_.find(id_of(71))->position, (world::Position{28, 12}));
  tell_step(right, {2, 12, 13});
  expect_none();
}

TEST_F(ViewTest, AllowsAnyPositionUntilTheOneOfTheEntityItselfHasCome) {
  begin();
  tell_other(right, {1, 9, 4});
  tell_enter(right, id_of(71), {2, 3, 3}, Walker{});
  throttle(right);
  tell_positions(right, {2, 12, 12});
  tell_other(left, {3, 15, 12});  // it has left the cell since its last position
  tell_leave(right, 1);
  expect_other_at({15, 12});
  expect_none();
}

// --- Words ---

TEST_F(ViewTest, AcceptsWordsOfEntitiesInSightAndShoutsOfAnyPlayer) {
  begin();
  tell_other(left, {other_alias, 15, 4});
  tell_other(right, {3, 0, 4});
  tell(wire::CellSaid{0, 0, other_alias, "I say this while I cross"});
  tell(wire::CellSaid{1, 0, 3, "hello"});
  tell(wire::Shouted{id_of(999), "someone", "hello, all"});
  expect_none();
}

TEST_F(ViewTest, AcceptsPacketsOfTheGameFromEntitiesAndFromCells) {
  begin();
  const Buffer rang = frame_of(Rang{3});
  EXPECT_EQ(tell(wire::CellTold{0, 0, own_alias, rang.bytes()}), CloseReason::none);
  EXPECT_EQ(tell(wire::CellTold{0, 0, wire::alias_of_cell, rang.bytes()}), CloseReason::none);
  EXPECT_EQ(tell(Rang{3}), CloseReason::none);
  expect_none();
}

TEST_F(ViewTest, ChangesNothingWhenItFetchesTheMemoryForWhatComes) {
  begin();
  tell_other(right, {other_alias, 0, 4});
  Buffer frames;
  const Step step{other_alias, 1, 4};
  const wire::Alias leaver{other_alias};
  wire::append(frames, CellMove{1, 0, std::span(&step, 1)});
  wire::append(frames, CellPositions{1, 0, std::span(&step, 1)});
  frames.append(enter_frame<SmallParts::Entities>(left, id_of(71), {3, 4, 4}, Walker{.hat = 1}).bytes());
  wire::append(frames, wire::CellLeave{1, 0, std::span(&leaver, 1)});
  wire::append(frames, wire::CellSaid{1, 0, 1, std::string(150, 'x')});
  for (std::size_t size = 0; size <= frames.size(); ++size) view_.prefetch(frames.bytes().first(size));
  expect_other_at({16, 4});
  EXPECT_EQ(view_.entity_count(), 2u);
  EXPECT_EQ(view_.updates(), 2u);
  expect_none();
}

TEST_F(ViewTest, IsSmall) {
  begin();
  for (std::uint8_t i = 0; i < 60; ++i)
    tell_enter(right, id_of(100 + i), {i, static_cast<std::uint8_t>(i % 16), 8}, Walker{.hat = i});
  EXPECT_LT(sizeof view_, 512u);
  EXPECT_LT(view_.memory_bytes(), 9216u);
}

TEST_F(ViewTest, TakesNoMoreMemoryWithTime) {
  begin();
  tell_other(right, {1, 0, 4});
  const std::size_t before = view_.memory_bytes();
  for (int i = 0; i < 200; ++i) {
    tell_leave(right, 1);
    tell_other(right, {1, 0, 4});
    tell_other(right, {2, 0, 4});
    tell_leave(right, 2);
    forget(right);
    begin_cell(right);
    tell_other(right, {1, 0, 4});
  }
  EXPECT_LE(view_.memory_bytes(), before + 4 * sizeof(Walker) + 64);
  expect_none();
}

}  // namespace
}  // namespace madang::client::small
