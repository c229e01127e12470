#include "app/operator_access.h"

#include <algorithm>
#include <array>

namespace madang::app {

using wire::HttpRequest;
using wire::HttpResponse;
using wire::HttpStatus;
using wire::plain_response;

namespace {

/// "localhost:7780" without its port.
std::string_view without_port(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  return colon == host.npos || host.find(']', colon) != host.npos ? host : host.substr(0, colon);
}

bool is_this_machine(const net::HttpExchange& exchange) {
  constexpr std::array<std::string_view, 4> proxies_tell = {"forwarded", "x-forwarded-for", "x-real-ip",
                                                            "via"};
  constexpr std::array<std::string_view, 3> own_names = {"localhost", "127.0.0.1", "[::1]"};
  const HttpRequest& request = exchange.request;
  return exchange.peer.is_loopback() &&
         std::ranges::find(own_names, without_port(request.field("host"))) != own_names.end() &&
         std::ranges::none_of(proxies_tell,
                              [&](std::string_view name) { return !request.field(name).empty(); });
}

/// Takes as long wherever the first difference is.
bool is_same_secret(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

bool brings(const HttpRequest& request, std::string_view token) {
  constexpr std::string_view scheme = "Bearer ";
  const std::string_view given = request.field("authorization");
  return given.starts_with(scheme) && is_same_secret(given.substr(scheme.size()), token);
}

}  // namespace

std::optional<HttpResponse> refuse_stranger(const net::HttpExchange& exchange, std::string_view token) {
  if (token.empty()) {
    if (is_this_machine(exchange)) return std::nullopt;
    return plain_response(
        HttpStatus::forbidden,
        "This is for the machine that the server runs on. To look from elsewhere, or through a "
        "proxy, set operator_token.");
  }
  if (brings(exchange.request, token)) return std::nullopt;
  HttpResponse response =
      plain_response(HttpStatus::unauthorized, exchange.request.field("authorization").empty()
                                                   ? "This needs the server's operator_token."
                                                   : "This is not the server's operator_token.");
  response.fields.push_back({"WWW-Authenticate", "Bearer"});
  return response;
}

std::optional<HttpResponse> refuse_change(const HttpRequest& request) {
  if (!wire::is_origin_allowed(request, {}))
    return plain_response(HttpStatus::forbidden, "A page of another host may not ask for this.");
  const std::string_view type = request.field("content-type");
  if (type.substr(0, type.find(';')) != "application/json")
    return plain_response(HttpStatus::unsupported_media_type, "This takes application/json.");
  return std::nullopt;
}

}  // namespace madang::app
