// Session: one client: its socket, what it has been shown, and who it is. Sessions: all of them, by slot.
//
// A worker has a session's turn from its event to the next time that the session is armed; only the worker
// whose turn it is touches `client`. What is behind the mutex (the socket's sending side and the view list)
// any worker touches, at any time: it is how one player's step reaches the others.
//
// The discipline that keeps many threads from showing nonsense:
//
//   1. A view list says who a client has been shown, and where. The list, and the send that tells of its
//      change, are one critical section of the viewer's mutex: no client is told of a step before the enter.
//   2. Nobody holds the mutexes of two sessions. (Inside a viewer's, the one around the other's face may be
//      taken, and a board's words are read; nothing is taken inside of those.) So there is no deadlock.
//   3. What a client ought to see is not handed over, it is looked up: settle() compares what the viewer was
//      shown with where both stand now. It may be called twice, or late, or in any order. (A worker that is
//      held up so long that a piece makes two steps meanwhile tells of a leave and an enter: a leap,
//      counted.)
//   4. One who moves first stands on the new tile (Board), and then settles each pair that it is half of,
//      with all whom it saw or is now near: their view of it first, and then its own of them. Of two who move
//      at once, the later of the two to have stood up finds the other; and a piece that stands in anybody's
//      view list has in its own the one whom it must tell of its next step.
//   5. The cells that a client is to know are begun before it stands where it can see into them, and
//      forgotten after it has been told of all who are out of view there.
//
// A session's memory is never given back, its slot is used again with a new alias, and whatever is done for
// an alias that is gone does nothing.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/buffer.h"
#include "base/time.h"
#include "lecture_board.h"
#include "lecture_packets.h"

namespace madang::lecture {

enum class State : std::uint8_t {
  greeting,  ///< not logged in yet
  playing,
  parting,  ///< the goodbye is on its way; the client ends the connection
};

/// What only the worker whose turn it is touches.
struct Client {
  State state = State::greeting;
  Alias alias;
  Position position;
  CellRect watch;  ///< the cells that the client knows
  Time next_move{};
  Buffer unfinished;  ///< the beginning of a frame whose rest has not come yet
};

struct SendCounts {
  std::uint64_t sends = 0;
  std::uint64_t socket_full = 0;   ///< sends of which the socket did not take all at once
  std::uint64_t slow_readers = 0;  ///< that were cut off
  std::uint64_t leaps = 0;         ///< a viewer was told of a piece again after it had made several steps
};

class Sessions;

class Session {
 public:
  Session(const Board& board, const Sessions& sessions) : board_(board), sessions_(sessions) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// The connection is this session's from here on, and the workers get its events.
  void open(int socket, int epoll, Alias alias);
  /// Ends it; the peer gets what the socket has taken so far. In one's turn.
  void close();

  /// False: another worker has the turn, or nobody is here: an event that came too late.
  bool begin_turn();
  void end_turn();
  int socket() const { return socket_; }

  /// At once; what the socket does not take follows as soon as it takes more.
  void send(Bytes bytes);
  void send_unsent();
  /// The peer gets what has been sent, and then the end.
  void finish();

  /// Brings up to date what this client, which is `viewer`, is shown of each of these: one send for each
  /// change. How many it sees now.
  std::size_t settle(Alias viewer, std::span<const Alias> subjects, Buffer& scratch);
  /// Sends it if the client, which is `viewer`, sees the speaker.
  void hear(Alias viewer, Alias speaker, Bytes said);
  /// Sends it if the client is `listener`.
  void hear_shout(Alias listener, Bytes shouted);
  void list_view(std::vector<Alias>& seen) const;
  void clear_view();

  /// In one's turn.
  void set_face(Face face);
  const Face& face() const { return face_; }
  /// False: the session is somebody else's by now.
  bool append_enter(Buffer& out, Alias alias, Position position) const;

  SendCounts send_counts() const;

  Client client;

 private:
  // All of these with the mutex held.
  void settle_one(Alias subject, Position own_position, Buffer& scratch);
  void transmit(Bytes bytes);
  void keep_unsent(Bytes bytes);
  void give_up();
  void arm();

  const Board& board_;
  const Sessions& sessions_;

  mutable std::mutex mutex_;
  int socket_ = -1;  // changes only while nobody has the turn, and in close()
  int epoll_ = -1;
  bool taken_ = false;      // a worker has the turn: the kernel may not give the session to another
  bool given_up_ = false;   // nothing more can be sent; the end of the receives will tell
  bool finishing_ = false;  // the sending side ends when all is sent
  Buffer unsent_;
  std::unordered_map<std::uint32_t, Position> view_;  // the view list: aliases, and where they were shown
  SendCounts counts_;

  mutable std::mutex face_mutex_;
  Alias face_of_;
  Face face_;  // changes only in a turn
};

/// Any thread.
class Sessions {
 public:
  Sessions(const Board& board, std::uint32_t slots) : board_(board), slots_(slots) {}

  Session& at(Alias alias) const { return *slots_[alias.slot()]; }
  /// Null: all slots are taken.
  Session* open(int socket, int epoll);
  /// It has been closed; its slot may be used again.
  void give_back(Alias alias);

  std::uint64_t new_entity() { return ++entities_; }

  std::uint64_t opened() const { return opened_.load(); }
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::uint32_t slot = 0, end = used_.load(); slot < end; ++slot) visit(*slots_[slot]);
  }
  /// Calls visit(Alias, Session&) for all who are on the board.
  template <class Visit>
  void for_each_here(Visit visit) const {
    for (std::uint32_t slot = 0, end = used_.load(); slot < end; ++slot)
      if (const Alias alias = board_.presence(slot).alias) visit(alias, *slots_[slot]);
  }

 private:
  const Board& board_;
  std::vector<std::unique_ptr<Session>> slots_;  // each is made when it is first used, and stays
  std::atomic<std::uint32_t> used_{0};           // slots that have been used ever
  std::atomic<std::uint64_t> opened_{0};
  std::atomic<std::uint64_t> entities_{0};

  std::mutex mutex_;
  std::vector<Alias> free_;  // with the last alias of each
};

}  // namespace madang::lecture
