// WebSite: what stands at the server's HTTP port:
//
//   /                    the player's page, and the files that it loads
//   /socket              the WebSocket through which it plays; for pages of this host, or of `origins`
//   /operator            the operator's page, and its /operator/api/... : see operator_access.h for whom
//   /metrics             for Prometheus; for the same
//   /healthz             200 "ok" while the server serves; for all
//
// One for all workers, called on the thread of each; changes nothing of its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/observed.h"
#include "app/operator_api.h"
#include "app/samples.h"
#include "net/http_service.h"

namespace madang::app {

class WebSite final : public net::HttpService {
 public:
  explicit WebSite(const ServeSettings& settings);

  /// Before the server starts.
  void open(const Observed& observed, const Samples& samples);

  net::HttpVerdict on_request(net::HttpExchange& exchange) override;

 private:
  net::HttpVerdict show_page(const wire::HttpRequest& request) const;
  net::HttpVerdict open_socket(const wire::HttpRequest& request) const;
  net::HttpVerdict show_metrics() const;

  const std::string token_;
  const std::vector<std::string> origins_;
  const Observed* observed_ = nullptr;
  std::unique_ptr<OperatorApi> operator_api_;  // once it is open
};

}  // namespace madang::app
