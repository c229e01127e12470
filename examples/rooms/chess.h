// Chess: a position of the game of chess, and the moves that its rules allow. A plain value that knows
// nothing of servers; it can be an attribute and a field of a packet. Any thread.
//
// The laws are those of FIDE (https://handbook.fide.com/chapter/E012023). Of the draws, there are stalemate
// and 50 moves without a capture or a move of a pawn. Those that players claim or agree on are left out.
#pragma once

#include <array>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "madang/wire/table.h"

namespace rooms {

namespace wire = madang::wire;

/// Squares are numbered from a1 (0), b1 (1) to h8 (63).
struct ChessMove {
  std::uint8_t from = 0;
  std::uint8_t to = 0;
  std::uint8_t promotion = 'Q';  ///< 'Q', 'R', 'B' or 'N': what a pawn becomes on the last rank
  static constexpr auto table = wire::record(
      "ChessMove", "A move of a piece. Squares are numbered from a1 (0), b1 (1) to h8 (63).",
      wire::field("from", &ChessMove::from, "the square where the piece stands"),
      wire::field("to", &ChessMove::to, "where it goes; of a castling: where the king goes"),
      wire::field("promotion", &ChessMove::promotion, "the letter Q, R, B or N: what a pawn becomes"));
};

struct Chess {
  static constexpr std::uint8_t nowhere = 64;
  static constexpr std::uint8_t quiet_moves_max = 100;  ///< of both sides

  std::array<std::uint8_t, 64> squares = start();
  bool is_whites_turn = true;
  std::array<bool, 64> unmoved = [] {
    std::array<bool, 64> all;
    all.fill(true);
    return all;
  }();
  std::uint8_t en_passant = nowhere;
  std::uint8_t quiet_moves = 0;

  static constexpr auto table = wire::record(
      "Chess", "A position of a game of chess.",
      wire::field("squares", &Chess::squares, "letters: KQRBNP of white, kqrbnp of black, a dot for nothing"),
      wire::field("is_whites_turn", &Chess::is_whites_turn, "whether white moves next"),
      wire::field("unmoved", &Chess::unmoved, "squares that no piece has left or entered"),
      wire::field("en_passant", &Chess::en_passant, "the square that a pawn has just jumped over; 64: none"),
      wire::field("quiet_moves", &Chess::quiet_moves, "since the last capture or move of a pawn"));

  static constexpr std::array<std::uint8_t, 64> start() {
    constexpr std::string_view ranks = "RNBQKBNRPPPPPPPP................................pppppppprnbqkbnr";
    std::array<std::uint8_t, 64> squares{};
    for (std::size_t i = 0; i < squares.size(); ++i) squares[i] = static_cast<std::uint8_t>(ranks[i]);
    return squares;
  }

  bool is_piece_of(bool white, int square) const {
    return squares[static_cast<std::size_t>(square)] != '.' &&
           (squares[static_cast<std::size_t>(square)] < 'a') == white;
  }
  bool is_empty(int square) const { return at(square) == '.'; }
  int at(int square) const { return squares[static_cast<std::size_t>(square)]; }

  bool is_in_check(bool white) const {
    for (int square = 0; square < 64; ++square)
      if (at(square) == (white ? 'K' : 'k')) return is_attacked(square, !white);
    return false;
  }
  /// Returns whether the side whose turn it is may make this move.
  bool is_legal(const ChessMove& move) const {
    if (move.from > 63 || move.to > 63 || !is_possible(move)) return false;
    Chess after = *this;
    after.play(move);
    return !after.is_in_check(is_whites_turn);
  }
  /// Calls visit(move) for each legal move.
  template <class Visit>
  void for_each_legal_move(Visit visit) const {
    for (std::uint8_t from = 0; from < 64; ++from) {
      if (!is_piece_of(is_whites_turn, from)) continue;
      for (std::uint8_t to = 0; to < 64; ++to)
        if (is_legal({from, to, 'Q'})) {
          visit(ChessMove{from, to, 'Q'});
          for (const std::uint8_t other : {'R', 'B', 'N'})
            if (is_promotion(from, to)) visit(ChessMove{from, to, other});
        }
    }
  }
  bool has_legal_move() const {
    bool has_one = false;
    for_each_legal_move([&](const ChessMove&) { has_one = true; });
    return has_one;
  }
  /// Makes a move. Precondition: it is legal.
  void play(const ChessMove& move) {
    const int from = move.from, to = move.to;
    const bool is_pawn = kind(from) == 'P';
    quiet_moves = is_pawn || !is_empty(to) ? 0 : static_cast<std::uint8_t>(quiet_moves + 1);
    if (is_pawn && to == en_passant) put(to % 8 + from / 8 * 8, '.');
    if (kind(from) == 'K' && std::abs(to - from) == 2) {  // castling: the rook jumps over the king
      const int rook = to > from ? from + 3 : from - 4;
      put((from + to) / 2, at(rook));
      put(rook, '.');
    }
    en_passant = is_pawn && std::abs(to - from) == 16 ? static_cast<std::uint8_t>((from + to) / 2) : nowhere;
    const int promoted = is_whites_turn ? move.promotion : std::tolower(move.promotion);
    put(to, is_promotion(move.from, move.to) ? promoted : at(from));
    put(from, '.');
    is_whites_turn = !is_whites_turn;
  }

