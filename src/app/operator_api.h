// OperatorApi: what the operator's page gets from the server, and may ask of it; the contract is
// clients/web/src/operator/state.ts. Called on any thread, for those who may (operator_access.h).
//
// What only the zone's thread or a worker's knows is asked there: until it has answered, so is the request's
// verdict `later`.
#pragma once

#include <cstdint>

#include "app/observed.h"
#include "app/samples.h"
#include "net/http_service.h"

namespace madang::app {

class OperatorApi {
 public:
  OperatorApi(const Observed& observed, const Samples& samples);

  /// A request for a path below /operator/api/.
  net::HttpVerdict on_request(net::HttpExchange& exchange) const;

 private:
  net::HttpVerdict state(net::HttpExchange& exchange) const;
  net::HttpVerdict players(net::HttpExchange& exchange) const;
  net::HttpVerdict goodbye(net::HttpExchange& exchange) const;
  net::HttpVerdict announce(net::HttpExchange& exchange) const;

  const Observed& observed_;
  const Samples& samples_;
  const std::int64_t started_at_ms_;  // since 1970
};

}  // namespace madang::app
