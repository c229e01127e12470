#include "app/web_site.h"

#include <algorithm>

#include "app/metrics.h"
#include "app/operator_access.h"
#include "app/pages.h"

namespace madang::app {

using net::HttpExchange;
using net::HttpVerdict;
using wire::HttpRequest;
using wire::HttpResponse;
using wire::HttpStatus;

namespace {

constexpr std::string_view operator_path = "/operator";

HttpVerdict refuse(HttpStatus status, std::string_view why) {
  return HttpVerdict::respond(wire::plain_response(status, why));
}

bool is_below(std::string_view path, std::string_view root) {
  return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

}  // namespace

WebSite::WebSite(const ServeSettings& settings)
    : token_(operator_token_of(settings)), origins_(origins_of(settings)) {}

void WebSite::open(const Observed& observed, const Samples& samples) {
  observed_ = &observed;
  operator_api_ = std::make_unique<OperatorApi>(observed, samples);
}

HttpVerdict WebSite::on_request(HttpExchange& exchange) {
  const HttpRequest& request = exchange.request;
  const std::string_view path = request.path();
  const bool is_reading = request.method == "GET" || request.method == "HEAD";

  if (is_below(path, operator_path) || path == "/metrics") {
    // The page itself tells nothing, and has to ask for the token; without one, strangers do not even see it.
    const bool asks_for_token = path == operator_path && !token_.empty();
    if (auto refusal = refuse_stranger(exchange, token_); refusal && !asks_for_token)
      return HttpVerdict::respond(std::move(*refusal));
  }
  if (path.starts_with("/operator/api/")) {
    if (is_reading) return operator_api_->on_request(exchange);
    auto refusal = refuse_change(request);
    return refusal ? HttpVerdict::respond(std::move(*refusal)) : operator_api_->on_request(exchange);
  }
  if (!is_reading) {
    HttpResponse response = wire::plain_response(HttpStatus::method_not_allowed, "Not by this method.");
    response.fields.push_back({"Allow", "GET, HEAD"});
    return HttpVerdict::respond(std::move(response));
  }
  if (path == "/socket") return open_socket(request);
  if (path == "/metrics") return show_metrics();
  if (path == "/healthz") return HttpVerdict::respond(wire::plain_response(HttpStatus::ok, "ok"));
  return show_page(request);
}

HttpVerdict WebSite::open_socket(const HttpRequest& request) const {
  if (wire::is_origin_allowed(request, origins_)) return HttpVerdict::upgrade();
  return refuse(HttpStatus::forbidden,
                "A page of another host may not play here; its owner can name it in origins.");
}

HttpVerdict WebSite::show_metrics() const {
  HttpResponse response;
  response.content_type = metrics_content_type;
  response.own_body = metrics_text(*observed_);
  return HttpVerdict::respond(std::move(response));
}

HttpVerdict WebSite::show_page(const HttpRequest& request) const {
  const auto page = std::ranges::find(pages(), request.path(), &Page::path);
  if (page == pages().end()) return refuse(HttpStatus::not_found, "There is no such page.");
  HttpResponse response;
  response.content_type = page->content_type;
  // Kept, but asked about each time: another build's page must not talk to this server.
  response.fields.push_back({"Cache-Control", "no-cache"});
  response.fields.push_back({"ETag", std::string(page->etag)});
  response.fields.push_back({"Vary", "Accept-Encoding"});
  if (request.lists("if-none-match", page->etag)) {
    response.status = HttpStatus::not_modified;
    return HttpVerdict::respond(std::move(response));
  }
  const bool is_compressed = !page->gzip.empty() && request.lists("accept-encoding", "gzip");
  if (is_compressed) response.fields.push_back({"Content-Encoding", "gzip"});
  response.body = is_compressed ? page->gzip : page->bytes;
  return HttpVerdict::respond(std::move(response));
}

}  // namespace madang::app
