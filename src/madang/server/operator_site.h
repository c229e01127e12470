// OperatorSite: the HTTP service at the operator's port. Without a token, only this machine has access.
//
//   /operator            the operator's page (also at /), and the files that the page loads
//   /operator/api/...    the calls of the page; operator_access.h decides which requests are allowed
//   /metrics             the metrics for Prometheus; likewise
//   /healthz             200 "ok" while the server runs; every request is allowed
//
// No proxy may be in front of this port. One object serves all workers, on the thread of each worker.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "madang/net/http_service.h"
#include "madang/server/observed.h"
#include "madang/server/operator_api.h"
#include "madang/server/samples.h"

namespace madang::server {

class OperatorSite final : public net::HttpService {
 public:
  /// `token` is what each request must carry; empty: requests of this machine need no token.
  explicit OperatorSite(std::string token) : token_(std::move(token)) {}

  /// Gives the site the parts of the server. To be called once, before the server's threads start.
  void open(const Observed& observed, const Samples& samples);

  net::HttpVerdict on_request(net::HttpExchange& exchange) override;

 private:
  net::HttpVerdict answer(net::HttpExchange& exchange) const;
  net::HttpVerdict show_metrics() const;
  static net::HttpVerdict open_playground(const wire::HttpRequest& request);

  const std::string token_;
  const Observed* observed_ = nullptr;
  const Samples* samples_ = nullptr;
  std::unique_ptr<OperatorApi> operator_api_;  // from the call of open()
};

}  // namespace madang::server
