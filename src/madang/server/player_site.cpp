#include "madang/server/player_site.h"

#include <algorithm>
#include <utility>

#include "madang/server/site.h"
#include "madang/wire/http_fields.h"

namespace madang::server {

using net::HttpVerdict;
using wire::HttpStatus;

PlayerSite::PlayerSite(std::span<const Page> pages, std::vector<std::string> origins)
    : pages_(pages), origins_(std::move(origins)) {}

HttpVerdict PlayerSite::on_request(net::HttpExchange& exchange) {
  return with_date(answer(exchange.request));
}

HttpVerdict PlayerSite::answer(const wire::HttpRequest& request) const {
  constexpr std::string_view methods = "GET, HEAD, OPTIONS";
  const std::string_view path = request.path();
  const bool is_known = is_about_the_server(request) || path == "/socket" || path == "/healthz" ||
                        std::ranges::find(pages_, path, &Page::path) != pages_.end();
  if (!is_known) return refuse(HttpStatus::not_found, "There is no such page.");
  if (auto answered = answer_method(request, methods)) return std::move(*answered);
  if (path == "/healthz") return show_health();
  if (path != "/socket") return show_page(request, pages_, path);
  if (wire::is_origin_allowed(request, origins_)) return HttpVerdict::upgrade();
  return refuse(HttpStatus::forbidden,
                "Web pages of this host may not connect. The server's owner can add the host to origins.");
}

}  // namespace madang::server
