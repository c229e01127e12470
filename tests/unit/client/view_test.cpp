#include "madang/client/view.h"

#include <gtest/gtest.h>

#include <array>
#include <span>

#include "madang/base/buffer.h"
#include "madang/wire/packets.h"

namespace madang::client {
namespace {

constexpr std::uint16_t cell_size = 16;
constexpr std::uint32_t own_alias = 1000;
constexpr std::uint32_t other_alias = 7;

/// A client on a map of 64 x 48 tiles. It watches the cells (0, 0) and (1, 0), and stands at (5, 5). Each
/// cell has one obstacle, at its tile (3, 0).
class ViewTest : public testing::Test {
 protected:
  ViewTest() { obstacles_[0] = std::byte{1u << 3}; }

  void begin() {
    tell(welcome());
    begin_cell(0, 0);
    tell_enter(0, 0, own_piece(5, 5));
    begin_cell(1, 0);
  }

  template <wire::Packet P>
  CloseReason tell(const P& packet) {
    Buffer buffer;
    wire::append(buffer, packet);
    Bytes rest = buffer.bytes();
    return view_.apply(*wire::next_frame(rest));
  }
  CloseReason begin_cell(std::uint16_t x, std::uint16_t y) { return tell(wire::CellBegin{x, y, obstacles_}); }
  CloseReason tell_enter(std::uint16_t x, std::uint16_t y, const wire::Piece& piece) {
    return tell(wire::CellEnter{x, y, std::span(&piece, 1)});
  }
  CloseReason tell_step(std::uint16_t x, std::uint16_t y, const wire::Step& step) {
    return tell(wire::CellMove{x, y, std::span(&step, 1)});
  }
  CloseReason tell_leave(std::uint16_t x, std::uint16_t y, std::uint32_t alias) {
    const wire::Alias leaver{alias};
    return tell(wire::CellLeave{x, y, std::span(&leaver, 1)});
  }
  static wire::Welcome welcome() {
    return {.entity = 50,
            .alias = own_alias,
            .map_width = 64,
            .map_height = 48,
            .cell_size = cell_size,
            .x = 5,
            .y = 5,
            .tick_rate = 20,
            .move_interval_ms = 1000};
  }
  static wire::Piece own_piece(std::uint8_t x, std::uint8_t y) {
    return {.entity = 50, .alias = own_alias, .x = x, .y = y, .looks = wire::Looks::king, .name = "me"};
  }
  static wire::Piece piece(std::uint8_t x, std::uint8_t y, std::uint64_t entity = 70) {
    return {
        .entity = entity, .alias = other_alias, .x = x, .y = y, .looks = wire::Looks::rook, .name = "민아"};
  }

  /// Expects exactly one fault, of this kind.
  void expect_only(Violation kind) const {
    EXPECT_EQ(findings_.count(kind), 1u) << violation_names[static_cast<std::size_t>(kind)];
    EXPECT_EQ(findings_.total(), 1u) << fmt::format("{}", fmt::join(findings_.texts(), "\n"));
  }
  void expect_none() const {
    EXPECT_EQ(findings_.total(), 0u) << (findings_.texts().empty() ? "" : findings_.texts().front());
  }

