// HTTP: the server's side of HTTP/1.1 (RFC 9112), as far as a game server needs it: requests, read one after
// the other by Boost.Beast's parser within limits, and responses, behind which the connection ends, goes on
// with the next request, or speaks WebSocket. What single fields mean stands in wire/http_fields.h.
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
  not_acceptable = 406,
  request_timeout = 408,
  conflict = 409,
  length_required = 411,
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
  /// In origin form: begins with '/', no control characters, no fragment; or "*", of OPTIONS alone. One that
  /// came in absolute form (http://HOST/PATH) has been cut: its HOST stands in the Host field, instead of
  /// what the client wrote there (RFC 9112, 3.2.2).
  std::string target;
  unsigned minor_version = 1;  ///< of HTTP/1: 0 or 1; a later one is read as 1 (RFC 9110, 2.5)
  std::vector<HttpField> fields;
  std::string body;

  /// The target up to its '?'.
  std::string_view path() const;
  /// The value of `name=value` behind the '?', as it came; empty when there is none.
  std::string_view query(std::string_view name) const;
  /// Of the first such line, letters' case aside; empty when there is none.
  std::string_view field(std::string_view name) const;
  /// Whether there is such a line, also an empty one.
  bool has(std::string_view name) const;
  /// Whether a comma-separated field, in any of its lines, lists this token, letters' case aside.
  bool lists(std::string_view field, std::string_view token) const;
};

/// The text without the spaces and tabs around it (optional white space: RFC 9110, 5.6.3).
std::string_view trimmed(std::string_view text);
/// Compares two words of ASCII, letters' case aside.
bool is_same_word(std::string_view a, std::string_view b);

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

/// Reads requests, one after the other. It holds no more than the limits, whatever its peer sends.
///
/// Refused, besides what is over a limit: a bare LF, a folded header line, a space before a colon, control
/// characters, no Host or two or one that is no host (400), Content-Length twice or not a plain number (400),
/// Transfer-Encoding (411 for "chunked", because a body comes with its length here: RFC 9112, 6.3; 501 for
/// others; 400 beside a Content-Length), an expectation other than 100-continue (417), a version other than
/// HTTP/1.x (505; 1.0 needs no Host), CONNECT (501), a target that is neither of origin form nor of absolute
/// form nor "*" of OPTIONS (400). The limits hold before the end of a line has come: an endless request line
/// is refused at its limit. One empty line before a request is skipped (RFC 9112, 2.2).
class HttpReader {
 public:
  explicit HttpReader(const HttpLimits& limits);
  ~HttpReader();
  HttpReader(const HttpReader&) = delete;
  HttpReader& operator=(const HttpReader&) = delete;

  /// Takes what has come, from the front of `bytes`, and leaves there what comes behind the request. True:
  /// the request is whole; take() is next. False: more must come. After a refusal it is not called again.
  std::expected<bool, HttpRefusal> receive(Bytes& bytes);

  /// True once a request: its head has come, it expects 100-continue, and nothing of its body is here yet.
  /// Then the client waits for continue_line (RFC 9110, 10.1.1). Asked after a receive() that was false.
  bool take_continue();

  /// Once whole. Moves the request out; the next receive() begins the next request.
  HttpRequest take();

  /// Whether a request has begun and is not whole: its connection may not be ended as idle without an answer.
  bool has_begun() const;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

/// What a client is sent that waits before it sends its body.
inline constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

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

/// How a response leaves.
struct HttpFraming {
  bool without_body = false;  ///< the head alone, with the length of the whole (HEAD; or the body follows)
  bool keep_alive = false;    ///< the connection goes on behind it; else it says Connection: close
};

/// Appends it with Content-Length (but 204 and 304, which have none: RFC 9110, 8.6), Connection, and what
/// keeps browsers from guessing, framing and caching: X-Content-Type-Options, Content-Security-Policy (own
/// host only, no frames), Referrer-Policy, and Cache-Control: no-store unless `fields` says otherwise. There
/// is no Date unless `fields` has one, because there is no clock here (RFC 9110, 6.6.1).
void append_response(Buffer& out, const HttpResponse& response, HttpFraming framing = {});

/// The handshake of RFC 6455, 4.2: the answer to a request that asks for a WebSocket, appended to `out`: 101.
/// Or why not: 426 (with its fields in the response) for another version than 13, 400 for a missing or
/// malformed key, upgrade or connection.
std::expected<void, HttpResponse> append_upgrade(Buffer& out, const HttpRequest& request);

/// Whether it wants to become a WebSocket: Upgrade lists websocket, and it is not of HTTP/1.0, whose Upgrade
/// does not count (RFC 9110, 7.8).
bool asks_for_websocket(const HttpRequest& request);

}  // namespace madang::wire
