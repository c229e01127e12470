// The laws of chess, checked by counting: how many positions can come after some moves is known for these
// positions (https://www.chessprogramming.org/Perft_Results).
#include "rooms/chess.h"

#include <gtest/gtest.h>

#include <string_view>

namespace rooms {
namespace {

int square(std::string_view name) { return name[0] - 'a' + 8 * (name[1] - '1'); }

/// Returns a position from its two first fields in Forsyth-Edwards Notation, and from the castlings that are
/// allowed.
Chess position(std::string_view ranks, bool is_whites_turn, std::string_view castling) {
  Chess chess;
  int at = 56;
  for (const char letter : ranks) {
    if (letter == '/') {
      at -= 16;
    } else if (letter >= '1' && letter <= '8') {
      for (int i = letter - '0'; i > 0; --i) chess.squares[static_cast<std::size_t>(at++)] = '.';
    } else {
      chess.squares[static_cast<std::size_t>(at++)] = static_cast<std::uint8_t>(letter);
    }
  }
  chess.unmoved.fill(false);
  for (const char side : castling) {
    const std::string_view squares = side == 'K'   ? "e1h1"
                                     : side == 'Q' ? "e1a1"
                                     : side == 'k' ? "e8h8"
                                                   : "e8a8";
    for (const std::size_t i : {0u, 2u})
      chess.unmoved[static_cast<std::size_t>(square(squares.substr(i)))] = true;
  }
  chess.is_whites_turn = is_whites_turn;
  return chess;
}

std::uint64_t positions_after(const Chess& chess, int moves) {
  if (moves == 0) return 1;
  std::uint64_t count = 0;
  chess.for_each_legal_move([&](const ChessMove& move) {
    Chess after = chess;
    after.play(move);
    count += positions_after(after, moves - 1);
  });
  return count;
}

ChessMove move(std::string_view text, char promotion = 'Q') {
  return {static_cast<std::uint8_t>(square(text)), static_cast<std::uint8_t>(square(text.substr(2))),
          static_cast<std::uint8_t>(promotion)};
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

TEST(Chess, ARookThatWasCapturedAndReplacedDoesNotCastle) {
  Chess chess = position("4k3/8/8/8/8/8/8/R3K2R", true, "KQ");
  EXPECT_TRUE(chess.is_legal(move("e1g1")));
  chess.play(move("h1h2"));
  chess.play(move("e8e7"));
  chess.play(move("h2h1"));
  chess.play(move("e7e8"));
  EXPECT_FALSE(chess.is_legal(move("e1g1"))) << "the rook has moved, and came back";
  EXPECT_TRUE(chess.is_legal(move("e1c1")));
}

TEST(Chess, APawnBecomesWhatItsPlayerWants) {
  Chess chess = position("8/P6k/8/8/8/8/7K/8", true, "");
  EXPECT_FALSE(chess.is_legal(move("a7a8", 'K')));
  EXPECT_FALSE(chess.is_legal(move("a7a8", 'q')));
  ASSERT_TRUE(chess.is_legal(move("a7a8", 'N')));
  chess.play(move("a7a8", 'N'));
  EXPECT_EQ(chess.squares[static_cast<std::size_t>(square("a8"))], 'N');
}

TEST(Chess, CountsMovesWithoutProgress) {
  Chess chess;
  for (const std::string_view text : {"g1f3", "g8f6", "f3g1", "f6g8"}) chess.play(move(text));
  EXPECT_EQ(chess.quiet_moves, 4);
  chess.play(move("e2e4"));
  EXPECT_EQ(chess.quiet_moves, 0);
}

TEST(Chess, RefusesSquaresThatThereAreNot) {
  EXPECT_FALSE(Chess{}.is_legal({64, 20, 'Q'}));
  EXPECT_FALSE(Chess{}.is_legal({12, 255, 'Q'}));
  EXPECT_FALSE(Chess{}.is_legal({12, 12, 'Q'}));
  EXPECT_FALSE(Chess{}.is_legal(move("e7e5"))) << "it is white's turn";
}

}  // namespace
}  // namespace rooms
