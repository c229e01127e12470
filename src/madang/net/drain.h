// Drain: the table of connections that end. All sockets of a worker's connections are closed here.
//
// A connection first sends its last bytes, then shuts down our side, then waits until the peer has shut down
// the other side. An earlier close could make the kernel discard bytes that the peer has not read yet. Bytes
// that the peer still sends are discarded. A connection that needs longer than its deadline is reset.
//
// A connection keeps its Place until its socket is closed. Worker thread only.
#pragma once

#include <cstdint>

#include "madang/base/ids.h"
#include "madang/base/slot_table.h"
#include "madang/net/channel.h"
#include "madang/net/place.h"

namespace madang::net {

class Drain {
 public:
  /// The table holds `places_max` connections with a place, and limits.refusals_max without one.
  Drain(WorkerContext& context, std::size_t places_max);

  /// Owns a connection from now on, and sends the bytes in channel.out. The deadline is in `deadline_ms`.
  void add(Channel channel, Place place, std::uint32_t deadline_ms);
  /// Owns a connection from now on, and closes it at once: the peer gets a reset.
  void reset(Channel channel, Place place);
  /// Returns whether the table can hold one more connection without a place.
  bool has_capacity_for_refusal() const { return refused_ < context_.limits.refusals_max; }

  /// Dispatches a completion whose key is of this table.
  void on_completion(io::Completion& completion);
  /// Resets the connections whose deadline is over. `latest` is the deadline of all of them.
  void sweep(Time latest);

  std::size_t size() const { return table_.size(); }
  /// Returns how many connections were closed since the last call.
  std::uint32_t exchange_closed_count() { return std::exchange(closed_, 0); }

  /// Number of this table in its keys: see Id.
  static constexpr std::uint8_t table_number = 0xc0;

 private:
  /// A peer that sends more than this after its end is reset: reading costs time that others need.
  static constexpr std::uint32_t discarded_bytes_max = 1u << 20;

  struct Connection {
    Connection(Channel c, Place p, Time d) : channel(std::move(c)), place(std::move(p)), deadline(d) {}
    Channel channel;
    Place place;
    Time deadline;
    std::uint32_t discarded_bytes = 0;
    bool is_closing = false;
  };
  using Table = SlotTable<Connection, Id<struct DrainTag>>;

  Connection& emplace(Channel channel, Place place, Time deadline);
  void discard(Connection& connection, std::size_t bytes);
  void go_on(Connection& connection);
  void close(Connection& connection, io::CloseMode mode);

  WorkerContext& context_;
  Table table_;
  std::uint32_t refused_ = 0;  // connections without a place
  std::uint32_t closed_ = 0;
};

}  // namespace madang::net
