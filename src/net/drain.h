// Drain: connections on their way out. Whatever a connection was, its socket is closed here and nowhere else.
//
// A connection first sends what it still has, then ends our side, then waits until the peer has ended its
// own: closing before that could make the kernel throw away what the peer has not read yet. What the peer
// still says is thrown away. Whoever takes longer than its patience is reset.
//
// A connection keeps its Place until its socket is closed. One thread, the worker's.
#pragma once

#include <cstdint>

#include "base/ids.h"
#include "base/slot_table.h"
#include "net/channel.h"
#include "net/place.h"

namespace madang::net {

class Drain {
 public:
  /// At most so many connections that had a place, and limits.refusals_max that had none.
  Drain(WorkerContext& context, std::size_t places_max);

  /// Takes over a connection, whose last bytes stand in channel.out. No other callback names it from now on.
  void add(Channel channel, Place place, std::uint32_t patience_ms);
  /// Takes over a connection and closes it at once: the peer sees a reset.
  void reset(Channel channel, Place place);
  /// Whether one more connection that has no place may be told so.
  bool has_room_for_refusal() const { return refused_ < context_.limits.refusals_max; }

  /// For a key of this table's.
  void on_completion(io::Completion& completion);
  /// Resets whoever is late; by the time `latest` everybody is.
  void sweep(Time latest);

  std::size_t size() const { return table_.size(); }
  /// How many were closed since this was asked last.
  std::uint32_t take_closed() { return std::exchange(closed_, 0); }

  /// The keys of its connections are of this series.
  static constexpr std::uint8_t series = 0xc0;

 private:
  struct Connection {
    Connection(Channel c, Place p, Time d) : channel(std::move(c)), place(std::move(p)), deadline(d) {}
    Channel channel;
    Place place;
    Time deadline;
    bool is_closing = false;
  };
  using Table = SlotTable<Connection, Id<struct DrainTag>>;

  Connection& emplace(Channel channel, Place place, Time deadline);
  void go_on(Connection& connection);
  void close(Connection& connection, io::CloseMode mode);

  WorkerContext& context_;
  Table table_;
  std::uint32_t refused_ = 0;  // that never had a place
  std::uint32_t closed_ = 0;
};

}  // namespace madang::net
