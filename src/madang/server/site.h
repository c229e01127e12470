// Functions that the player's site and the operator's site share. Pure, except for the date; any thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "madang/net/http_service.h"
#include "madang/server/page.h"

namespace madang::server {

/// Responds with a status and one line of text.
net::HttpVerdict refuse(wire::HttpStatus status, std::string_view why);

/// Answers a request whose method needs no page. Returns none for GET, for HEAD, and for a POST that is
/// allowed. A method that is not in `allowed` ("GET, HEAD, OPTIONS") gets 405 with Allow. A method that HTTP
/// does not know gets 501. OPTIONS gets 204 with Allow.
std::optional<net::HttpVerdict> answer_method(const wire::HttpRequest& request, std::string_view allowed);

/// Returns true for "OPTIONS *", which is a question about the whole server.
bool is_about_the_server(const wire::HttpRequest& request);

/// Responds with the page at this path, or with 404.
net::HttpVerdict show_page(const wire::HttpRequest& request, std::span<const Page> pages,
                           std::string_view path);

/// Responds with "ok": the server runs.
net::HttpVerdict show_health();

/// Adds the field Date to the response, as RFC 9110, 6.6.1 requires.
net::HttpVerdict with_date(net::HttpVerdict verdict);

}  // namespace madang::server
