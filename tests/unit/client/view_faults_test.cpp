// The faults that a view finds, and the bytes for which it ends the connection.
#include <gtest/gtest.h>

#include "unit/client/view_fixture.h"

namespace madang::client::small {
namespace {

using ViewFaultsTest = ViewFixture;

TEST_F(ViewFaultsTest, FindsAMoveOfAnEntityThatNeverEntered) {
  begin();
  tell_step(left, {other_alias, 1, 1});
  expect_only(Violation::unknown_mover);
}

TEST_F(ViewFaultsTest, FindsAPositionOfAnEntityThatNeverEntered) {
  begin();
  throttle(left);
  tell_positions(left, {other_alias, 1, 1});
  expect_only(Violation::unknown_mover);
}

TEST_F(ViewFaultsTest, FindsAMoveByAnAliasOfAnotherCell) {
  begin();
  tell_other(left, {other_alias, 15, 8});
  tell_step(right, {other_alias, 0, 8});
  expect_only(Violation::unknown_mover);
}

TEST_F(ViewFaultsTest, FindsAChangeOfAnEntityThatNeverEntered) {
  begin();
  tell_change(right, other_alias, Walker{.hat = 1}, 1);
  expect_only(Violation::unknown_changer);
}

TEST_F(ViewFaultsTest, FindsAStepAndAChangeInACellThatTheEntityHasLeft) {
  begin();
  tell_other(left, {other_alias, 15, 8});
  tell_other(right, {3, 0, 8});
  tell_step(left, {other_alias, 15, 9});
  expect_only(Violation::wrong_cell);
  expect_other_at({16, 8});
  tell_change(left, other_alias, Walker{.hat = 1}, 1);
  EXPECT_EQ(findings_.count(Violation::wrong_cell), 2u);
}

TEST_F(ViewFaultsTest, FindsAChangeAsAnotherKind) {
  begin();
  tell_other(right, {other_alias, 0, 4});
  tell_change(right, other_alias, Stone{.weight = 1}, 1);
  expect_only(Violation::wrong_kind);
  EXPECT_EQ(other().hat, 2);
}

TEST_F(ViewFaultsTest, FindsAnEntityThatBecomesAnotherKind) {
  begin();
  tell_other(left, {other_alias, 15, 4});
  tell_enter(right, other_, {3, 0, 4}, Stone{});
  expect_only(Violation::wrong_kind);
}

TEST_F(ViewFaultsTest, FindsWordsOfAnEntityThatIsNotInSight) {
  begin();
  tell_other(left, {other_alias, 8, 8});
  tell(wire::CellSaid{1, 0, other_alias, "who am I?"});
  expect_only(Violation::unknown_speaker);
}

TEST_F(ViewFaultsTest, FindsAPacketOfTheGameFromAnEntityThatIsNotInSight) {
  begin();
  const Buffer rang = frame_of(Rang{3});
  tell(wire::CellTold{0, 0, other_alias, rang.bytes()});
  expect_only(Violation::unknown_speaker);
}

TEST_F(ViewFaultsTest, FindsAStepOntoAnObstacle) {
  begin();
  tell_other(left, {other_alias, 3, 1});
  tell_step(left, {other_alias, 3, 0});
  expect_only(Violation::on_obstacle);
}

TEST_F(ViewFaultsTest, FindsAnEntityThatEntersOnAnObstacle) {
  begin();
  tell_other(right, {other_alias, 3, 0});
  expect_only(Violation::on_obstacle);
}

TEST_F(ViewFaultsTest, FindsAStepOfTwoTiles) {
  begin();
  tell_other(left, {other_alias, 8, 8});
  tell_step(left, {other_alias, 8, 10});
  expect_only(Violation::too_far);
}

TEST_F(ViewFaultsTest, FindsAStepAcrossACorner) {
  begin();
  tell_other(left, {other_alias, 8, 8});
  tell_step(left, {other_alias, 9, 9});
  expect_only(Violation::too_far);
}

TEST_F(ViewFaultsTest, FindsAnEntityThatEntersAnotherCellTwoTilesAway) {
  begin();
  tell_other(left, {other_alias, 15, 8});
  tell_other(right, {3, 1, 8});
  tell_leave(left, other_alias);
  expect_only(Violation::too_far);
}

TEST_F(ViewFaultsTest, FindsAnEntityThatComesBackTooFarAway) {
  begin();
  tell_other(right, {1, 15, 4});
  tell_other(right, {2, 15, 7});
  expect_only(Violation::too_far);
}

TEST_F(ViewFaultsTest, MeasuresNoStepsWithoutAMaximum) {
  View<SmallParts> view(findings_);
  apply_all(view, frame_of(welcome()).bytes());
  apply_all(view, frame_of(wire::CellBegin{0, 0, obstacles_}).bytes());
  apply_all(view, enter_frame<SmallParts::Entities>(left, other_, {1, 8, 8}, Walker{}).bytes());
  const Step far{1, 1, 15};
  apply_all(view, frame_of(CellMove{0, 0, std::span(&far, 1)}).bytes());
  EXPECT_EQ(view.find(other_)->position, (world::Position{1, 15}));
  expect_none();
}

TEST_F(ViewFaultsTest, AllowsAGameItsEntitiesOnObstacles) {
  View<SmallParts> view(findings_, {.may_stand_on_obstacles = true});
  apply_all(view, frame_of(welcome()).bytes());
  apply_all(view, frame_of(wire::CellBegin{0, 0, obstacles_}).bytes());
  apply_all(view, enter_frame<SmallParts::Entities>(left, other_, {1, 3, 0}, Walker{}).bytes());
  expect_none();
}

TEST_F(ViewFaultsTest, FindsAStepInAThrottledCell) {
  begin();
  tell_other(right, {other_alias, 0, 4});
  throttle(right);
  tell_step(right, {other_alias, 1, 4});
  expect_only(Violation::step_while_throttled);
}

TEST_F(ViewFaultsTest, FindsAPositionThatIsNotInItsCell) {
  begin();
  tell_other(left, {other_alias, cell_size, 0});
  expect_only(Violation::outside_of_cell);
  EXPECT_FALSE(view_.find(other_).has_value());
}

TEST_F(ViewFaultsTest, FindsAPositionBeyondTheMap) {
  wire::Welcome narrow = welcome();
  narrow.map_width = 20;
  tell(narrow);
  begin_cell(right);
  tell_other(right, {other_alias, 4, 0});
  expect_only(Violation::outside_of_cell);
}

TEST_F(ViewFaultsTest, FindsASecondEnterWithTheSameAlias) {
  begin();
  tell_other(left, {other_alias, 8, 8});
  tell_other(left, {other_alias, 8, 8});
  expect_only(Violation::entered_twice);
  expect_other_at({8, 8});
  EXPECT_EQ(view_.entity_count(), 2u);
}

TEST_F(ViewFaultsTest, FindsOneAliasForTwoEntities) {
  begin();
  tell_other(left, {other_alias, 8, 8});
  tell_enter(left, id_of(71), {other_alias, 8, 8}, Stone{.weight = 2});
  expect_only(Violation::alias_clash);
  EXPECT_EQ(view_.find(left, other_alias)->id, id_of(71));
  EXPECT_FALSE(view_.find(other_).has_value());
}

TEST_F(ViewFaultsTest, FindsAnAliasThatIsGivenAgainBeforeTheLeave) {
  begin();
  tell_other(left, {other_alias, 15, 4});
  tell_other(right, {3, 0, 4});
  tell_enter(left, id_of(71), {other_alias, 8, 8}, Walker{});
  expect_only(Violation::alias_clash);
  expect_other_at({16, 4});
}

TEST_F(ViewFaultsTest, FindsPacketsAboutCellsItDoesNotWatch) {
  begin();
  const Cell far{2, 2};
  tell_other(far, {other_alias, 8, 8});
  tell_step(far, {other_alias, 8, 8});
  tell_change(far, other_alias, Walker{}, 1);
  tell_leave(far, other_alias);
  throttle(far);
  tell_positions(far, {other_alias, 8, 8});
  tell(wire::CellSaid{2, 2, other_alias, "hello"});
  tell(wire::CellTold{2, 2, other_alias, frame_of(Rang{3}).bytes()});
  EXPECT_EQ(findings_.count(Violation::unwatched_cell), 8u);
  EXPECT_EQ(findings_.total(), 8u);
}

TEST_F(ViewFaultsTest, FindsACellThatBeginsTwice) {
  begin();
  begin_cell(right);
  expect_only(Violation::begun_twice);
  EXPECT_EQ(view_.cells().size(), 2u);
}

TEST_F(ViewFaultsTest, FindsACellForgottenThatWasNotWatched) {
  begin();
  forget({2, 2});
  expect_only(Violation::forgot_unwatched);
}

TEST_F(ViewFaultsTest, FollowsTheServerAfterAViolationSoThatItIsCountedOnce) {
  begin();
  tell_other(left, {other_alias, 8, 8});
  tell_step(left, {other_alias, 8, 12});
  tell_step(left, {other_alias, 8, 13});
  expect_only(Violation::too_far);
}

TEST_F(ViewFaultsTest, KeepsTheFirstViolationsAsText) {
  begin();
  for (int i = 0; i < 100; ++i) tell_step(left, {other_alias, 1, 1});
  EXPECT_EQ(findings_.total(), 100u);
  ASSERT_EQ(findings_.texts().size(), Findings::texts_max);
  EXPECT_EQ(findings_.texts()[0], "unknown_mover: entity 7 of cell (0, 0), which is not in sight, moves");
}

// --- Bytes that end the connection ---

TEST_F(ViewFaultsTest, RefusesPacketsBeforeTheWelcome) {
  EXPECT_EQ(begin_cell(left), CloseReason::wrong_state);
  EXPECT_EQ(tell_other(left, {other_alias, 1, 1}), CloseReason::wrong_state);
  EXPECT_EQ(tell(Rang{}), CloseReason::wrong_state);
  EXPECT_EQ(tell(wire::Goodbye{CloseReason::server_full, "full"}), CloseReason::none);
}

TEST_F(ViewFaultsTest, RefusesASecondWelcome) {
  begin();
  EXPECT_EQ(tell(welcome()), CloseReason::wrong_state);
}

TEST_F(ViewFaultsTest, RefusesImpossibleNumbersInAWelcome) {
  const auto refuses = [&](auto spoil) {
    wire::Welcome bad = welcome();
    spoil(bad);
    EXPECT_EQ(tell(bad), CloseReason::bad_packet);
    EXPECT_FALSE(view_.is_welcomed());
  };
  refuses([](wire::Welcome& bad) { bad.cell_size = 0; });
  refuses([](wire::Welcome& bad) { bad.cell_size = 12; });
  refuses([](wire::Welcome& bad) { bad.cell_size = 512; });  // an offset has one byte
  refuses([](wire::Welcome& bad) { bad.units_per_tile = 0; });
  refuses([](wire::Welcome& bad) { bad.units_per_tile = 3; });
  refuses([](wire::Welcome& bad) { bad.units_per_tile = 32; });
  refuses([](wire::Welcome& bad) { bad.map_width = 0; });
  refuses([](wire::Welcome& bad) { bad.map_height = UINT32_MAX; });
  refuses([](wire::Welcome& bad) { bad.map_width = 16 * 65536 + 1; });
  refuses([](wire::Welcome& bad) { bad.x = 64; });
  refuses([](wire::Welcome& bad) { bad.y = 48; });
  refuses([](wire::Welcome& bad) { bad.entity = {}; });
}

TEST_F(ViewFaultsTest, RefusesImpossibleCellsAndEntities) {
  begin();
  EXPECT_EQ(tell(wire::CellBegin{2, 0, Bytes(obstacles_).first(31)}), CloseReason::bad_packet);
  EXPECT_EQ(tell_other(left, {wire::alias_of_cell, 1, 1}), CloseReason::bad_packet);
  EXPECT_EQ(tell_enter(left, {}, {1, 1, 1}, Walker{}), CloseReason::bad_packet);
}

TEST_F(ViewFaultsTest, RefusesBytesThatAreNotAPacket) {
  begin();
  EXPECT_EQ(view_.apply({.opcode = 77}), CloseReason::unknown_opcode);
  EXPECT_EQ(view_.apply({.opcode = 161}), CloseReason::unknown_opcode) << "not of this game";
  EXPECT_EQ(view_.apply({.opcode = wire::opcode_of<CellMove>}), CloseReason::bad_packet);
  const std::byte six[6] = {};
  for (const std::uint16_t opcode : {256, 257, 260, 261}) {
    EXPECT_EQ(view_.apply({.opcode = opcode}), CloseReason::bad_packet) << opcode;
    EXPECT_EQ(view_.apply({.opcode = opcode, .body = Bytes(six).first(5)}), CloseReason::bad_packet);
  }
  EXPECT_EQ(view_.apply({.opcode = 258}), CloseReason::bad_packet);
  EXPECT_EQ(view_.apply({.opcode = 262}), CloseReason::unknown_opcode) << "a stone has nothing of its own";
  EXPECT_EQ(view_.apply({.opcode = 264}), CloseReason::unknown_opcode) << "there is no third kind";
  EXPECT_EQ(tell(wire::CellTold{0, 0, own_alias, six}), CloseReason::bad_packet);
  expect_none();
}

TEST_F(ViewFaultsTest, RefusesFramesThatAreTooShortOrTooLong) {
  begin();
  const Buffer whole = enter_frame<SmallParts::Entities>(left, other_, {9, 8, 8}, Walker{.name = "Ada"});
  const Bytes body = whole.bytes().subspan(wire::frame_header_bytes);
  for (std::size_t size = 0; size < body.size(); ++size)
    EXPECT_EQ(view_.apply({.opcode = 256, .body = body.first(size)}), CloseReason::bad_packet) << size;
  Buffer longer = Buffer::copy(body);
  longer.extend(1);
  EXPECT_EQ(view_.apply({.opcode = 256, .body = longer.bytes()}), CloseReason::bad_packet);
  tell_other(right, {1, 1, 1});
  EXPECT_EQ(tell_change(right, 1, Walker{}, 4), CloseReason::bad_packet) << "there is no third attribute";
}

TEST_F(ViewFaultsTest, TakesAnyBytes) {
  begin();
  const Step at{2, 5, 5};
  const wire::Alias leaver{2};
  const std::array frames = {
      frame_of(wire::CellBegin{1, 0, obstacles_}),
      frame_of(wire::CellForget{1, 0}),
      enter_frame<SmallParts::Entities>(right, id_of(3), {2, 4, 4}, Walker{.name = "Ada"}),
      enter_frame<SmallParts::Entities>(left, id_of(3), {1, 4, 4}, Walker{.name = "Ada"}),
      enter_frame<SmallParts::Entities>(right, id_of(4), {2, 4, 4}, Stone{.weight = 9}),
      change_frame<SmallParts::Entities>(right, 2, Walker{.name = "Bo"}, 3),
      change_frame<SmallParts::Entities>(right, 2, Stone{.weight = 9}, 1),
      own_frame<SmallParts::Entities>(Walker{.coins = 3}, 1),
      frame_of(CellMove{1, 0, std::span(&at, 1)}),
      frame_of(CellPositions{1, 0, std::span(&at, 1)}),
      frame_of(wire::CellLeave{1, 0, std::span(&leaver, 1)}),
      frame_of(wire::CellThrottled{1, 0}),
      frame_of(wire::CellSaid{1, 0, 2, "hello"}),
      frame_of(wire::CellTold{1, 0, 2, frame_of(Rang{1}).bytes()}),
  };
  Random random(1);
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    Buffer changed = Buffer::copy(frames[random.below(frames.size())].bytes());
    const auto size = static_cast<std::uint32_t>(changed.size());
    if (random.chance(1, 2) && size > wire::frame_header_bytes)
      changed.data()[wire::frame_header_bytes + random.below(size - wire::frame_header_bytes)] ^=
          std::byte{static_cast<std::uint8_t>(1u << random.below(8))};
    const CloseReason reason = apply_all(view_, changed.bytes());
    accepted += reason == CloseReason::none ? 1 : 0;
    std::size_t count = 0;
    view_.for_each_entity([&](const Seen& seen) { count += view_.find(seen.id)->id == seen.id ? 1 : 0; });
    ASSERT_EQ(view_.entity_count(), count);
  }
  EXPECT_GT(accepted, 10'000);
  EXPECT_GT(findings_.total(), 1'000u);
}

}  // namespace
}  // namespace madang::client::small
