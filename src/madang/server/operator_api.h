// OperatorApi: the HTTP calls of the operator's page. clients/web/src/operator/state.ts is the contract.
//
// Any thread. The caller has checked the request (operator_access.h). For some calls the runner's thread or a
// worker's thread must answer. Until it does, the verdict of the request is `retry`. If it does not answer,
// only this request fails, at its deadline. Each action of the operator is logged.
#pragma once

#include <cstdint>
#include <string>

#include "madang/net/http_service.h"
#include "madang/server/observed.h"
#include "madang/server/samples.h"

namespace madang::server {

class OperatorApi {
 public:
  OperatorApi(const Observed& observed, const Samples& samples);

  /// Answers a request for a path below /operator/api/.
  net::HttpVerdict on_request(net::HttpExchange& exchange) const;

 private:
  net::HttpVerdict state(net::HttpExchange& exchange) const;
  // operator_reads.cpp
  net::HttpVerdict players(net::HttpExchange& exchange) const;
  net::HttpVerdict worlds(net::HttpExchange& exchange) const;
  net::HttpVerdict settings(net::HttpExchange& exchange) const;
  net::HttpVerdict sanctions(net::HttpExchange& exchange) const;
  net::HttpVerdict protocol(net::HttpExchange& exchange) const;
  net::HttpVerdict actions(net::HttpExchange& exchange) const;
  // operator_actions.cpp
  net::HttpVerdict goodbye(net::HttpExchange& exchange) const;
  net::HttpVerdict end_world(net::HttpExchange& exchange) const;
  net::HttpVerdict act(net::HttpExchange& exchange) const;
  net::HttpVerdict announce(net::HttpExchange& exchange) const;
  net::HttpVerdict sanction(net::HttpExchange& exchange) const;
  net::HttpVerdict lift(net::HttpExchange& exchange) const;
  net::HttpVerdict restart(net::HttpExchange& exchange) const;
  net::HttpVerdict cancel_restart(net::HttpExchange& exchange) const;

  const Observed& observed_;
  const Samples& samples_;
  const std::int64_t started_at_ms_;  // milliseconds since 1970
};

}  // namespace madang::server
