// What only the board's view knows and checks. The rest is in tests/unit/client/view_test.cpp.
#include "board/client/player_view.h"

#include <gtest/gtest.h>

#include <array>
#include <span>

#include "unit/client/small_game.h"

namespace madang::board {
namespace {

using client::Violation;
using client::small::id_of;
using Kinds = BoardParts::Entities;

/// A client on a map of 64 x 48 tiles. It watches the cells (0, 0) and (1, 0), and stands at (14, 5).
class PlayerViewTest : public testing::Test {
 protected:
  PlayerViewTest() {
    tell(wire::Welcome{.entity = id_of(50),
                       .map_width = 64,
                       .map_height = 48,
                       .cell_size = 16,
                       .units_per_tile = 1,
                       .x = 14,
                       .y = 5});
    begin(0);
    show(0, id_of(50), {own_alias, 14, 5}, {.looks = Looks::king, .name = "me"});
    begin(1);
    tell(wire::Pong{});
  }

  template <wire::Packet P>
  CloseReason tell(const P& packet) {
    return client::small::apply_all(view_, client::small::frame_of(packet).bytes());
  }
  void begin(std::uint16_t column) { tell(wire::CellBegin{column, 0, obstacles_}); }
  void show(std::uint16_t column, const wire::Id& id, const client::small::Step& at, const Piece& piece) {
    const Buffer frame = client::small::enter_frame<Kinds>({column, 0}, id, at, piece);
    ASSERT_EQ(client::small::apply_all(view_, frame.bytes()), CloseReason::none);
  }
  void tell_step(std::uint16_t column, const client::small::Step& step) {
    tell(client::small::CellMove{column, 0, std::span(&step, 1)});
  }
  void tell_moved(std::uint16_t x, std::uint16_t y, MoveResult result = MoveResult::ok) {
    tell(Moved{.x = x, .y = y, .result = result});
  }
  void expect_only(Violation kind) const {
    EXPECT_EQ(findings_.count(kind), 1u);
    EXPECT_EQ(findings_.total(), 1u) << (findings_.texts().empty() ? "" : findings_.texts().back());
  }
  void expect_none() const {
    EXPECT_EQ(findings_.total(), 0u) << (findings_.texts().empty() ? "" : findings_.texts().front());
  }

  static constexpr wire::CellAlias own_alias = 40;
  const std::array<std::byte, 32> obstacles_{};
  client::Findings findings_;
  PlayerView view_{findings_};
};

TEST_F(PlayerViewTest, KnowsItsPositionFromTheWelcome) {
  EXPECT_EQ(view_.own_position(), (world::Position{14, 5}));
  expect_none();
}

TEST_F(PlayerViewTest, KnowsThePaceFromItsPacket) {
  EXPECT_EQ(view_.move_interval_ms(), 0u);
  EXPECT_EQ(tell(Pace{.move_interval_ms = 750}), CloseReason::none);
  EXPECT_EQ(view_.move_interval_ms(), 750u);
}

TEST_F(PlayerViewTest, KnowsThePiecesInSight) {
  show(1, id_of(70), {7, 3, 3}, {.looks = Looks::rook, .name = "민아"});
  const auto piece = view_.find_piece(id_of(70));
  ASSERT_TRUE(piece.has_value());
  EXPECT_EQ(piece->position, (world::Position{19, 3}));
  EXPECT_EQ(piece->looks, Looks::rook);
  EXPECT_EQ(piece->name, "민아");
  EXPECT_EQ(view_.find_piece({1, 0}, 7)->id, id_of(70));
  EXPECT_FALSE(view_.find_piece({0, 0}, 7).has_value());
  EXPECT_FALSE(view_.find_piece(id_of(71)).has_value());
  std::size_t count = 0;
  view_.for_each_piece([&](const SeenPiece&) { ++count; });
  EXPECT_EQ(count, 2u);
  expect_none();
}

TEST_F(PlayerViewTest, FollowsItsOwnPieceByMovedAndTheCells) {
  tell_moved(15, 5);
  tell_step(0, {own_alias, 15, 5});
  tell_moved(15, 5, MoveResult::too_soon);
  tell_moved(16, 5);
  show(1, id_of(50), {3, 0, 5}, {});
  EXPECT_EQ(view_.own_position(), (world::Position{16, 5}));
  tell_moved(16, 6);
  tell_step(1, {3, 0, 6});
  EXPECT_EQ(view_.own_position(), (world::Position{16, 6}));
  expect_none();
}

TEST_F(PlayerViewTest, AllowsSuppressedStepsOfItsOwnPiece) {
  tell(wire::CellThrottled{0, 0});
  tell_moved(14, 6);
  tell_moved(14, 7);
  tell_moved(14, 8);
  const client::small::Step now{own_alias, 14, 8};
  tell(client::small::CellPositions{0, 0, std::span(&now, 1)});
  expect_none();
  tell_moved(14, 9);
  tell_moved(14, 10);
  expect_only(Violation::own_position);
}

TEST_F(PlayerViewTest, AllowsItsOwnPieceInACellThatItDoesNotWatch) {
  tell(wire::CellForget{0, 0});
  tell_moved(14, 6);
  tell_moved(14, 7);
  begin(0);
  show(0, id_of(50), {1, 14, 7}, {});
  expect_none();
}

TEST_F(PlayerViewTest, FindsAStepOfTwoTiles) {
  show(1, id_of(70), {7, 3, 3}, {});
  tell_step(1, {7, 3, 5});
  expect_only(Violation::too_far);
}

TEST_F(PlayerViewTest, FindsThatACellShowsItsOwnPieceElsewhereThanMoved) {
  tell_moved(15, 5);
  tell_step(0, {own_alias, 14, 6});
  EXPECT_EQ(findings_.count(Violation::own_position), 1u);
}

TEST_F(PlayerViewTest, FindsThatItsPieceMovedWithoutAnAnswer) {
  tell_step(0, {own_alias, 14, 6});
  expect_only(Violation::own_position);
}

TEST_F(PlayerViewTest, FindsThatItsPieceCrossedWithoutAnAnswer) {
  tell_step(0, {own_alias, 15, 5});
  show(1, id_of(50), {3, 0, 5}, {});
  EXPECT_EQ(findings_.count(Violation::own_position), 2u);
}

TEST_F(PlayerViewTest, FindsAnAnswerThatPutsItTwoTilesAway) {
  tell_moved(14, 7);
  expect_only(Violation::own_position);
}

TEST_F(PlayerViewTest, FindsARefusedMoveThatMovesIt) {
  tell_moved(15, 5, MoveResult::blocked);
  expect_only(Violation::own_position);
}

TEST_F(PlayerViewTest, FindsThatTheCellsNeverShowedItsLastStep) {
  tell_moved(14, 6);
  tell_moved(14, 7);
  expect_only(Violation::own_position);
}

TEST_F(PlayerViewTest, RefusesMovedBeforeTheWelcome) {
  PlayerView fresh(findings_);
  EXPECT_EQ(client::small::apply_all(fresh, client::small::frame_of(Moved{}).bytes()),
            CloseReason::wrong_state);
}

}  // namespace
}  // namespace madang::board
