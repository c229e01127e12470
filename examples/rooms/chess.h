// Chess: a position of a game of chess, and the moves that the rules of chess allow. A plain value.
#pragma once

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string>
#include <vector>

#include "madang/wire/table.h"

namespace rooms {

namespace wire = madang::wire;
using madang::ShortText;
using ChessMove = ShortText<5>;  // such as "e2e4", or "a7a8q" for a pawn that becomes a queen

struct Chess {
  ShortText<64> squares = "RNBQKBNRPPPPPPPP................................pppppppprnbqkbnr";
  std::array<bool, 64> touched{};
  bool is_whites_turn = true;
  std::uint8_t en_passant = 64;
  std::uint8_t quiet_moves = 0;
  static constexpr auto table = wire::record(
      "Chess", "A position. The squares are a1, b1 ... h8, from 0 to 63.",
      wire::field("squares", &Chess::squares, "KQRBNP are white, kqrbnp are black, and dots are empty"),
      wire::field("touched", &Chess::touched, "squares that a piece has left or entered"),
      wire::field("is_whites_turn", &Chess::is_whites_turn, "whether white moves next"),
      wire::field("en_passant", &Chess::en_passant, "the square that a pawn has just jumped over; 64: none"),
      wire::field("quiet_moves", &Chess::quiet_moves, "since the last capture or move of a pawn"));

  std::vector<ChessMove> legal_moves() const {
    std::vector<ChessMove> moves;
    for (int from = 0; from < 64; ++from)
      for (int to = 0; to < 64; ++to) {
        if (!is_possible(from, to)) continue;
        const bool is_promotion = kind(from) == 'P' && (to < 8 || to > 55);
        for (const char* piece : {"", "q", "r", "b", "n"}) {
          const ChessMove move(name(from) + name(to) + piece);
          Chess after = *this;
          after.play(move);
          if (is_promotion == (*piece != 0) && !after.is_in_check(is_whites_turn)) moves.push_back(move);
        }
      }
    return moves;
  }
  bool is_legal(const ChessMove& move) const { return std::ranges::count(legal_moves(), move) > 0; }
  bool is_in_check(bool white) const { return is_attacked(squares.view().find(white ? 'K' : 'k'), !white); }
  /// Makes a legal move.
  void play(const ChessMove& move) {
    const int from = square(move, 0), to = square(move, 2);
    const bool is_pawn = kind(from) == 'P', is_castling = kind(from) == 'K' && std::abs(to - from) == 2;
    std::string after(squares.view());
    if (is_castling) std::swap(after[(from + to) / 2], after[rook_of(from, to)]);
    if (is_pawn && to == en_passant) after[from / 8 * 8 + to % 8] = '.';
    if (move.view().size() == 5) after[from] = is_whites_turn ? std::toupper(move.view()[4]) : move.view()[4];
    after[to] = after[from];
    after[from] = '.';
    en_passant = is_pawn && std::abs(to - from) == 16 ? (from + to) / 2 : 64;
    quiet_moves = is_pawn || at(to) != '.' ? 0 : quiet_moves + 1;
    touched[from] = touched[to] = true;
    squares.assign(after);
    is_whites_turn = !is_whites_turn;
  }

 private:
  static int square(std::string_view move, int at) { return move[at] - 'a' + 8 * (move[at + 1] - '1'); }
  static std::string name(int square) {
    return {static_cast<char>('a' + square % 8), static_cast<char>('1' + square / 8)};
  }
  static int rook_of(int from, int to) { return to > from ? from + 3 : from - 4; }
  char at(int square) const { return squares.view()[square]; }
  int kind(int square) const { return std::toupper(at(square)); }
  bool is_of(bool white, int square) const { return at(square) != '.' && (at(square) < 'a') == white; }
  bool attacks(int from, int to) const {
    const int x = std::abs(to % 8 - from % 8), up = to / 8 - from / 8, y = std::abs(up);
    bool is_line = x == y || x == 0 || y == 0;  // as a queen moves
    switch (kind(from)) {
      case 'P': return x == 1 && up == (is_of(true, from) ? 1 : -1);
      case 'N': return x * y == 2;
      case 'K': return std::max(x, y) == 1;
      case 'R': is_line = x == 0 || y == 0; break;
      case 'B': is_line = x == y; break;
    }
    for (int i = 1; is_line && i < std::max(x, y); ++i)
      if (at(from + (to - from) / std::max(x, y) * i) != '.') return false;
    return is_line;
  }
  bool is_attacked(int square, bool by_white) const {
    for (int from = 0; from < 64; ++from)
      if (is_of(by_white, from) && attacks(from, square)) return true;
    return false;
  }
  bool may_castle(int from, int to) const {
    const int rook = rook_of(from, to);
    return !touched[from] && !touched[rook] && attacks(rook, from) && !is_attacked(from, !is_whites_turn) &&
           !is_attacked((from + to) / 2, !is_whites_turn);
  }
  /// Returns whether the piece moves in this way. Its own king may be in check afterwards.
  bool is_possible(int from, int to) const {
    const int up = is_whites_turn ? 8 : -8;
    if (!is_of(is_whites_turn, from) || is_of(is_whites_turn, to)) return false;
    if (kind(from) == 'K' && std::abs(to - from) == 2) return may_castle(from, to);
    if (kind(from) != 'P') return attacks(from, to);
    if (attacks(from, to)) return at(to) != '.' || to == en_passant;
    const bool is_first = from / 8 == (is_whites_turn ? 1 : 6);
    return at(to) == '.' && (to == from + up || (is_first && to == from + 2 * up && at(from + up) == '.'));
  }
};

}  // namespace rooms
