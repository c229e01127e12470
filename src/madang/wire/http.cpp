#include "madang/wire/http.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <optional>

#include "madang/base/check.h"
#include "madang/wire/http_fields.h"
#include "madang/wire/websocket_accept.h"

namespace madang::wire {

namespace beast = boost::beast;

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Removes the text before the first `separator`, and the separator, from `text`. Returns the removed text.
std::string_view cut(std::string_view& text, char separator) {
  const std::size_t at = std::min(text.find(separator), text.size());
  const std::string_view front = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return front;
}

HttpRefusal bad(std::string_view why) { return {HttpStatus::bad_request, why}; }

/// Returns the length of "http://" or "https://" in a target of absolute form. Returns 0 for another form.
std::size_t scheme_bytes(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (is_same_word(target.substr(0, scheme.size()), scheme)) return scheme.size();
  return 0;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool is_same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

// --- Reading a request

/// Reads one request. It checks each byte of the head, and refuses what a parser may tolerate. Then Beast's
/// parser parses the complete head.
struct HttpReader::Parser {
  explicit Parser(const HttpLimits& l) : limits(l) {}

  std::optional<HttpRefusal> read(char c);
  std::optional<HttpRefusal> end_line();
  std::optional<HttpRefusal> check_start(std::string_view line);
  std::optional<HttpRefusal> check_target(std::string_view method, std::string_view target) const;
  std::optional<HttpRefusal> parse_head();
  std::optional<HttpRefusal> make_origin_form();
  std::optional<HttpRefusal> check_host();
  std::optional<HttpRefusal> check_fields();

  enum class Reading : std::uint8_t { head, body, done };

  const HttpLimits limits;
  HttpRequest request;
  std::string head;
  std::size_t line_begin = 0;  // index in `head`
  std::size_t spaces = 0;      // number of spaces in the first line
  std::size_t target_bytes = 0;
  std::size_t body_bytes = 0;
  Reading reading = Reading::head;
  bool has_skipped_line = false;  // an empty line before the request
  bool must_continue = false;
};

HttpReader::HttpReader(const HttpLimits& limits) : parser_(std::make_unique<Parser>(limits)) {}
HttpReader::~HttpReader() = default;

std::expected<bool, HttpRefusal> HttpReader::receive(Bytes& bytes) {
  Parser& p = *parser_;
  while (p.reading == Parser::Reading::head && !bytes.empty()) {
    const char c = static_cast<char>(bytes.front());
    bytes = bytes.subspan(1);
    if (const auto refusal = p.read(c)) return std::unexpected(*refusal);
  }
  if (p.reading == Parser::Reading::body) {
    const Bytes part = bytes.first(std::min(bytes.size(), p.body_bytes - p.request.body.size()));
    bytes = bytes.subspan(part.size());
    p.request.body += as_text(part);
    if (p.request.body.size() == p.body_bytes) p.reading = Parser::Reading::done;
  }
  return p.reading == Parser::Reading::done;
}

bool HttpReader::pop_continue() {
  Parser& p = *parser_;
  return p.reading == Parser::Reading::body && p.request.body.empty() &&
         std::exchange(p.must_continue, false);
}

HttpRequest HttpReader::pop_request() {
  MADANG_CHECK(parser_->reading == Parser::Reading::done);
  HttpRequest request = std::move(parser_->request);
  parser_ = std::make_unique<Parser>(parser_->limits);
  return request;
}

bool HttpReader::has_begun() const {
  return parser_->reading != Parser::Reading::head || !parser_->head.empty();
}

std::optional<HttpRefusal> HttpReader::Parser::read(char c) {
  const bool is_after_return = head.ends_with('\r');
  if (is_after_return != (c == '\n')) return bad("Each line must end with CR LF.");
  const bool is_control = (c >= 0 && c < ' ') || c == 0x7f;
  const bool is_in_start = line_begin == 0;
  if (is_control && c != '\r' && c != '\n' && (c != '\t' || is_in_start))
    return bad("There is a control character in the request.");
  if (head.size() == line_begin && !is_in_start && (c == ' ' || c == '\t'))
    return bad("A header line must not continue in the next line.");
  if (head.size() == limits.head_bytes_max)
    return HttpRefusal{HttpStatus::header_fields_too_large, "The header lines are too long."};
  head += c;

  if (is_in_start && c == ' ') ++spaces;
  if (is_in_start && c != ' ' && spaces == 1 && ++target_bytes > limits.target_bytes_max)
    return HttpRefusal{HttpStatus::uri_too_long, "The address is too long."};
  return c == '\n' ? end_line() : std::nullopt;
}

std::optional<HttpRefusal> HttpReader::Parser::end_line() {
  const std::string_view line = std::string_view(head).substr(line_begin, head.size() - line_begin - 2);
  const bool is_start = line_begin == 0;
  if (is_start && line.empty() && !std::exchange(has_skipped_line, true)) {
    head.clear();
    return std::nullopt;
  }
  line_begin = head.size();
  if (is_start) return check_start(line);
  return line.empty() ? parse_head() : std::nullopt;
}

std::optional<HttpRefusal> HttpReader::Parser::check_start(std::string_view line) {
  if (std::ranges::count(line, ' ') != 2) return bad("The first line is not METHOD TARGET VERSION.");
  std::string_view rest = line;
  const std::string_view method = cut(rest, ' ');
  const std::string_view target = cut(rest, ' ');
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (method.empty() || target.empty() || rest.size() != 8 || !rest.starts_with("HTTP/") ||
      !is_digit(rest[5]) || rest[6] != '.' || !is_digit(rest[7]))
    return bad("The first line is not METHOD TARGET VERSION.");
  if (rest[5] != '1') return HttpRefusal{HttpStatus::version_not_supported, "This server speaks HTTP/1.1."};
  request.minor_version = rest[7] == '0' ? 0 : 1;
  const auto refusal = check_target(method, target);
  // A later version of HTTP/1 counts as 1.1, but the parser does not know it.
  if (!refusal && request.minor_version > 0) head[line.size() - 1] = '1';
  return refusal;
}

/// Checks the form of the target (RFC 9112, 3.2).
std::optional<HttpRefusal> HttpReader::Parser::check_target(std::string_view method,
                                                            std::string_view target) const {
  if (method == "CONNECT") return HttpRefusal{HttpStatus::not_implemented, "This server is not a proxy."};
  if (target.find('#') != target.npos) return bad("There is a # in the address.");
  if (target.starts_with('/') || (target == "*" && method == "OPTIONS")) return std::nullopt;
  if (scheme_bytes(target) > 0) return std::nullopt;
  return bad("The address must begin with a /, or with http:// and a host.");
}

/// Parses the complete head.
std::optional<HttpRefusal> HttpReader::Parser::parse_head() {
  beast::http::request_parser<beast::http::empty_body> parser;
  parser.header_limit(limits.head_bytes_max + 1);
  parser.body_limit(limits.body_bytes_max);
  beast::error_code error;
  parser.put(boost::asio::buffer(head), error);
  if (error == beast::http::error::body_limit)
    return HttpRefusal{HttpStatus::content_too_large, "The body is too long."};
  // Errors about the body do not count, because this class reads the body.
  if (!parser.is_header_done() ||
      (error && error != beast::http::error::need_more && error != beast::http::error::unexpected_body))
    return bad("This is not a request of HTTP/1.1.");

  const auto text = [](beast::string_view view) { return std::string(view.data(), view.size()); };
  request.method = text(parser.get().method_string());
  request.target = text(parser.get().target());
  for (const auto& field : parser.get())
    request.fields.push_back({text(field.name_string()), text(field.value())});
  std::string().swap(head);
  if (auto refusal = check_host()) return refusal;
  if (auto refusal = make_origin_form()) return refusal;
  return check_fields();
}

/// Checks that there is exactly one Host, which may be empty (RFC 9112, 3.2).
std::optional<HttpRefusal> HttpReader::Parser::check_host() {
  const auto hosts = std::ranges::count_if(
      request.fields, [](const HttpField& field) { return is_same_word(field.name, "host"); });
  if (hosts > 1) return bad("There is more than one Host line.");
  if (hosts == 0 && request.minor_version > 0) return bad("There must be a Host line.");
  if (!is_host(request.field("host"))) return bad("The Host line has no valid host.");
  return std::nullopt;
}

/// Changes a target in absolute form to origin form. Its host replaces the Host field (RFC 9112, 3.2.2).
std::optional<HttpRefusal> HttpReader::Parser::make_origin_form() {
  const std::size_t scheme = scheme_bytes(request.target);
  if (scheme == 0) return std::nullopt;
  const std::size_t end = std::min(request.target.find_first_of("/?", scheme), request.target.size());
  const std::string host = request.target.substr(scheme, end - scheme);
  // A user name before the host is refused too, because it often deceives the reader (RFC 9110, 4.2.4).
  if (host_without_port(host).empty() || !is_host(host)) return bad("The address has no host.");
  request.target.erase(0, end);
  if (request.target.empty() && request.method == "OPTIONS") {
    request.target = "*";  // RFC 9112, 3.2.4
  } else if (!request.target.starts_with('/')) {
    request.target.insert(0, "/");
  }
  std::erase_if(request.fields, [](const HttpField& field) { return is_same_word(field.name, "host"); });
  request.fields.push_back({"Host", host});
  return std::nullopt;
}

/// Checks the fields that say where the body ends, and Expect.
std::optional<HttpRefusal> HttpReader::Parser::check_fields() {
  std::size_t lengths = 0;
  if (request.has("transfer-encoding")) {
    if (request.has("content-length"))
      return bad("Transfer-Encoding and Content-Length must not come together.");
    if (is_same_word(request.field("transfer-encoding"), "chunked"))
      return HttpRefusal{HttpStatus::length_required, "A body must come with its Content-Length."};
    return HttpRefusal{HttpStatus::not_implemented, "This server knows no such Transfer-Encoding."};
  }
  for (const HttpField& field : request.fields) {
    if (is_same_word(field.name, "expect") && request.minor_version > 0) {
      for (std::string_view rest = field.value; !rest.empty();) {
        const std::string_view expected = trimmed(cut(rest, ','));
        if (!expected.empty() && !is_same_word(expected, "100-continue"))
          return HttpRefusal{HttpStatus::expectation_failed, "This server knows 100-continue only."};
        must_continue = must_continue || !expected.empty();
      }
    }
    if (!is_same_word(field.name, "content-length")) continue;
    if (++lengths > 1) return bad("There is more than one Content-Length.");
    if (field.value.empty() || !std::ranges::all_of(field.value, [](char c) { return c >= '0' && c <= '9'; }))
      return bad("The Content-Length is not a number.");
    for (const char digit : field.value) {
      body_bytes = body_bytes * 10 + static_cast<std::size_t>(digit - '0');
      if (body_bytes > limits.body_bytes_max)
        return HttpRefusal{HttpStatus::content_too_large, "The body is too long."};
    }
  }
  reading = body_bytes > 0 ? Reading::body : Reading::done;
  return std::nullopt;
}

// --- The parts of a request

std::string_view HttpRequest::path() const {
  std::string_view rest = target;
  return cut(rest, '?');
}

std::string_view HttpRequest::query(std::string_view name) const {
  std::string_view rest = target;
  cut(rest, '?');
  while (!rest.empty()) {
    std::string_view value = cut(rest, '&');
    if (cut(value, '=') == name) return value;
  }
  return {};
}

std::string_view HttpRequest::field(std::string_view name) const {
  const auto found =
      std::ranges::find_if(fields, [&](const HttpField& f) { return is_same_word(f.name, name); });
  return found == fields.end() ? std::string_view() : found->value;
}

bool HttpRequest::has(std::string_view name) const {
  return std::ranges::any_of(fields, [&](const HttpField& f) { return is_same_word(f.name, name); });
}

bool HttpRequest::lists(std::string_view field, std::string_view token) const {
  return std::ranges::any_of(fields, [&](const HttpField& line) {
    if (!is_same_word(line.name, field)) return false;
    for (std::string_view rest = line.value; !rest.empty();)
      if (is_same_word(trimmed(cut(rest, ',')), token)) return true;
    return false;
  });
}

// --- Responses

std::string_view reason_of(HttpStatus status) {
  switch (status) {
    case HttpStatus::switching_protocols: return "Switching Protocols";
    case HttpStatus::ok: return "OK";
    case HttpStatus::no_content: return "No Content";
    case HttpStatus::not_modified: return "Not Modified";
    case HttpStatus::bad_request: return "Bad Request";
    case HttpStatus::unauthorized: return "Unauthorized";
    case HttpStatus::forbidden: return "Forbidden";
    case HttpStatus::not_found: return "Not Found";
    case HttpStatus::method_not_allowed: return "Method Not Allowed";
    case HttpStatus::not_acceptable: return "Not Acceptable";
    case HttpStatus::length_required: return "Length Required";
    case HttpStatus::request_timeout: return "Request Timeout";
    case HttpStatus::conflict: return "Conflict";
    case HttpStatus::content_too_large: return "Content Too Large";
    case HttpStatus::uri_too_long: return "URI Too Long";
    case HttpStatus::unsupported_media_type: return "Unsupported Media Type";
    case HttpStatus::expectation_failed: return "Expectation Failed";
    case HttpStatus::upgrade_required: return "Upgrade Required";
    case HttpStatus::too_many_requests: return "Too Many Requests";
    case HttpStatus::header_fields_too_large: return "Request Header Fields Too Large";
    case HttpStatus::not_implemented: return "Not Implemented";
    case HttpStatus::service_unavailable: return "Service Unavailable";
    case HttpStatus::version_not_supported: return "HTTP Version Not Supported";
  }
  MADANG_CHECK(false, "there is no status {}", static_cast<int>(status));
}

HttpResponse plain_response(HttpStatus status, std::string_view line) {
  HttpResponse response;
  response.status = status;
  response.own_body = std::string(line) + "\n";
  return response;
}

namespace {

/// The lines of every response, unless the response has a line of the same name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> usual_fields = {{
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy",
     "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; connect-src 'self'; "
     "object-src 'none'; "
     "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"},
}};

