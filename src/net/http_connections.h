// HttpConnections: a worker's table of connections that speak HTTP/1.1: of browsers that fetch pages, and of
// those whose request becomes a WebSocket, and with it a session.
//
// A connection reads one request, has it answered by its HttpService, and goes on with the next one (RFC
// 9112, 9.3), as long as there is room for those who have none yet. What comes behind a request waits until
// that one has been answered: nothing more is read then.
//
// Owns its connections. One thread, the worker's. What the context names must outlive it.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/slot_table.h"
#include "io/address_range.h"
#include "net/arrival.h"
#include "net/drain.h"
#include "net/sessions.h"

namespace madang::net {

class HttpConnections {
 public:
  HttpConnections(WorkerContext& context, Sessions& sessions, Drain& drain,
                  const io::AddressRanges& trusted_proxies);

  /// A client has come, and has said `bytes` so far. Its receive is out.
  void open(Channel channel, Place place, const Entrance& entrance, Bytes bytes);
  /// For a key of this table's.
  void on_completion(io::Completion& completion);
  /// Whether requests wait for an answer that was not there yet.
  bool has_unanswered() const { return !unanswered_.empty(); }
  /// Asks for those answers once more.
  void retry_unanswered();
  /// Ends those who are late, and renews the rate. By the time `latest` everybody is late.
  void sweep(Time latest);
  /// Answers what is asked already, and ends every connection. From now on none goes on behind an answer.
  void stop();
  std::size_t size() const { return table_.size(); }

  /// The keys of its connections are of this series.
  static constexpr std::uint8_t series = 0x40;

 private:
  /// A page is sent in pieces: those who take it slowly must not each have a copy.
  static constexpr std::size_t page_piece_bytes = 65'536;

  enum class State : std::uint8_t {
    reading,     ///< the next request, or the first
    waiting,     ///< the request is whole, and has no answer yet
    responding,  ///< the response is on its way
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
    Buffer next;                             ///< what came behind the request at hand
    std::unique_ptr<HttpExchange> exchange;  ///< the request at hand, until it is answered
    std::string_view rest;                   ///< of a page that is being sent, piece by piece
    Time deadline;                           ///< of the state it is in
    State state = State::reading;
    bool goes_on = false;       ///< behind the response that is being sent
    bool was_answered = false;  ///< at least once
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
  bool may_go_on(const Connection& connection);
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
  std::uint32_t requests_left_;  // that may follow others on their connections, until the next sweep
  bool is_stopping_ = false;
};

}  // namespace madang::net
