#include "madang/server/operator_access.h"

#include "madang/base/ip_text.h"
#include "madang/wire/http_fields.h"

namespace madang::server {

using wire::HttpRequest;
using wire::HttpResponse;
using wire::HttpStatus;
using wire::plain_response;

namespace {

/// Returns true if `host` is "localhost" or an address of the loopback network.
bool is_loopback_name(std::string_view host) {
  if (wire::is_same_word(host, "localhost")) return true;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::optional<IpBytes> address = parse_ip(host);
  return address && io::address_of(*address, 0).is_loopback();
}

bool is_this_machine(const net::HttpExchange& exchange) {
  return exchange.peer.is_this_machine() && !net::has_proxy_field(exchange.request) &&
         is_loopback_name(wire::host_without_port(exchange.request.field("host")));
}

/// Compares in a time that does not depend on the place of the first difference.
bool is_same_secret(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

bool has_token(const HttpRequest& request, std::string_view token) {
  return is_same_secret(wire::bearer_token(request), token) ||
         is_same_secret(wire::websocket_token(request), token);
}

}  // namespace

std::optional<HttpResponse> refuse_stranger(const net::HttpExchange& exchange, std::string_view token) {
  if (token.empty()) {
    if (is_this_machine(exchange)) return std::nullopt;
    return plain_response(
        HttpStatus::forbidden,
        "Only programs on the server's own machine have access, and not through a proxy. For access from "
        "another machine, set operator_token or operator_token_file.");
  }
  if (has_token(exchange.request, token)) return std::nullopt;
  HttpResponse response = plain_response(HttpStatus::unauthorized,
                                         exchange.request.field("authorization").empty()
                                             ? "A request must carry the operator's token of this server."
                                             : "This token is not the operator's token of this server.");
  response.fields.push_back({"WWW-Authenticate", "Bearer"});
  return response;
}

std::optional<HttpResponse> refuse_change(const HttpRequest& request) {
  if (!wire::is_origin_allowed(request, {}))
    return plain_response(HttpStatus::forbidden, "Web pages of another host may not send this request.");
  if (!wire::has_media_type(request, "application/json"))
    return plain_response(HttpStatus::unsupported_media_type, "The body must be application/json.");
  return std::nullopt;
}

}  // namespace madang::server
