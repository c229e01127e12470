// The laws of chess, checked by counting: how many positions can come after some moves is known for these
// positions (https://www.chessprogramming.org/Perft_Results).
#include "rooms/chess.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace rooms {
namespace {

int square(std::string_view name) { return name[0] - 'a' + 8 * (name[1] - '1'); }
char at(const Chess& chess, std::string_view name) {
  return chess.squares.view()[static_cast<std::size_t>(square(name))];
}

/// Returns a position from its two first fields in Forsyth-Edwards Notation, and from the castlings that are
/// allowed.
Chess position(std::string_view ranks, bool is_whites_turn, std::string_view castling) {
  std::string squares(64, '.');
  int next = 56;
  for (const char letter : ranks) {
    if (letter == '/') {
      next -= 16;
    } else if (letter >= '1' && letter <= '8') {
      next += letter - '0';
    } else {
      squares[static_cast<std::size_t>(next++)] = letter;
    }
  }
  Chess chess;
  chess.squares.assign(squares);
  chess.touched.fill(true);
  for (const char side : castling) {
    const std::string_view free = side == 'K' ? "e1h1" : side == 'Q' ? "e1a1" : side == 'k' ? "e8h8" : "e8a8";
    for (const std::size_t i : {0u, 2u})
      chess.touched[static_cast<std::size_t>(square(free.substr(i)))] = false;
  }
  chess.is_whites_turn = is_whites_turn;
  return chess;
}

std::uint64_t positions_after(const Chess& chess, int moves) {
  if (moves == 0) return 1;
  std::uint64_t count = 0;
  for (const ChessMove& move : chess.legal_moves()) {
    Chess after = chess;
    after.play(move);
    count += positions_after(after, moves - 1);
  }
  return count;
}

TEST(Chess, HasAsManyPositionsAsIsKnown) {
  EXPECT_EQ(positions_after(Chess{}, 1), 20u);
  EXPECT_EQ(positions_after(Chess{}, 2), 400u);
  EXPECT_EQ(positions_after(Chess{}, 3), 8'902u);
  const Chess castlings = position("r3k2r/p1ppqpb1/bn2pnp1/3PN3/1p2P3/2N2Q1p/PPPBBPPP/R3K2R", true, "KQkq");
  EXPECT_EQ(positions_after(castlings, 1), 48u);
  EXPECT_EQ(positions_after(castlings, 2), 2'039u);
  EXPECT_EQ(positions_after(castlings, 3), 97'862u);
  const Chess pins = position("8/2p5/3p4/KP5r/1R3p1k/8/4P1P1/8", true, "");
  EXPECT_EQ(positions_after(pins, 3), 2'812u);
  EXPECT_EQ(positions_after(pins, 4), 43'238u);
  const Chess promotions = position("rnbq1k1r/pp1Pbppp/2p5/8/2B5/8/PPP1NnPP/RNBQK2R", true, "KQ");
  EXPECT_EQ(positions_after(promotions, 1), 44u);
  EXPECT_EQ(positions_after(promotions, 2), 1'486u);
  EXPECT_EQ(positions_after(promotions, 3), 62'379u);
}

TEST(Chess, ARookThatHasMovedDoesNotCastle) {
  Chess chess = position("4k3/8/8/8/8/8/8/R3K2R", true, "KQ");
  EXPECT_TRUE(chess.is_legal("e1g1"));
  for (const std::string_view move : {"h1h2", "e8e7", "h2h1", "e7e8"}) chess.play(move);
  EXPECT_FALSE(chess.is_legal("e1g1")) << "the rook has moved, and came back";
  EXPECT_TRUE(chess.is_legal("e1c1"));
}

TEST(Chess, ARookThatWasCapturedDoesNotCastle) {
  Chess chess = position("4k2R/8/8/8/8/8/5n2/R3K2R", false, "KQ");
  for (const std::string_view move : {"f2h1", "h8h1", "e8e7"}) chess.play(move);
  EXPECT_FALSE(chess.is_legal("e1g1")) << "another rook stands there";
  EXPECT_TRUE(chess.is_legal("e1c1"));
}

TEST(Chess, CastlingMovesTheRook) {
  Chess chess = position("r3k2r/8/8/8/8/8/8/R3K2R", true, "KQkq");
  chess.play("e1g1");
  chess.play("e8c8");
  EXPECT_EQ(chess.squares.view().substr(0, 8), "R....RK.");
  EXPECT_EQ(chess.squares.view().substr(56), "..kr...r");
}

TEST(Chess, APawnBecomesWhatItsPlayerWants) {
  Chess chess = position("8/P6k/8/8/8/8/p6K/8", true, "");
  EXPECT_FALSE(chess.is_legal("a7a8"));
  EXPECT_FALSE(chess.is_legal("a7a8k"));
  EXPECT_FALSE(chess.is_legal("a7a8Q"));
  ASSERT_TRUE(chess.is_legal("a7a8n"));
  chess.play("a7a8n");
  EXPECT_EQ(at(chess, "a8"), 'N');
  chess.play("a2a1r");
  EXPECT_EQ(at(chess, "a1"), 'r');
  EXPECT_FALSE(chess.is_legal("h2h3q")) << "no pawn";
}

TEST(Chess, APawnCapturesEnPassantInTheNextMoveOnly) {
  Chess chess = position("4k3/3p4/8/4P3/8/8/8/4K3", false, "");
  chess.play("d7d5");
  ASSERT_TRUE(chess.is_legal("e5d6"));
  Chess later = chess;
  for (const std::string_view move : {"e1e2", "e8e7"}) later.play(move);
  EXPECT_FALSE(later.is_legal("e5d6"));
  chess.play("e5d6");
  EXPECT_EQ(at(chess, "d6"), 'P');
  EXPECT_EQ(at(chess, "d5"), '.');
}

TEST(Chess, CountsMovesWithoutProgress) {
  Chess chess;
  for (const std::string_view move : {"g1f3", "g8f6", "f3g1", "f6g8"}) chess.play(move);
  EXPECT_EQ(chess.quiet_moves, 4);
  chess.play("e2e4");
  EXPECT_EQ(chess.quiet_moves, 0);
  for (const std::string_view move : {"g8f6", "b1c3"}) chess.play(move);
  EXPECT_EQ(chess.quiet_moves, 2);
  chess.play("f6e4");
  EXPECT_EQ(chess.quiet_moves, 0) << "a capture";
}

TEST(Chess, RefusesWhatIsNoMove) {
  for (const std::string_view text :
       {"", "e2", "e2e9", "i2e4", "e2e4q", "e2-e4", "E2E4", "e2e2", "zzzzz", "\0\0\0\0"})
    EXPECT_FALSE(Chess{}.is_legal(text)) << text;
  EXPECT_FALSE(Chess{}.is_legal("e7e5")) << "it is white's turn";
}

}  // namespace
}  // namespace rooms
