// OperatorApi: what the operator's page gets from the server, and may ask of it; the contract is
// clients/web/src/operator/state.ts. Called on any thread, for those who may (operator_access.h).
//
// What only the zone's thread or a worker's knows is asked there: until it has answered, so is the request's
// verdict `retry`. A thread that does not answer costs this request alone, which ends at its deadline.
// Everything that an operator does is logged with the operator's address.
#pragma once

#include <cstdint>
#include <string>

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
  // operator_reads.cpp
  net::HttpVerdict players(net::HttpExchange& exchange) const;
  net::HttpVerdict settings(net::HttpExchange& exchange) const;
  net::HttpVerdict sanctions(net::HttpExchange& exchange) const;
  // operator_actions.cpp
  net::HttpVerdict goodbye(net::HttpExchange& exchange) const;
  net::HttpVerdict announce(net::HttpExchange& exchange) const;
  net::HttpVerdict sanction(net::HttpExchange& exchange) const;
  net::HttpVerdict lift(net::HttpExchange& exchange) const;
  net::HttpVerdict restart(net::HttpExchange& exchange) const;
  net::HttpVerdict cancel_restart(net::HttpExchange& exchange) const;

  const Observed& observed_;
  const Samples& samples_;
  const std::int64_t started_at_ms_;  // since 1970
};

}  // namespace madang::app
