#include "madang/wire/http_fields.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

namespace madang::wire {

namespace {

/// Calls visit(element) for each element of a list field, in all its lines. Empty elements are left out (RFC
/// 9110, 5.6.1.2). A comma within quotes does not separate elements.
template <class Visit>
void for_each_element(const HttpRequest& request, std::string_view name, Visit visit) {
  for (const HttpField& line : request.fields) {
    if (!is_same_word(line.name, name)) continue;
    const std::string_view text = line.value;
    bool is_quoted = false;
    for (std::size_t begin = 0, at = 0; at <= text.size(); ++at) {
      if (at < text.size() && text[at] == '"') is_quoted = !is_quoted;
      if (at < text.size() && (text[at] != ',' || is_quoted)) continue;
      if (const std::string_view element = trimmed(text.substr(begin, at - begin)); !element.empty())
        visit(element);
      begin = at + 1;
    }
  }
}

/// Parses ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ). Returns the weight in thousandths, or nothing
/// for other texts.
std::optional<int> parse_weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int weight = (text[0] - '0') * 1000;
  int unit = 100;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return std::nullopt;
    weight += (c - '0') * unit;
    unit /= 10;
  }
  return weight <= 1000 ? std::optional(weight) : std::nullopt;
}

struct Weighted {
  std::string_view name;
  int weight;
};

/// Parses "gzip", "gzip;q=0.5" or "gzip ; Q=0.5". Returns nothing when the element is malformed; it is
/// ignored then.
std::optional<Weighted> parse_weighted(std::string_view element) {
  const std::size_t semicolon = element.find(';');
  const std::string_view name = trimmed(element.substr(0, semicolon));
  if (semicolon == element.npos) return Weighted{name, 1000};
  const std::string_view parameter = trimmed(element.substr(semicolon + 1));
  if (parameter.size() < 2 || !is_same_word(parameter.substr(0, 2), "q=")) return std::nullopt;
  const std::optional<int> weight = parse_weight(parameter.substr(2));
  return weight ? std::optional(Weighted{name, *weight}) : std::nullopt;
}

std::string_view opaque_tag(std::string_view etag) { return etag.starts_with("W/") ? etag.substr(2) : etag; }

/// Returns the port of "host:port"; empty when there is none.
std::string_view port_of(std::string_view host) {
  const std::size_t end = host_without_port(host).size();
  return end < host.size() ? host.substr(end + 1) : std::string_view();
}

}  // namespace

bool keeps_alive(const HttpRequest& request) {
  if (request.lists("connection", "close")) return false;
  return request.minor_version > 0 || request.lists("connection", "keep-alive");
}

ContentCoding preferred_coding(const HttpRequest& request, bool has_gzip) {
  std::optional<int> gzip;
  std::optional<int> identity;
  std::optional<int> any;
  for_each_element(request, "accept-encoding", [&](std::string_view element) {
    const std::optional<Weighted> one = parse_weighted(element);
    if (!one) return;
    if (is_same_word(one->name, "gzip") || is_same_word(one->name, "x-gzip")) gzip = one->weight;
    if (is_same_word(one->name, "identity")) identity = one->weight;
    if (one->name == "*") any = one->weight;
  });
  // Identity is allowed unless it is excluded. Without a weight it is the last choice.
  constexpr int last_choice = 1;
  const int identity_weight = identity ? *identity : any ? *any : last_choice;
  const int gzip_weight = !has_gzip ? 0 : gzip ? *gzip : any ? *any : 0;
  if (gzip_weight > 0 && gzip_weight >= identity_weight) return ContentCoding::gzip;
  return identity_weight > 0 ? ContentCoding::identity : ContentCoding::none;
}

bool has_current_copy(const HttpRequest& request, std::string_view etag) {
  bool found = false;
  for_each_element(request, "if-none-match", [&](std::string_view element) {
    found = found || element == "*" || opaque_tag(element) == opaque_tag(etag);
  });
  return found;
}

bool has_media_type(const HttpRequest& request, std::string_view type) {
  const std::string_view value = request.field("content-type");
  return is_same_word(trimmed(value.substr(0, value.find(';'))), type);
}

std::string_view bearer_token(const HttpRequest& request) {
  constexpr std::string_view scheme = "bearer";
  const auto is_authorization = [](const HttpField& f) { return is_same_word(f.name, "authorization"); };
  if (std::ranges::count_if(request.fields, is_authorization) != 1) return {};
  const std::string_view value = request.field("authorization");
  const std::size_t space = value.find(' ');
  if (space == value.npos || !is_same_word(value.substr(0, space), scheme)) return {};
  return trimmed(value.substr(space));
}

std::string websocket_token(const HttpRequest& request) {
  constexpr std::string_view prefix = "madang.token.";
  const auto digit = [](char letter) {
    return letter >= '0' && letter <= '9'   ? letter - '0'
           : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10
                                            : -1;
  };
  std::string token;
  for_each_element(request, "sec-websocket-protocol", [&](std::string_view element) {
    if (!element.starts_with(prefix) || !token.empty()) return;
    const std::string_view digits = element.substr(prefix.size());
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
      if (digit(digits[i]) < 0 || digit(digits[i + 1]) < 0) return token.clear();
      token += static_cast<char>(digit(digits[i]) * 16 + digit(digits[i + 1]));
    }
  });
  return token;
}

std::string_view host_without_port(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  return colon == host.npos || host.find(']', colon) != host.npos ? host : host.substr(0, colon);
}

bool is_host(std::string_view text) {
  const std::string_view host = host_without_port(text);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_alpha = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (!std::ranges::all_of(port_of(text), is_digit)) return false;
  const bool is_literal = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
  const std::string_view name = is_literal ? host.substr(1, host.size() - 2) : host;
  const std::string_view signs = is_literal ? "-._~!$&'()*+,;=:" : "-._~!$&'()*+,;=%";
  return std::ranges::all_of(
      name, [&](char c) { return is_digit(c) || is_alpha(c) || signs.find(c) != signs.npos; });
}

bool is_origin_allowed(const HttpRequest& request, const std::vector<std::string>& others) {
  struct Scheme {
    std::string_view text;
    std::string_view port;
  };
  constexpr std::array<Scheme, 2> schemes = {{{"http://", "80"}, {"https://", "443"}}};
  const std::string_view origin = request.field("origin");
  if (origin.empty()) return true;
  const std::string_view host = request.field("host");
  for (const Scheme& scheme : schemes) {
    if (host.empty() || !origin.starts_with(scheme.text)) continue;
    const std::string_view asking = origin.substr(scheme.text.size());
    const auto port = [&](std::string_view of) {
      const std::string_view written = port_of(of);
      return written.empty() ? scheme.port : written;
    };
    if (is_host(asking) && is_same_word(host_without_port(asking), host_without_port(host)) &&
        port(asking) == port(host))
      return true;
  }
  return std::ranges::any_of(others, [&](const std::string& other) { return is_same_word(other, origin); });
}

std::string http_date(std::int64_t seconds_since_1970) {
  constexpr std::array<std::string_view, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_seconds time{std::chrono::seconds(seconds_since_1970)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[std::chrono::weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

}  // namespace madang::wire
