// Worker: one thread of the lecture's server. It waits for events on the epoll that all workers share. It
// handles each event completely, with the sends to all players that see the change.
//
// Several threads in epoll_wait on one epoll, with EPOLLONESHOT, correspond to several threads in
// GetQueuedCompletionStatus on one completion port on Windows. The workers share the board and the sessions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "board/packets.h"
#include "lecture_board.h"
#include "lecture_session.h"
#include "madang/base/buffer.h"
#include "madang/base/close_reason.h"
#include "madang/base/random.h"
#include "madang/base/time.h"
#include "madang/wire/codec.h"
#include "madang/wire/session_packets.h"

namespace madang::lecture {

struct MoveRule {
  Duration interval = 1s;  ///< average minimum time between two moves
  Duration slack = 250ms;  ///< maximum time by which a move may be early; later moves must compensate it
};

struct MoveCounts {
  std::uint64_t made = 0;
  std::uint64_t refused = 0;
  std::uint64_t others_in_view = 0;  ///< sum, over all moves, of the players in view after the move
};

class Worker {
 public:
  Worker(int epoll, Board& board, Sessions& sessions, const MoveRule& move_rule, std::uint64_t seed)
      : epoll_(epoll), board_(board), sessions_(sessions), move_rule_(move_rule), random_(seed) {}

  /// Handles events until an event that belongs to no session.
  void run();

  const MoveCounts& moves() const { return moves_; }

 private:
  static constexpr std::size_t receive_bytes = 16'384;

  void serve(Session& session, std::uint32_t events);
  bool receive(Session& session);
  std::size_t take_frames(Session& session, Bytes bytes);
  CloseReason on_frame(Session& session, const wire::Frame& frame);
  CloseReason on_login(Session& session, const wire::Login& login);
  void on_move(Session& session, const board::Move& move);
  board::MoveResult try_step(Client& client, board::Direction direction);
  CloseReason on_say(Session& session, std::string_view text);
  CloseReason on_shout(Session& session, std::string_view text);
  void part(Session& session, CloseReason reason);
  void close(Session& session);

  void leave_board(Session& session);
  void find_affected(const Session& session);
  std::size_t settle_with_affected(Session& session);

  template <wire::Packet P>
  void send(Session& session, const P& packet) {
    out_.clear();
    wire::append(out_, packet);
    session.send(out_.bytes());
  }

  const int epoll_;
  Board& board_;
  Sessions& sessions_;
  const MoveRule move_rule_;
  Random random_;
  MoveCounts moves_;

  // Memory for one event, kept for the next event.
  Buffer out_;
  std::vector<PlayerId> affected_;
  std::array<std::byte, receive_bytes> in_{};
};

}  // namespace madang::lecture