  std::array<std::byte, cell_size * cell_size / 8> obstacles_{};
  Findings findings_;
  View view_{findings_, true};
};

// --- What the view knows ---

TEST_F(ViewTest, KnowsItselfFromTheWelcome) {
  EXPECT_FALSE(view_.is_welcomed());
  begin();
  EXPECT_TRUE(view_.is_welcomed());
  EXPECT_EQ(view_.own_position(), (Position{5, 5}));
  EXPECT_EQ(view_.cell_count(), 2u);
  expect_none();
}

TEST_F(ViewTest, KnowsTheTilesOfTheCellsItWatches) {
  begin();
  EXPECT_EQ(view_.tile(3, 0), Tile::obstacle);
  EXPECT_EQ(view_.tile(4, 0), Tile::free);
  EXPECT_EQ(view_.tile(3, 1), Tile::free);
  EXPECT_EQ(view_.tile(19, 0), Tile::obstacle) << "of the second cell";
  EXPECT_EQ(view_.tile(40, 3), Tile::unknown);
  EXPECT_EQ(view_.tile(-1, 3), Tile::obstacle) << "beyond the map";
  EXPECT_EQ(view_.tile(3, 48), Tile::obstacle) << "beyond the map";
}

TEST_F(ViewTest, ForgetsTheTilesOfACellAndKeepsThoseOfTheOthers) {
  begin();
  obstacles_[0] = std::byte{1u << 6};
  begin_cell(2, 0);
  tell(wire::CellForget{0, 0});
  EXPECT_EQ(view_.tile(3, 0), Tile::unknown);
  EXPECT_EQ(view_.tile(16 + 3, 0), Tile::obstacle);
  EXPECT_EQ(view_.tile(32 + 6, 0), Tile::obstacle);
  EXPECT_EQ(view_.tile(32 + 3, 0), Tile::free);
}

TEST_F(ViewTest, FollowsAPieceFromItsEnterToItsLeave) {
  begin();
  tell_enter(1, 0, piece(0, 4));
  ASSERT_NE(view_.find(other_alias), nullptr);
  EXPECT_EQ(view_.find(other_alias)->position, (Position{16, 4}));
  EXPECT_EQ(view_.find(other_alias)->looks, wire::Looks::rook);
  EXPECT_EQ(view_.name_of(other_alias), "민아");
  tell_step(1, 0, {other_alias, 1, 4});
  EXPECT_EQ(view_.find(other_alias)->position, (Position{17, 4}));
  tell_leave(1, 0, other_alias);
  EXPECT_EQ(view_.find(other_alias), nullptr);
  EXPECT_EQ(view_.name_of(other_alias), "");
  EXPECT_EQ(view_.updates(), 4u) << "its own enter, and three of the piece";
  expect_none();
}

TEST_F(ViewTest, KeepsAPieceThatSteppedOverToAnotherCellWhenItsLeaveComes) {
  begin();
  tell_enter(0, 0, piece(15, 4));
  tell_enter(1, 0, piece(0, 4));
  tell_leave(0, 0, other_alias);
  ASSERT_NE(view_.find(other_alias), nullptr);
  EXPECT_EQ(view_.find(other_alias)->position, (Position{16, 4}));
  expect_none();
}

TEST_F(ViewTest, ForgetsThePiecesOfACellThatItForgets) {
  begin();
  tell_enter(1, 0, piece(8, 8));
  tell(wire::CellForget{1, 0});
  EXPECT_EQ(view_.find(other_alias), nullptr);
  EXPECT_NE(view_.find(own_alias), nullptr);
  expect_none();
}

TEST_F(ViewTest, AllowsAPieceThatWasOutOfSightToComeBackAnywhere) {
  begin();
  tell_enter(1, 0, piece(0, 4));
  tell_leave(1, 0, other_alias);
  tell_enter(0, 0, piece(9, 15));
  tell(wire::CellForget{0, 0});
  tell_enter(1, 0, piece(4, 4));
  expect_none();
}

TEST_F(ViewTest, AllowsAnAliasToNameAnotherPieceAfterALeave) {
  begin();
  tell_enter(1, 0, piece(0, 4, 70));
  tell_leave(1, 0, other_alias);
  tell_enter(1, 0, piece(9, 9, 71));
  expect_none();
}

TEST_F(ViewTest, FollowsItsOwnPieceByMovedAndTheCells) {
  begin();
  tell(wire::Moved{.x = 6, .y = 5, .result = wire::MoveResult::ok});
  tell(wire::Moved{.x = 6, .y = 5, .result = wire::MoveResult::too_soon});
  tell_step(0, 0, {own_alias, 6, 5});
  tell(wire::Moved{.x = 6, .y = 6, .result = wire::MoveResult::ok});
  tell_step(0, 0, {own_alias, 6, 6});
  EXPECT_EQ(view_.own_position(), (Position{6, 6}));
  expect_none();
}

TEST_F(ViewTest, AcceptsWordsOfPiecesInSightAndShoutsOfAnyPlayer) {
  begin();
  tell_enter(1, 0, piece(0, 4));
  tell(wire::Said{other_alias, "hello"});
  tell(wire::Shouted{999, "someone", "hello, all"});
  expect_none();
}

// --- Faults that the view finds ---

TEST_F(ViewTest, FindsAMoveOfAPieceThatNeverEntered) {
  begin();
  tell_step(0, 0, {other_alias, 1, 1});
  expect_only(Violation::unknown_mover);
}

TEST_F(ViewTest, FindsALeaveOfAPieceThatIsNotInSight) {
  begin();
  tell_leave(0, 0, other_alias);
  expect_only(Violation::unknown_leaver);
}

TEST_F(ViewTest, FindsASecondLeaveOfAPiece) {
  begin();
  tell_enter(0, 0, piece(1, 1));
  tell_leave(0, 0, other_alias);
  tell_leave(0, 0, other_alias);
  expect_only(Violation::unknown_leaver);
}

TEST_F(ViewTest, FindsWordsOfAPieceThatIsNotInSight) {
  begin();
  tell(wire::Said{other_alias, "who am I?"});
  expect_only(Violation::unknown_speaker);
}

TEST_F(ViewTest, FindsAStepOntoAnObstacle) {
  begin();
  tell_enter(0, 0, piece(3, 1));
  tell_step(0, 0, {other_alias, 3, 0});
  expect_only(Violation::on_obstacle);
}

TEST_F(ViewTest, FindsAPieceThatEntersOnAnObstacle) {
  begin();
  tell_enter(0, 0, piece(3, 0));
  expect_only(Violation::on_obstacle);
}

TEST_F(ViewTest, FindsAStepOfTwoTiles) {
  begin();
  tell_enter(0, 0, piece(8, 8));
  tell_step(0, 0, {other_alias, 8, 10});
  expect_only(Violation::too_far);
}

TEST_F(ViewTest, AllowsAPieceAnyTileOfItsCellAfterSuppressedSteps) {
  begin();
  tell_enter(1, 0, piece(0, 4));
  tell(wire::CellThrottled{1, 0});
  EXPECT_EQ(view_.throttled_count(), 1u);
  const std::vector<wire::Step> there = {{other_alias, 9, 9}};
  tell(wire::CellPositions{1, 0, there});
  EXPECT_EQ(view_.find(other_alias)->position, (Position{25, 9}));
  EXPECT_EQ(view_.throttled_count(), 0u);
  expect_none();
  tell_step(1, 0, {other_alias, 11, 9});
  expect_only(Violation::too_far);
}

TEST_F(ViewTest, AllowsAPieceToLeaveAThrottledCellFromAnyTile) {
  begin();
  tell_enter(1, 0, piece(9, 4));
  tell(wire::CellThrottled{1, 0});
  tell_enter(0, 0, piece(15, 12));
  tell_leave(1, 0, other_alias);
  EXPECT_EQ(view_.find(other_alias)->position, (Position{15, 12}));
  expect_none();
}

TEST_F(ViewTest, FindsAStepInAThrottledCell) {
  begin();
  tell_enter(1, 0, piece(0, 4));
  tell(wire::CellThrottled{1, 0});
  tell_step(1, 0, {other_alias, 1, 4});
  expect_only(Violation::step_while_throttled);
}

TEST_F(ViewTest, FindsAStepAcrossACorner) {
  begin();
  tell_enter(0, 0, piece(8, 8));
  tell_step(0, 0, {other_alias, 9, 9});
  expect_only(Violation::too_far);
}

TEST_F(ViewTest, FindsAPieceThatEntersAnotherCellTwoTilesAway) {
  begin();
  tell_enter(0, 0, piece(15, 8));
  tell_enter(1, 0, piece(1, 8));
  tell_leave(0, 0, other_alias);
  expect_only(Violation::too_far);
}

TEST_F(ViewTest, FindsATileThatIsNotInItsCell) {
  begin();
  tell_enter(0, 0, piece(cell_size, 0));
  expect_only(Violation::outside_of_cell);
}

TEST_F(ViewTest, FindsAStepWithinACellThatThePieceIsNotIn) {
  begin();
  tell_enter(0, 0, piece(15, 8));
  tell_step(1, 0, {other_alias, 0, 8});
  expect_only(Violation::wrong_cell);
}

TEST_F(ViewTest, FindsASecondEnterIntoTheSameCell) {
  begin();
  tell_enter(0, 0, piece(8, 8));
  tell_enter(0, 0, piece(8, 8));
  expect_only(Violation::entered_twice);
}

TEST_F(ViewTest, FindsPacketsAboutCellsItDoesNotWatch) {
  begin();
  tell_enter(2, 2, piece(8, 8));
  tell_step(2, 2, {other_alias, 8, 8});
  tell_leave(2, 2, other_alias);
  EXPECT_EQ(findings_.count(Violation::unwatched_cell), 3u);
  EXPECT_EQ(findings_.total(), 3u);
}

TEST_F(ViewTest, FindsACellThatBeginsTwice) {
  begin();
  begin_cell(1, 0);
  expect_only(Violation::begun_twice);
  EXPECT_EQ(view_.cell_count(), 2u);
}

TEST_F(ViewTest, FindsACellForgottenThatWasNotWatched) {
  begin();
  tell(wire::CellForget{2, 2});
  expect_only(Violation::forgot_unwatched);
}

TEST_F(ViewTest, FindsOneAliasForTwoEntities) {
  begin();
  tell_enter(0, 0, piece(8, 8, 70));
  tell_enter(0, 0, piece(8, 8, 71));
  expect_only(Violation::alias_clash);
}

TEST_F(ViewTest, FindsThatAnotherPieceHasItsOwnAlias) {
  tell(welcome());
  begin_cell(0, 0);
  wire::Piece stranger = own_piece(5, 5);
  stranger.entity = 51;
  tell_enter(0, 0, stranger);
  expect_only(Violation::alias_clash);
}

TEST_F(ViewTest, FindsThatACellShowsItsOwnPieceElsewhereThanMoved) {
  begin();
  tell(wire::Moved{.x = 6, .y = 5, .result = wire::MoveResult::ok});
  tell_step(0, 0, {own_alias, 5, 6});
  EXPECT_EQ(findings_.count(Violation::own_position), 1u);
}

TEST_F(ViewTest, FindsThatItsPieceMovedWithoutAnAnswer) {
  begin();
  tell_step(0, 0, {own_alias, 5, 6});
  expect_only(Violation::own_position);
}

TEST_F(ViewTest, FindsAnAnswerThatPutsItTwoTilesAway) {
  begin();
  tell(wire::Moved{.x = 7, .y = 5, .result = wire::MoveResult::ok});
  expect_only(Violation::own_position);
}

TEST_F(ViewTest, FindsARefusedMoveThatMovesIt) {
  begin();
  tell(wire::Moved{.x = 6, .y = 5, .result = wire::MoveResult::blocked});
  expect_only(Violation::own_position);
}

TEST_F(ViewTest, FindsThatTheCellsNeverShowedItsLastStep) {
  begin();
  tell(wire::Moved{.x = 6, .y = 5, .result = wire::MoveResult::ok});
  tell(wire::Moved{.x = 7, .y = 5, .result = wire::MoveResult::ok});
  expect_only(Violation::own_position);
}

TEST_F(ViewTest, FollowsTheServerAfterAViolationSoThatItIsCountedOnce) {
  begin();
  tell_enter(0, 0, piece(8, 8));
  tell_step(0, 0, {other_alias, 8, 12});
  tell_step(0, 0, {other_alias, 8, 13});
  expect_only(Violation::too_far);
}

TEST_F(ViewTest, KeepsTheFirstViolationsAsText) {
  begin();
  for (int i = 0; i < 100; ++i) tell_leave(0, 0, other_alias);
  EXPECT_EQ(findings_.total(), 100u);
  ASSERT_EQ(findings_.texts().size(), Findings::texts_max);
  EXPECT_EQ(findings_.texts()[0],
            "unknown_leaver: piece 0x7, which entity 50 does not see, leaves cell (0, 0)");
}

// --- Bytes that end the connection ---

TEST_F(ViewTest, RefusesPacketsBeforeTheWelcome) {
  EXPECT_EQ(begin_cell(0, 0), CloseReason::wrong_state);
  EXPECT_EQ(tell_enter(0, 0, piece(1, 1)), CloseReason::wrong_state);
  EXPECT_EQ(tell(wire::Moved{}), CloseReason::wrong_state);
  EXPECT_EQ(tell(wire::Goodbye{CloseReason::server_full, "full"}), CloseReason::none);
}

TEST_F(ViewTest, RefusesASecondWelcome) {
  begin();
  EXPECT_EQ(tell(welcome()), CloseReason::wrong_state);
}

TEST_F(ViewTest, RefusesImpossibleNumbers) {
  wire::Welcome bad = welcome();
  bad.cell_size = 0;
  EXPECT_EQ(tell(bad), CloseReason::bad_packet);
  bad.cell_size = 257;
  EXPECT_EQ(tell(bad), CloseReason::bad_packet);
  begin();
  EXPECT_EQ(tell(wire::CellBegin{2, 0, Bytes(obstacles_).first(31)}), CloseReason::bad_packet);
  wire::Piece nobody = piece(1, 1);
  nobody.alias = 0;
  EXPECT_EQ(tell_enter(0, 0, nobody), CloseReason::bad_packet);
}

TEST_F(ViewTest, RefusesBytesThatAreNotAPacket) {
  begin();
  EXPECT_EQ(view_.apply({.opcode = 77}), CloseReason::unknown_opcode);
  EXPECT_EQ(view_.apply({.opcode = wire::opcode_of<wire::CellMove>}), CloseReason::bad_packet);
}

}  // namespace
}  // namespace madang::client
