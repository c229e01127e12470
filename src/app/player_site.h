// PlayerSite: what stands at the server's HTTP port, for everybody in the world:
//
//   /            the player's page, and the files that it loads
//   /socket      the WebSocket through which it plays; for pages of this host, or of `origins`
//   /healthz     200 "ok" while the server serves
//
// Nothing of the operator's is here (see operator_site.h): a request that a proxy hands on cannot be told
// from one of this machine by its bytes. One for all workers, called on the thread of each.
#pragma once

#include <string>
#include <vector>

#include "app/settings.h"
#include "net/http_service.h"

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
