// The meaning of single header fields (RFC 9110) that this server uses. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "madang/wire/http.h"

namespace madang::wire {

/// Returns whether the connection stays open after the response (RFC 9112, 9.3). It does with HTTP/1.1, and
/// with HTTP/1.0 when Connection lists keep-alive. It does not when Connection lists close.
bool keeps_alive(const HttpRequest& request);

enum class ContentCoding : std::uint8_t { identity, gzip, none };

/// Returns the coding that the client prefers, by the weights of Accept-Encoding (RFC 9110, 12.5.3). The
/// function chooses gzip when `has_gzip` is true and its weight is not lower than the weight of identity.
/// Returns `none` when the client accepts no available coding (406).
ContentCoding preferred_coding(const HttpRequest& request, bool has_gzip);

/// Returns whether If-None-Match is "*" or lists this tag. The comparison is weak: "x" and W/"x" are the same
/// (RFC 9110, 13.1.2). `etag` has its quotes, as in a field.
bool has_current_copy(const HttpRequest& request, std::string_view etag);

/// Returns whether Content-Type is this media type. Parameters and the case of letters do not count (RFC
/// 9110, 8.3.1).
bool has_media_type(const HttpRequest& request, std::string_view type);

/// Returns the token of "Authorization: Bearer TOKEN". The case of "Bearer" does not count (RFC 9110, 11.1;
/// RFC 6750). Returns an empty text when there is no token, or more than one Authorization field.
std::string_view bearer_token(const HttpRequest& request);
/// Returns the token that a WebSocket carries, because a browser lets no page set other fields of its
/// request: Sec-WebSocket-Protocol lists "madang.token." and the token's bytes as hexadecimal digits. Empty:
/// there is none.
std::string websocket_token(const HttpRequest& request);

/// Returns the host of a Host field or an authority, without the port: "localhost", "[::1]".
std::string_view host_without_port(std::string_view host);

/// Returns whether a text is uri-host [ ":" port ], as Host must be (RFC 9110, 7.2). An empty text is, too.
bool is_host(std::string_view text);

/// Returns whether the Origin of a request is allowed. It is when there is no Origin, because then no browser
/// sends the request. It is when Origin is http:// or https:// with the Host of the request. It is when
/// Origin is one of `others`, each written as "https://game.example".
///
/// A missing port in Origin or Host means the default port of Origin's scheme: 443 for https, 80 for http. A
/// proxy may do TLS for the server, so the server does not know its own scheme. The case of the host does not
/// count.
bool is_origin_allowed(const HttpRequest& request, const std::vector<std::string>& others);

/// Returns a time in the form of the Date field: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::string http_date(std::int64_t seconds_since_1970);

}  // namespace madang::wire
