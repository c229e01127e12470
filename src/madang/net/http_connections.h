// HttpConnections: a worker's table of connections that speak HTTP/1.1. A browser fetches pages with them, or
// asks for a WebSocket, which becomes a session.
//
// A connection reads one request, lets the HttpService answer it, and then reads the next one (RFC
// 9112, 9.3). It closes behind an answer when most places are taken, because new connections need a place.
// Nothing is read while a request has no answer.
//
// Owns its connections. Worker thread only.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "madang/base/slot_table.h"
#include "madang/io/address_range.h"
#include "madang/net/arrival.h"
#include "madang/net/drain.h"
#include "madang/net/sessions.h"

namespace madang::net {

class HttpConnections {
 public:
  HttpConnections(WorkerContext& context, Sessions& sessions, Drain& drain,
                  const io::AddressRanges& trusted_proxies);

  /// Adds a connection. Its client has sent `bytes` so far. Precondition: its receive is in flight.
  void open(Channel channel, Place place, const Entrance& entrance, Bytes bytes);
  /// Dispatches a completion whose key is of this table.
  void on_completion(io::Completion& completion);
  /// Returns whether requests wait for an answer of the HttpService.
  bool has_unanswered() const { return !unanswered_.empty(); }
  /// Asks the HttpService again for the answers of these requests.
  void retry_unanswered();
  /// Ends the connections that are late, and starts a new interval of the rate. `latest` is the deadline of
  /// all connections.
  void sweep(Time latest);
  /// Answers every open request, and ends every connection.
  void stop();
  std::size_t size() const { return table_.size(); }

  /// Number of this table in its keys: see Id.
  static constexpr std::uint8_t table_number = 0x40;

 private:
  /// A page is sent in pieces, so that a slow reader does not hold a copy of the whole page.
  static constexpr std::size_t page_piece_bytes = 65'536;

  enum class State : std::uint8_t {
    reading,     ///< the next request, or the first
    waiting,     ///< for an answer to the request, which is whole
    responding,  ///< the response is being sent
  };
  using ConnectionId = Id<struct HttpTag>;
  struct Connection {
    Connection(Channel c, Place p, const Entrance& e, Time d)
        : channel(std::move(c)), place(std::move(p)), entrance(e), deadline(d) {}
    ConnectionId id;
    Channel channel;
    Place place;
    Entrance entrance;
    std::unique_ptr<wire::HttpReader> reader;
    Buffer next;                             ///< bytes behind the request
    std::unique_ptr<HttpExchange> exchange;  ///< the request, until it is answered
    std::string_view rest;                   ///< the part of a page that is not sent yet
    Time deadline;                           ///< of the state
    State state = State::reading;
    bool is_kept_alive = false;  ///< reads the next request behind this response
    bool was_answered = false;   ///< at least once
  };

  void on_receive(Connection& connection, io::Completion& completion);
  void on_sent(Connection& connection, const io::Completion& completion);
  void read(Connection& connection, Bytes bytes);
  void ask(Connection& connection);
  void upgrade(Connection& connection);
  void respond(Connection& connection, const wire::HttpResponse& response);
  void respond(Connection& connection, wire::HttpStatus status, std::string_view why);
  void append_rest(Connection& connection);
  void end_response(Connection& connection);
  bool may_keep_alive(const Connection& connection, wire::HttpStatus status) const;
  void on_late(Connection& connection);
  void drain(Connection& connection);
  void lose(Connection& connection);
  void warn_about_a_proxy(const Connection& connection);

  WorkerContext& context_;
  Sessions& sessions_;
  Drain& drain_;
  const io::AddressRanges& trusted_proxies_;
  SlotTable<Connection, ConnectionId> table_;
  std::vector<ConnectionId> unanswered_;
  std::vector<ConnectionId> retrying_;
  std::uint32_t requests_left_;  // requests that may keep their connection, until the next sweep
  bool is_stopping_ = false;
};

}  // namespace madang::net
