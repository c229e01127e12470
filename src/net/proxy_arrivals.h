// ProxyArrivals: connections of trusted proxies whose PROXY header is not whole yet. Nobody else knows of
// them. Then they go where their entrance leads, with the address that the header tells.
//
// One thread, the worker's.
#pragma once

#include "base/log.h"
#include "base/slot_table.h"
#include "net/arrival.h"
#include "net/drain.h"
#include "net/http_connections.h"
#include "net/sessions.h"

namespace madang::net {

class ProxyArrivals {
 public:
  ProxyArrivals(WorkerContext& context, Sessions& sessions, HttpConnections& http, Drain& drain,
                std::size_t places_max);

  void open(Channel channel, Place place, const Entrance& entrance);
  /// For a key of this table's.
  void on_completion(io::Completion& completion);
  void sweep();
  void stop();
  std::size_t size() const { return table_.size(); }

  /// The keys of its connections are of this series.
  static constexpr std::uint8_t series = 0x80;

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

  void take_bytes(Connection& connection, Bytes bytes);
  void end(Connection& connection, CloseReason reason);

  WorkerContext& context_;
  Sessions& sessions_;
  HttpConnections& http_;
  Drain& drain_;
  SlotTable<Connection, ConnectionId> table_;
  LogLimit log_limit_;
};

}  // namespace madang::net
