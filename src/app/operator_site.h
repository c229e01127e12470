// OperatorSite: what stands at the operator's port, which is for this machine alone unless a token is set:
//
//   /operator            the operator's page (at / too), and the files that it loads
//   /operator/api/...    what it asks: see operator_access.h for whom
//   /metrics             for Prometheus; for the same
//   /healthz             200 "ok" while the server serves; for all
//
// No proxy stands in front of this port. One for all workers, called on the thread of each.
#pragma once

#include <memory>
#include <string>

#include "app/observed.h"
#include "app/operator_api.h"
#include "app/samples.h"
#include "net/http_service.h"

namespace madang::app {

class OperatorSite final : public net::HttpService {
 public:
  explicit OperatorSite(const ServeSettings& settings);

  /// Before the server starts.
  void open(const Observed& observed, const Samples& samples);

  net::HttpVerdict on_request(net::HttpExchange& exchange) override;

 private:
  net::HttpVerdict answer(net::HttpExchange& exchange) const;
  net::HttpVerdict show_metrics() const;

  const std::string token_;
  const Observed* observed_ = nullptr;
  const Samples* samples_ = nullptr;
  std::unique_ptr<OperatorApi> operator_api_;  // once it is open
};

}  // namespace madang::app
