// ChessBot: seeks a game in the lobby, and makes moves by chance that the laws of chess allow.
#pragma once

#include <array>
#include <chrono>
#include <string_view>

#include "madang/client/bot.h"
#include "rooms/rooms.h"

namespace rooms {

class ChessBot final : public madang::client::Bot<ChessBot, Rooms> {
 public:
  static constexpr std::array<std::string_view, 3> counters = {"moves", "moves_refused", "games_over"};

  Entry entry() {
    if (ticket_ == 0) ticket_ = random().next();
    return {.ticket = ticket_};
  }
  void on_entered() {
    seat_ = Seat::none;
    act_every(std::chrono::milliseconds(500));
  }
  void on(const Paired& paired) { enter_world(paired.room); }
  void on(const Seated& seated) { seat_ = seated.seat; }
  void on(const NotPlayed&) { count("moves_refused"); }
  void on(const Board& board) {
    if (sent_at_ != 0) answered(std::exchange(sent_at_, 0));
    if (is_over(board.outcome) && !is_over(board_.outcome) && seat_ == Seat::white) count("games_over");
    board_ = board;
  }
  void act() {
    if (view().welcome().world.empty()) return send(Seek{});
    if (is_over(board_.outcome)) return send(Seek{});  // the next game
    const bool is_own_turn = seat_ == (board_.chess.is_whites_turn ? Seat::white : Seat::black);
    if (board_.outcome != Outcome::playing || !is_own_turn || sent_at_ != 0) return;
    ChessMove chosen;
    std::uint32_t moves = 0;
    board_.chess.for_each_legal_move([&](const ChessMove& move) {
      if (random().below(++moves) == 0) chosen = move;
    });
    sent_at_ = client_time();
    send(Play{chosen});
    count("moves");
  }

 private:
  std::uint64_t ticket_ = 0;
  Seat seat_ = Seat::none;
  Board board_;
  std::uint32_t sent_at_ = 0;  // of a move that has no answer yet; 0: none
};

}  // namespace rooms
