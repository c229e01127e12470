// What the player's site and the operator's have in common. Pure but for the date; any thread.
#pragma once

#include <optional>
#include <string_view>

#include "net/http_service.h"

namespace madang::app {

net::HttpVerdict refuse(wire::HttpStatus status, std::string_view why);

/// For a method that is not among `allowed` ("GET, HEAD, OPTIONS"): 405 with Allow, or 501 for a method that
/// HTTP does not know; for OPTIONS: 204 with Allow. None: GET or HEAD, or a POST that is allowed.
std::optional<net::HttpVerdict> answer_method(const wire::HttpRequest& request, std::string_view allowed);

/// Of "OPTIONS *": what the whole server can.
bool is_about_the_server(const wire::HttpRequest& request);

/// A file that is compiled in, by its path in pages.h; 404 when there is none of that path.
net::HttpVerdict show_page(const wire::HttpRequest& request, std::string_view path);

/// "ok": the server serves.
net::HttpVerdict show_health();

/// With the Date that a server with a clock sends (RFC 9110, 6.6.1).
net::HttpVerdict with_date(net::HttpVerdict verdict);

}  // namespace madang::app
