// PlayerSite: the HTTP service at the players' port.
//
//   /            the player's page, and the files that the page loads
//   /socket      the WebSocket of the page; only for web pages of this host or of `origins`
//   /healthz     200 "ok" while the server runs
//
// Nothing for the operator is here (see operator_site.h), because a request through a proxy can look like a
// request from this machine. One object serves all workers, on the thread of each worker.
#pragma once

#include <string>
#include <vector>

#include "app/settings.h"
#include "madang/net/http_service.h"

namespace madang::app {

class PlayerSite final : public net::HttpService {
 public:
  explicit PlayerSite(const ServeSettings& settings);
  net::HttpVerdict on_request(net::HttpExchange& exchange) override;

 private:
  net::HttpVerdict answer(const wire::HttpRequest& request) const;

  const std::vector<std::string> origins_;
};

}  // namespace madang::app
