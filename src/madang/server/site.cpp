#include "madang/server/site.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "madang/wire/http_fields.h"

namespace madang::server {

using net::HttpVerdict;
using wire::HttpRequest;
using wire::HttpResponse;
using wire::HttpStatus;

HttpVerdict refuse(HttpStatus status, std::string_view why) {
  return HttpVerdict::respond(wire::plain_response(status, why));
}

std::optional<HttpVerdict> answer_method(const HttpRequest& request, std::string_view allowed) {
  constexpr std::array<std::string_view, 8> methods = {"GET",     "HEAD",  "POST",   "PUT",
                                                       "OPTIONS", "PATCH", "DELETE", "TRACE"};
  const std::string_view method = request.method;
  if (method == "GET" || method == "HEAD") return std::nullopt;
  if (method == "POST" && allowed.find("POST") != allowed.npos) return std::nullopt;
  if (std::ranges::find(methods, method) == methods.end())
    return refuse(HttpStatus::not_implemented, "The server does not know this method.");
  HttpResponse response =
      wire::plain_response(HttpStatus::method_not_allowed, "This method is not allowed here.");
  if (method == "OPTIONS") response = {.status = HttpStatus::no_content};
  response.fields.push_back({"Allow", std::string(allowed)});
  return HttpVerdict::respond(std::move(response));
}

bool is_about_the_server(const HttpRequest& request) { return request.target == "*"; }

HttpVerdict show_page(const HttpRequest& request, std::span<const Page> pages, std::string_view path) {
  const auto page = std::ranges::find(pages, path, &Page::path);
  if (page == pages.end()) return refuse(HttpStatus::not_found, "There is no such page.");
  HttpResponse response;
  response.content_type = page->content_type;
  // The tag is weak, because the compressed and the uncompressed page have the same tag (RFC 9110, 8.8.3.3).
  const std::string etag = "W/" + std::string(page->etag);
  // A browser must ask each time, because a page of another build must not connect to this server.
  response.fields.push_back({"Cache-Control", "no-cache"});
  response.fields.push_back({"ETag", etag});
  response.fields.push_back({"Vary", "Accept-Encoding"});
  if (wire::has_current_copy(request, etag)) {
    response.status = HttpStatus::not_modified;
    return HttpVerdict::respond(std::move(response));
  }
  const wire::ContentCoding coding = wire::preferred_coding(request, !page->gzip.empty());
  if (coding == wire::ContentCoding::none)
    return refuse(HttpStatus::not_acceptable, "The page is available uncompressed or in gzip.");
  const bool is_compressed = coding == wire::ContentCoding::gzip;
  if (is_compressed) response.fields.push_back({"Content-Encoding", "gzip"});
  response.body = is_compressed ? page->gzip : page->bytes;
  return HttpVerdict::respond(std::move(response));
}

HttpVerdict show_health() { return refuse(HttpStatus::ok, "ok"); }

HttpVerdict with_date(HttpVerdict verdict) {
  if (verdict.is_retry() || verdict.is_upgrade()) return verdict;
  HttpResponse response = verdict.response();
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  response.fields.push_back(
      {"Date", wire::http_date(std::chrono::duration_cast<std::chrono::seconds>(now).count())});
  return HttpVerdict::respond(std::move(response));
}

}  // namespace madang::server
