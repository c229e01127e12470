// HTTP: the server's side of HTTP/1.1 (RFC 9112), as far as a game server needs it: one request a connection,
// read by Boost.Beast's parser within limits, and one response, behind which the connection ends or speaks
// WebSocket.
//
// Whatever two programs could read differently is refused, for a proxy may stand in front of us (request
// smuggling, RFC 9112, 11.2). Pure: no socket, no clock, no thread.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/buffer.h"
#include "base/bytes.h"

namespace madang::wire {

enum class HttpStatus : std::uint16_t {
  switching_protocols = 101,
  ok = 200,
  no_content = 204,
  not_modified = 304,
  bad_request = 400,
  unauthorized = 401,
  forbidden = 403,
  not_found = 404,
  method_not_allowed = 405,
  request_timeout = 408,
  content_too_large = 413,
  uri_too_long = 414,
  unsupported_media_type = 415,
  expectation_failed = 417,
  upgrade_required = 426,
  too_many_requests = 429,
  header_fields_too_large = 431,
  not_implemented = 501,
  service_unavailable = 503,
  version_not_supported = 505,
};

std::string_view reason_of(HttpStatus status);

/// A header line's name, in lower case where it is ours, and its value.
struct HttpField {
  std::string name;
  std::string value;
};

struct HttpRequest {
  std::string method;  ///< as it came: GET, HEAD, POST ...
  std::string target;  ///< as it came: begins with '/', no control characters, no fragment
  std::vector<HttpField> fields;
  std::string body;

  /// The target up to its '?'.
  std::string_view path() const;
  /// The value of `name=value` behind the '?', as it came; empty when there is none.
  std::string_view query(std::string_view name) const;
  /// Of the first such line, letters' case aside; empty when there is none.
  std::string_view field(std::string_view name) const;
  /// Whether a comma-separated field, in any of its lines, lists this token, letters' case aside.
  bool lists(std::string_view field, std::string_view token) const;
};

/// Why a request is refused: the status to answer with, and a line for a person.
struct HttpRefusal {
  HttpStatus status;
  std::string_view why;
};

struct HttpLimits {
  std::uint32_t target_bytes_max = 2'048;  ///< beyond it: 414
  std::uint32_t head_bytes_max = 8'192;    ///< request line and header lines together; beyond it: 431
  std::uint32_t body_bytes_max = 4'096;    ///< beyond it, as soon as Content-Length says so: 413
};

/// Reads one request. It holds no more than the limits, whatever its peer sends.
///
/// Refused, besides what is over a limit: a bare LF, a folded header line, a space before a colon, control
/// characters, no Host or two, Content-Length twice or not a plain number, any Transfer-Encoding (501: bodies
/// come with a length), a version other than HTTP/1.1 (505; 1.0 may ask for pages, and needs no Host), a
/// target that does not begin with '/'. The limits hold before the end of a line has come: an endless request
/// line is refused at its limit.
class HttpReader {
 public:
  explicit HttpReader(const HttpLimits& limits);
  ~HttpReader();
  HttpReader(const HttpReader&) = delete;
  HttpReader& operator=(const HttpReader&) = delete;

  /// Takes what has come, from the front of `bytes`, and leaves there what comes behind the request. True:
  /// the request is whole. False: more must come. After a refusal, or a whole request, it is not called
  /// again.
  std::expected<bool, HttpRefusal> receive(Bytes& bytes);

  /// Once whole. Moves it out.
  HttpRequest take();

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

struct HttpResponse {
  HttpStatus status = HttpStatus::ok;
  std::string_view content_type = "text/plain; charset=utf-8";
  std::string_view body;          ///< when it outlives the response: a page that is compiled in
  std::string own_body;           ///< else
  std::vector<HttpField> fields;  ///< more of them

  std::string_view whole_body() const { return body.empty() ? own_body : body; }
};

/// A line of plain text.
HttpResponse plain_response(HttpStatus status, std::string_view line);

/// With Content-Length, Connection: close, and what keeps browsers from guessing, framing and caching:
/// X-Content-Type-Options, Content-Security-Policy (own host only, no frames), Referrer-Policy, and
/// Cache-Control: no-store unless `fields` says otherwise. `head`: without the body (HEAD).
void append_response(Buffer& out, const HttpResponse& response, bool head = false);

/// The handshake of RFC 6455, 4.2: the answer to a request that asks for a WebSocket, appended to `out`: 101.
/// Or why not: 426 (with its fields in the response) for another version than 13, 400 for a missing or
/// malformed key, upgrade or connection.
std::expected<void, HttpResponse> append_upgrade(Buffer& out, const HttpRequest& request);

/// Whether it wants to become a WebSocket: Upgrade lists websocket.
bool asks_for_websocket(const HttpRequest& request);

/// Whether the page that asks comes from here: there is no Origin (no browser asks), or it is http:// or
/// https:// and our own Host, or one of `others`, each as "https://game.example".
bool is_origin_allowed(const HttpRequest& request, const std::vector<std::string>& others);

}  // namespace madang::wire
