// ProxyArrivals: the table of connections of trusted proxies whose PROXY header is not whole yet. With a
// whole header a connection becomes a session or an HTTP connection, with the client's address from the
// header.
//
// Worker thread only.
#pragma once

#include "madang/base/log.h"
#include "madang/base/slot_table.h"
#include "madang/net/arrival.h"
#include "madang/net/drain.h"
#include "madang/net/http_connections.h"
#include "madang/net/sessions.h"

namespace madang::net {

class ProxyArrivals {
 public:
  ProxyArrivals(WorkerContext& context, Sessions& sessions, HttpConnections& http, Drain& drain,
                std::size_t places_max);

  /// Adds a connection. Precondition: its receive is in flight.
  void open(Channel channel, Place place, const Entrance& entrance);
  /// Dispatches a completion whose key is of this table.
  void on_completion(io::Completion& completion);
  /// Closes the connections that are late.
  void sweep();
  /// Closes every connection.
  void stop();
  std::size_t size() const { return table_.size(); }

  /// Number of this table in its keys: see Id.
  static constexpr std::uint8_t table_number = 0x80;

 private:
  using ConnectionId = Id<struct ProxyArrivalTag>;
  struct Connection {
    Connection(Channel c, Place p, const Entrance& e, Time d)
        : channel(std::move(c)), place(std::move(p)), entrance(e), deadline(d) {}
    ConnectionId id;
    Channel channel;
    Place place;
    Entrance entrance;
    Buffer in;
    Time deadline;
  };

  void parse_bytes(Connection& connection, Bytes bytes);
  void end(Connection& connection, CloseReason reason);

  WorkerContext& context_;
  Sessions& sessions_;
  HttpConnections& http_;
  Drain& drain_;
  SlotTable<Connection, ConnectionId> table_;
  LogLimit log_limit_;
};

}  // namespace madang::net
