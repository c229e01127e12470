#include "madang/server/operator_site.h"

#include <algorithm>
#include <array>

#include "madang/server/metrics.h"
#include "madang/server/operator_access.h"
#include "madang/server/site.h"
#include "madang/wire/http_fields.h"

namespace madang::server {

using net::HttpExchange;
using net::HttpVerdict;
using wire::HttpRequest;
using wire::HttpResponse;
using wire::HttpStatus;

void OperatorSite::open(const Observed& observed, const Samples& samples) {
  observed_ = &observed;
  samples_ = &samples;
  operator_api_ = std::make_unique<OperatorApi>(observed, samples);
}

HttpVerdict OperatorSite::on_request(HttpExchange& exchange) { return with_date(answer(exchange)); }

HttpVerdict OperatorSite::answer(HttpExchange& exchange) const {
  constexpr std::string_view methods = "GET, HEAD, OPTIONS";
  constexpr std::array<std::string_view, 5> files = {"/operator.js", "/operator.css", "/playground.js",
                                                     "/playground.css", "/favicon.svg"};
  const HttpRequest& request = exchange.request;
  const std::string_view path = request.path();
  const bool is_page = path == "/operator" || path == "/" || path == "/playground";
  const bool is_open = path == "/healthz" || std::ranges::find(files, path) != files.end();
  if (!is_open && !(is_page && !token_.empty())) {
    // With a token, every browser may load the page, because the page must ask for the token.
    if (auto refusal = refuse_stranger(exchange, token_)) return HttpVerdict::respond(std::move(*refusal));
  }
  if (path.starts_with("/operator/api/")) {
    if (request.method == "POST") {
      if (auto refusal = refuse_change(request)) return HttpVerdict::respond(std::move(*refusal));
    }
    return operator_api_->on_request(exchange);
  }
  const bool is_socket = path == "/playground/socket";
  if (!is_page && !is_open && !is_socket && path != "/metrics" && !is_about_the_server(request))
    return refuse(HttpStatus::not_found, "There is no such page.");
  if (auto answered = answer_method(request, methods)) return std::move(*answered);
  if (path == "/metrics") return show_metrics();
  if (path == "/healthz") return show_health();
  if (is_socket) return open_playground(request);
  if (operator_pages().empty())
    return refuse(HttpStatus::not_found,
                  "This server was built without the operator's page (MADANG_PAGES=OFF). Its measures are at "
                  "/metrics, and the requests of the operator below /operator/api/.");
  return show_page(request, operator_pages(), path == "/" ? "/operator" : path);
}

/// The playground is a client like any other. But a web page of another host must not be one in the
/// operator's name.
HttpVerdict OperatorSite::open_playground(const HttpRequest& request) {
  if (wire::is_origin_allowed(request, {})) return HttpVerdict::upgrade();
  return refuse(HttpStatus::forbidden, "Web pages of another host may not connect.");
}

HttpVerdict OperatorSite::show_metrics() const {
  HttpResponse response;
  response.content_type = metrics_content_type;
  response.own_body = metrics_text(*observed_, samples_->process());
  return HttpVerdict::respond(std::move(response));
}

}  // namespace madang::server
