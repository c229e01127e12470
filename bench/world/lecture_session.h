// Session: one client with its socket, its view list and its identity. Sessions: all sessions, by slot.
//
// A worker has a session's turn from an event of the session until the session is armed again. Only that
// worker uses `client`. The mutex protects the sending side of the socket and the view list. Any worker may
// use these at any time, because a step of one player must reach the others.
//
// These rules keep the views of all clients correct:
//
//   1. A view list holds the players that a client knows, and their positions. A change of the list and its
//      send are one critical section of the viewer's mutex. So no client gets a step before the enter.
//   2. No thread holds the mutexes of two sessions. (Inside a viewer's mutex, a thread may lock the mutex of
//   the
//      other player's face, and may read the board. It locks nothing inside of those.) So there is no
//      deadlock.
//   3. No thread passes on what a client must see. settle() compares the view list with the current positions
//   of
//      both players. It may be called twice, late, or in any order. (If a worker is so late that a piece
//      makes two steps meanwhile, the client gets a leave and an enter. This is a leap, and is counted.)
//   4. A player that moves first changes its position on the Board. Then it settles each pair with all
//   players
//      that it saw or is now near: first their view of it, and then its own view. If two players move at
//      once, the later change of position finds the other player. A piece in a view list has that viewer in
//      its own view list, so it can send its next step.
//   5. A client gets the begin of a cell before it can see into the cell. It gets the forget of a cell after
//   the
//      leaves of all players there.
//
// A session's memory is never freed. Its slot is used again with a new id. An action for an old id does
// nothing.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lecture_board.h"
#include "lecture_packets.h"
#include "madang/base/buffer.h"
#include "madang/base/time.h"

namespace madang::lecture {

enum class State : std::uint8_t {
  handshake,  ///< not logged in yet
  playing,
  draining,  ///< the goodbye is in flight; the client ends the connection
};

/// Data that only the worker with the session's turn uses.
struct Client {
  State state = State::handshake;
  PlayerId id;
  Position position;
  CellRect watch;  ///< the cells that the client knows
  Time next_move{};
  Buffer unfinished;  ///< the part of a frame that has arrived
};

struct SendCounts {
  std::uint64_t sends = 0;
  std::uint64_t socket_full = 0;   ///< sends that the socket did not accept completely
  std::uint64_t slow_readers = 0;  ///< clients that were disconnected because they did not read
  std::uint64_t leaps = 0;         ///< pieces that a viewer got again after several steps
};

class Sessions;

class Session {
 public:
  Session(const Board& board, const Sessions& sessions) : board_(board), sessions_(sessions) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Gives the connection to this session. From now on the workers get its events.
  void open(int socket, int epoll, PlayerId id);
  /// Closes the connection. The peer gets the data that the socket has accepted. Only in the session's turn.
  void close();

  /// Takes the turn. Returns false if another worker has the turn, or if the session is closed.
  bool begin_turn();
  void end_turn();
  int socket() const { return socket_; }

  /// Sends at once. Data that the socket does not accept is sent as soon as possible.
  void send(Bytes bytes);
  void send_unsent();
  /// Ends the sending side after all data.
  void finish();

  /// Updates the view of this client, which is `viewer`, of each of these players, with one send for each
  /// change. Returns the number of players in the view list.
  std::size_t settle(PlayerId viewer, std::span<const PlayerId> subjects, Buffer& scratch);
  /// Sends the text if this client, which is `viewer`, sees the speaker.
  void hear(PlayerId viewer, PlayerId speaker, std::string_view text, Buffer& scratch);
  /// Sends the text if this client is `listener`.
  void hear_shout(PlayerId listener, Bytes shouted);
  void list_view(std::vector<PlayerId>& seen) const;
  void clear_view();

  /// Only in the session's turn.
  void set_face(Face face);
  const Face& face() const { return face_; }
  /// Returns false if another client has the session now.
  bool append_enter(Buffer& out, PlayerId id, Position position) const;

  SendCounts send_counts() const;

  Client client;

 private:
  // Precondition of all these functions: the mutex is locked.
  void settle_one(PlayerId subject, Position own_position, Buffer& scratch);
  void transmit(Bytes bytes);
  void keep_unsent(Bytes bytes);
  void give_up();
  void arm();

  const Board& board_;
  const Sessions& sessions_;

  mutable std::mutex mutex_;
  int socket_ = -1;  // changes only while no worker has the turn, and in close()
  int epoll_ = -1;
  bool is_taken_ = false;      // a worker has the turn
  bool has_given_up_ = false;  // no more data can be sent; the receives end soon
  bool is_finishing_ = false;  // the sending side ends when all data is sent
  Buffer unsent_;
  std::unordered_map<std::uint32_t, Position> view_;  // the view list: ids and the positions that were sent
  SendCounts counts_;

  mutable std::mutex face_mutex_;
  PlayerId face_of_;
  Face face_;  // changes only in a turn
};

/// Any thread.
class Sessions {
 public:
  Sessions(const Board& board, std::uint32_t slots) : board_(board), slots_(slots) {}

  Session& at(PlayerId id) const { return *slots_[id.slot()]; }
  /// Returns a free session, or null if there is none.
  Session* open(int socket, int epoll);
  /// Frees the slot of a closed session.
  void give_back(PlayerId id);

  wire::Id new_entity() { return {.high = ++entities_}; }

  std::uint64_t opened() const { return opened_.load(); }
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::uint32_t slot = 0, end = used_.load(); slot < end; ++slot) visit(*slots_[slot]);
  }
  /// Calls visit(PlayerId, Session&) for all players on the board.
  template <class Visit>
  void for_each_here(Visit visit) const {
    for (std::uint32_t slot = 0, end = used_.load(); slot < end; ++slot)
      if (const PlayerId id = board_.presence(slot).id) visit(id, *slots_[slot]);
  }

 private:
  const Board& board_;
  std::vector<std::unique_ptr<Session>> slots_;  // a session is made at its first use, and never destroyed
  std::atomic<std::uint32_t> used_{0};           // slots that have ever been used
  std::atomic<std::uint64_t> opened_{0};
  std::atomic<std::uint64_t> entities_{0};

  std::mutex mutex_;
  std::vector<PlayerId> free_;  // the last id of each free slot
};

}  // namespace madang::lecture
