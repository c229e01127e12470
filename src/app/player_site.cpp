#include "app/player_site.h"

#include <algorithm>
#include <array>

#include "app/site.h"
#include "madang/wire/http_fields.h"

namespace madang::app {

using net::HttpVerdict;
using wire::HttpStatus;

PlayerSite::PlayerSite(const ServeSettings& settings) : origins_(origins_of(settings)) {}

HttpVerdict PlayerSite::on_request(net::HttpExchange& exchange) {
  return with_date(answer(exchange.request));
}

HttpVerdict PlayerSite::answer(const wire::HttpRequest& request) const {
  constexpr std::string_view methods = "GET, HEAD, OPTIONS";
  constexpr std::array<std::string_view, 6> paths = {"/",       "/player.js", "/player.css", "/favicon.svg",
                                                     "/socket", "/healthz"};
  const std::string_view path = request.path();
  const bool is_known = is_about_the_server(request) || std::ranges::find(paths, path) != paths.end();
  if (!is_known) return refuse(HttpStatus::not_found, "There is no such page.");
  if (auto answered = answer_method(request, methods)) return std::move(*answered);
  if (path == "/healthz") return show_health();
  if (path != "/socket") return show_page(request, path);
  if (wire::is_origin_allowed(request, origins_)) return HttpVerdict::upgrade();
  return refuse(HttpStatus::forbidden,
                "Web pages of this host may not connect. The server's owner can add the host to origins.");
}

}  // namespace madang::app