void append_line(Buffer& out, std::string_view name, std::string_view value) {
  for (const std::string_view part : {name, std::string_view(": "), value, std::string_view("\r\n")})
    out.append(as_bytes(part));
}

void append_start(Buffer& out, HttpStatus status) {
  out.append(as_bytes(fmt::format("HTTP/1.1 {} {}\r\n", static_cast<int>(status), reason_of(status))));
}

}  // namespace

void append_response(Buffer& out, const HttpResponse& response, HttpFraming framing) {
  append_start(out, response.status);
  // These two have no body and no length (RFC 9110, 8.6 and 15.4.5).
  const bool has_body =
      response.status != HttpStatus::no_content && response.status != HttpStatus::not_modified;
  if (has_body) {
    append_line(out, "Content-Type", response.content_type);
    append_line(out, "Content-Length", std::to_string(response.whole_body().size()));
  }
  // A response with Upgrade must also list it in Connection (RFC 9110, 7.8).
  const bool has_upgrade = std::ranges::any_of(
      response.fields, [](const HttpField& f) { return is_same_word(f.name, "upgrade"); });
  append_line(out, "Connection",
              std::string(framing.is_kept_alive ? "keep-alive" : "close") + (has_upgrade ? ", Upgrade" : ""));
  for (const auto& [name, value] : usual_fields)
    if (std::ranges::none_of(response.fields, [&](const HttpField& f) { return is_same_word(f.name, name); }))
      append_line(out, name, value);
  for (const HttpField& field : response.fields) append_line(out, field.name, field.value);
  out.append(as_bytes("\r\n"));
  if (!framing.is_head_only && has_body) out.append(as_bytes(response.whole_body()));
}

