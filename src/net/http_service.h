// HttpService: what a server answers on its HTTP port. One for all workers, called on the thread of each.
//
// Reading requests and sending responses is the worker's business (net/worker.h); a request that becomes a
// WebSocket becomes a session of the worker's Service, which does not know the difference.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "net/client_address.h"
#include "wire/http.h"

namespace madang::net {

/// A request that waits for its answer.
struct HttpExchange {
  wire::HttpRequest request;
  ClientAddress peer;
  /// The service's own, from one time that it is asked to the next.
  std::shared_ptr<void> memory;
};

/// What became of a request.
class HttpVerdict {
 public:
  /// The connection ends with this.
  static HttpVerdict respond(wire::HttpResponse response) { return {Kind::respond, std::move(response)}; }
  /// It becomes a WebSocket, if it is a proper handshake.
  static HttpVerdict upgrade() { return {Kind::upgrade, {}}; }
  /// There is no answer yet: ask again. The worker does so ten times a second, until the login deadline.
  static HttpVerdict later() { return {Kind::later, {}}; }

  bool is_later() const { return kind_ == Kind::later; }
  bool is_upgrade() const { return kind_ == Kind::upgrade; }
  const wire::HttpResponse& response() const { return response_; }

 private:
  enum class Kind : std::uint8_t { respond, upgrade, later };
  HttpVerdict(Kind kind, wire::HttpResponse response) : kind_(kind), response_(std::move(response)) {}
  Kind kind_;
  wire::HttpResponse response_;
};

class HttpService {
 public:
  virtual ~HttpService() = default;
  virtual HttpVerdict on_request(HttpExchange& exchange) = 0;
};

}  // namespace madang::net
