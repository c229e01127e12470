// What single header fields mean (RFC 9110), as far as this server reads them. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wire/http.h"

namespace madang::wire {

/// Whether the connection goes on behind the answer to this request (RFC 9112, 9.3): not when Connection
/// lists close; else with HTTP/1.1, and with HTTP/1.0 when Connection lists keep-alive.
bool keeps_alive(const HttpRequest& request);

enum class ContentCoding : std::uint8_t { identity, gzip, none };

/// What the client takes best, by the weights of Accept-Encoding (RFC 9110, 12.5.3): gzip when that is no
/// worse than what is not compressed, and `has_gzip`. None: it takes nothing that is there (406).
ContentCoding preferred_coding(const HttpRequest& request, bool has_gzip);

/// Whether If-None-Match is "*" or lists this tag, by weak comparison: "x" and W/"x" are the same (RFC 9110,
/// 13.1.2). `etag` is written as in a field, with its quotes.
bool has_current_copy(const HttpRequest& request, std::string_view etag);

/// Whether Content-Type is this media type, letters' case and parameters aside (RFC 9110, 8.3.1).
bool has_media_type(const HttpRequest& request, std::string_view type);

/// The token of "Authorization: Bearer TOKEN", whatever the case of the scheme (RFC 9110, 11.1; RFC 6750);
/// empty when there is none, or more than one Authorization.
std::string_view bearer_token(const HttpRequest& request);

/// The host of a Host field or an authority, without its port: "localhost", "[::1]".
std::string_view host_without_port(std::string_view host);

/// Whether it is uri-host [ ":" port ], as Host must be (RFC 9110, 7.2); also empty.
bool is_host(std::string_view text);

/// Whether the page that asks comes from here: there is no Origin (no browser asks), or it is http:// or
/// https:// with our own Host, or one of `others`, each as "https://game.example".
///
/// A port that is left out, in Origin or in Host, is the default one of Origin's scheme: 443 for https, 80
/// for http. (A proxy speaks TLS for us, so we do not know our own scheme.) The host's case does not count.
bool is_origin_allowed(const HttpRequest& request, const std::vector<std::string>& others);

/// A time as Date has it: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::string http_date(std::int64_t seconds_since_1970);

}  // namespace madang::wire
