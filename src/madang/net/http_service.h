// HttpService: answers the requests of an HTTP port. All workers share it; each one calls it on its own
// thread.
//
// The worker reads requests and sends responses (madang/net/http_connections.h). A request for a WebSocket
// becomes a session of the worker's Service. The Service does not see whether a session came over a
// WebSocket.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "madang/base/check.h"
#include "madang/net/client_address.h"
#include "madang/wire/http.h"

namespace madang::net {

/// What an HttpService keeps of a request while it has no answer. A service derives its own kinds from it.
class PendingAnswer {
 public:
  virtual ~PendingAnswer() = default;
};

/// A request that waits for its answer.
struct HttpExchange {
  wire::HttpRequest request;
  ClientAddress peer;
  /// Null at the first call of on_request(). The service sets it, and gets it back with each retry. It is
  /// shared, because another thread may still fill it in when the connection is gone.
  std::shared_ptr<PendingAnswer> pending;

  /// Returns `pending` as the kind that the service has set; null if it is null. Precondition: it is of this
  /// kind (CHECK).
  template <class Kind>
  std::shared_ptr<Kind> pending_as() const {
    auto kind = std::dynamic_pointer_cast<Kind>(pending);
    MADANG_CHECK(kind || !pending, "the pending answer is of another kind");
    return kind;
  }
};

/// The result of a request: a response, an upgrade to a WebSocket, or a retry.
class HttpVerdict {
 public:
  /// Sends this response.
  static HttpVerdict respond(wire::HttpResponse response) { return {Kind::respond, std::move(response)}; }
  /// Makes a WebSocket of the connection, if the request is a valid handshake.
  static HttpVerdict upgrade() { return {Kind::upgrade, {}}; }
  /// There is no answer yet. The worker calls on_request() again when it is woken, and ten times a second,
  /// until the login deadline.
  static HttpVerdict retry() { return {Kind::retry, {}}; }

  bool is_retry() const { return kind_ == Kind::retry; }
  bool is_upgrade() const { return kind_ == Kind::upgrade; }
  const wire::HttpResponse& response() const { return response_; }

 private:
  enum class Kind : std::uint8_t { respond, upgrade, retry };
  HttpVerdict(Kind kind, wire::HttpResponse response) : kind_(kind), response_(std::move(response)) {}
  Kind kind_;
  wire::HttpResponse response_;
};

class HttpService {
 public:
  virtual ~HttpService() = default;
  /// Answers a request. Any worker's thread; must not wait.
  virtual HttpVerdict on_request(HttpExchange& exchange) = 0;
};

}  // namespace madang::net