// --- Becoming a WebSocket

namespace {

/// Returns whether a text is 16 bytes in base64: 22 letters, of which the last carries 2 bits, and "==".
bool is_websocket_key(std::string_view key) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return key.size() == 24 && key.substr(0, 22).find_first_not_of(letters) == key.npos &&
         std::string_view("AQgw").find(key[21]) != key.npos && key.ends_with("==");
}

}  // namespace

bool asks_for_websocket(const HttpRequest& request) {
  return request.minor_version > 0 && request.lists("upgrade", "websocket");
}

std::expected<void, HttpResponse> append_upgrade(Buffer& out, const HttpRequest& request) {
  const auto refuse = [](HttpStatus status, std::string_view why) {
    HttpResponse response = plain_response(status, why);
    if (status == HttpStatus::upgrade_required) {
      response.fields.push_back({"Upgrade", "websocket"});
      response.fields.push_back({"Sec-WebSocket-Version", "13"});
    }
    return std::unexpected(std::move(response));
  };
  if (!asks_for_websocket(request))
    return refuse(HttpStatus::upgrade_required, "Only WebSockets may use this address.");
  if (request.method != "GET" || !request.body.empty() || !request.lists("connection", "upgrade"))
    return refuse(HttpStatus::bad_request, "This is not a WebSocket handshake (RFC 6455, 4.1).");
  if (request.field("sec-websocket-version") != "13")
    return refuse(HttpStatus::upgrade_required, "This server needs version 13 of the WebSocket protocol.");
  const std::string_view key = request.field("sec-websocket-key");
  if (!is_websocket_key(key))
    return refuse(HttpStatus::bad_request, "The Sec-WebSocket-Key is not 16 bytes in base64.");
  append_start(out, HttpStatus::switching_protocols);
  append_line(out, "Upgrade", "websocket");
  append_line(out, "Connection", "Upgrade");
  append_line(out, "Sec-WebSocket-Accept", accept_key(key));
  // A browser that offers names of protocols ends the connection if the server chooses none of them.
  if (request.lists("sec-websocket-protocol", websocket_protocol))
    append_line(out, "Sec-WebSocket-Protocol", websocket_protocol);
  out.append(as_bytes("\r\n"));
  return {};
}

}  // namespace madang::wire
