// PlayerSite: the HTTP service at the players' port.
//
//   /            the page of the game, and the files that the page loads
//   /socket      the WebSocket of the page; only for web pages of this host and of named hosts
//   /healthz     200 "ok" while the server runs
//
// Nothing for the operator is here (see operator_site.h), because a request through a proxy can look like a
// request from this machine. One object serves all workers, on the thread of each worker.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "madang/net/http_service.h"
#include "madang/server/page.h"

namespace madang::server {

class PlayerSite final : public net::HttpService {
 public:
  /// `origins` are those of other hosts whose web pages may connect, each as "https://game.example".
  PlayerSite(std::span<const Page> pages, std::vector<std::string> origins);
  net::HttpVerdict on_request(net::HttpExchange& exchange) override;

 private:
  net::HttpVerdict answer(const wire::HttpRequest& request) const;

  const std::span<const Page> pages_;
  const std::vector<std::string> origins_;
};

}  // namespace madang::server
