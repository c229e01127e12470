// HTTP: the server's side of HTTP/1.1 (RFC 9112), as far as a game server needs it.
//
// HttpReader reads requests one after the other, within limits. Boost.Beast's parser parses their heads.
// After a response, the connection ends, goes on with the next request, or becomes a WebSocket. The meaning
// of single fields is in madang/wire/http_fields.h.
//
// A request that two programs could understand differently is refused, because a proxy may stand between
// client and server (request smuggling, RFC 9112, 11.2). No socket, no clock; any thread, one at a time.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "madang/base/buffer.h"
#include "madang/base/bytes.h"

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

/// Returns the reason phrase of a status.
std::string_view reason_of(HttpStatus status);

/// Name and value of a header line.
struct HttpField {
  std::string name;
  std::string value;
};

struct HttpRequest {
  std::string method;  ///< as received: GET, HEAD, POST ...
  /// In origin form: it begins with '/' and has no control characters and no fragment. For OPTIONS it may be
  /// "*". A target in absolute form (http://HOST/PATH) was changed: its HOST has replaced the Host field (RFC
  /// 9112, 3.2.2).
  std::string target;
  unsigned minor_version = 1;  ///< of HTTP/1: 0 or 1; a later one counts as 1 (RFC 9110, 2.5)
  std::vector<HttpField> fields;
  std::string body;

  /// Returns the target before its '?'.
  std::string_view path() const;
  /// Returns the value of `name=value` after the '?', as received; empty when there is none.
  std::string_view query(std::string_view name) const;
  /// Returns the value of the first line with this name; empty when there is none. The case of letters does
  /// not count.
  std::string_view field(std::string_view name) const;
  /// Returns whether there is a line with this name, also with an empty value.
  bool has(std::string_view name) const;
  /// Returns whether a comma-separated field lists this token in any of its lines. The case of letters does
  /// not count.
  bool lists(std::string_view field, std::string_view token) const;
};

/// Returns the text without spaces and tabs at its beginning and end (RFC 9110, 5.6.3).
std::string_view trimmed(std::string_view text);
/// Returns whether two ASCII words are equal. The case of letters does not count.
bool is_same_word(std::string_view a, std::string_view b);

/// Why a request is refused: the status of the response, and a line for a person.
struct HttpRefusal {
  HttpStatus status;
  std::string_view why;
};

struct HttpLimits {
  std::uint32_t target_bytes_max = 2'048;  ///< else 414
  std::uint32_t head_bytes_max = 8'192;    ///< request line and header lines together; else 431
  std::uint32_t body_bytes_max = 4'096;    ///< else 413, as soon as Content-Length has come
};

/// Reads requests, one after the other. Its memory is bounded by the limits.
///
/// It refuses requests above a limit, and also:
///   400  a bare LF, a folded header line, a space before a colon, a control character
///   400  no Host (HTTP/1.0 needs none), two of them, or an invalid one
///   400  two Content-Length fields, or one that is not a plain number
///   400  a target that is not in origin form, not in absolute form and not the "*" of OPTIONS
///   400  Transfer-Encoding together with Content-Length
///   411  Transfer-Encoding: chunked, because a body needs its length here (RFC 9112, 6.3)
///   417  an expectation other than 100-continue
///   501  another Transfer-Encoding; CONNECT
///   505  a version other than HTTP/1.x
/// A limit also holds for an unfinished line, so an endless request line is refused. One empty line before a
/// request is skipped (RFC 9112, 2.2).
class HttpReader {
 public:
  explicit HttpReader(const HttpLimits& limits);
  ~HttpReader();
  HttpReader(const HttpReader&) = delete;
  HttpReader& operator=(const HttpReader&) = delete;

  /// Reads from the front of `bytes`, and leaves the bytes after the request there. Returns true when the
  /// request is complete: call pop_request() next. Returns false when more bytes must come. Precondition: no
  /// request was refused before.
  std::expected<bool, HttpRefusal> receive(Bytes& bytes);

  /// Returns true when the client waits for continue_line (RFC 9110, 10.1.1): the request expects
  /// 100-continue, its head is complete, and no byte of its body has come. Returns true only once a request.
  /// Call it after receive() has returned false.
  bool pop_continue();

  /// Returns the complete request. The next receive() begins the next one. Precondition: the request is
  /// complete (CHECK).
  HttpRequest pop_request();

  /// Returns whether a request has begun. Its connection must get an answer before it is closed.
  bool has_begun() const;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

/// Tells a client that waits to send its body now.
inline constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

struct HttpResponse {
  HttpStatus status = HttpStatus::ok;
  std::string_view content_type = "text/plain; charset=utf-8";
  std::string_view body;          ///< a body that outlives the response, such as a page of the program
  std::string own_body;           ///< any other body
  std::vector<HttpField> fields;  ///< further header lines

  std::string_view whole_body() const { return body.empty() ? own_body : body; }
};

/// Returns a response with a line of plain text.
HttpResponse plain_response(HttpStatus status, std::string_view line);

/// How a response is sent.
struct HttpFraming {
  bool is_head_only = false;   ///< without the body, but with its length: for HEAD, or when the body follows
  bool is_kept_alive = false;  ///< the connection stays open; else the response has Connection: close
};

/// Appends the response with Content-Length and Connection. 204 and 304 have no length (RFC 9110, 8.6). It
/// also appends the lines that protect browsers: X-Content-Type-Options, Content-Security-Policy (own host
/// only, no frames), Referrer-Policy and Cache-Control: no-store. A line with the same name in `fields`
/// replaces them. It adds no Date, because it has no clock (RFC 9110, 6.6.1).
void append_response(Buffer& out, const HttpResponse& response, HttpFraming framing = {});

/// Appends the response to a WebSocket handshake (RFC 6455, 4.2), with status 101. Returns another response
/// instead when the handshake is wrong: 426 for a version other than 13, and 400 for a missing or malformed
/// key, Upgrade or Connection.
std::expected<void, HttpResponse> append_upgrade(Buffer& out, const HttpRequest& request);
/// The name of what is sent in WebSockets, for a client that offers names in Sec-WebSocket-Protocol.
inline constexpr std::string_view websocket_protocol = "madang";

/// Returns whether the client asks for a WebSocket: Upgrade lists websocket, and the version is not HTTP/1.0,
/// whose Upgrade does not count (RFC 9110, 7.8).
bool asks_for_websocket(const HttpRequest& request);

}  // namespace madang::wire