 private:
  int kind(int square) const { return std::toupper(at(square)); }
  void put(int square, int piece) {
    squares[static_cast<std::size_t>(square)] = static_cast<std::uint8_t>(piece);
    unmoved[static_cast<std::size_t>(square)] = false;
  }
  bool is_promotion(int from, int to) const { return kind(from) == 'P' && (to / 8 == 0 || to / 8 == 7); }

  /// Returns whether nothing stands between two squares of one rank, file or diagonal.
  bool is_clear(int from, int to) const {
    const int dx = to % 8 - from % 8, dy = to / 8 - from / 8;
    const int step = (dx > 0) - (dx < 0) + 8 * ((dy > 0) - (dy < 0));
    for (int square = from + step; square != to; square += step)
      if (!is_empty(square)) return false;
    return true;
  }
  /// Returns whether the piece on `from` captures on `to`, whatever stands there.
  bool captures(int from, int to) const {
    const int dx = std::abs(to % 8 - from % 8), up = to / 8 - from / 8, dy = std::abs(up);
    switch (kind(from)) {
      case 'P': return dx == 1 && up == (is_piece_of(true, from) ? 1 : -1);
      case 'N': return dx * dy == 2;
      case 'K': return dx + dy > 0 && dx <= 1 && dy <= 1;
      case 'R': return (dx == 0) != (dy == 0) && is_clear(from, to);
      case 'B': return dx == dy && dx > 0 && is_clear(from, to);
      case 'Q': return (dx == dy ? dx > 0 : dx == 0 || dy == 0) && is_clear(from, to);
      default: return false;
    }
  }
  bool is_attacked(int square, bool by_white) const {
    for (int from = 0; from < 64; ++from)
      if (is_piece_of(by_white, from) && captures(from, square)) return true;
    return false;
  }
  /// Returns whether the piece moves in this way, be its own king in check or not.
  bool is_possible(const ChessMove& move) const {
    const int from = move.from, to = move.to, up = is_whites_turn ? 8 : -8;
    if (!is_piece_of(is_whites_turn, from) || is_piece_of(is_whites_turn, to)) return false;
    if (kind(from) == 'K' && std::abs(to - from) == 2 && to / 8 == from / 8) return may_castle(from, to);
    if (kind(from) != 'P') return captures(from, to);
    if (is_promotion(from, to) &&
        std::string_view("QRBN").find(static_cast<char>(move.promotion)) == std::string_view::npos)
      return false;
    if (captures(from, to)) return !is_empty(to) || to == en_passant;
    const bool is_at_start = from / 8 == (is_whites_turn ? 1 : 6);
    return is_empty(to) && (to == from + up || (is_at_start && to == from + 2 * up && is_empty(from + up)));
  }
  bool may_castle(int from, int to) const {
    const int rook = to > from ? from + 3 : from - 4;
    if (from != (is_whites_turn ? 4 : 60) || !is_unmoved(from) || !is_unmoved(rook) || !is_clear(from, rook))
      return false;
    return !is_attacked(from, !is_whites_turn) && !is_attacked((from + to) / 2, !is_whites_turn);
  }
  bool is_unmoved(int square) const { return unmoved[static_cast<std::size_t>(square)]; }
};

}  // namespace rooms
