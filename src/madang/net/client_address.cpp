#include "madang/net/client_address.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace madang::net {

namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Parses "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80"
std::optional<io::Address> parse_element(std::string_view text) {
  std::string_view port_text;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == text.npos) return std::nullopt;
    port_text = text.substr(end + 1);
    text = text.substr(1, end - 1);
    if (text.find(':') == text.npos) return std::nullopt;
  } else if (std::ranges::count(text, ':') == 1) {
    const std::size_t colon = text.find(':');
    port_text = text.substr(colon);
    text = text.substr(0, colon);
  }
  std::uint16_t port = 0;
  if (!port_text.empty()) {
    const auto parsed = port_text.front() == ':' ? parse_port(port_text.substr(1)) : std::nullopt;
    if (!parsed) return std::nullopt;
    port = *parsed;
  }
  const std::optional<IpBytes> bytes = parse_ip(text);
  return bytes ? std::optional(io::address_of(*bytes, port)) : std::nullopt;
}

}  // namespace

ClientAddress client_of(const wire::ProxyHeader& header, const io::Address& proxy) {
  if (!header.source) return {proxy, Route::forwarded};
  const wire::ProxySource& source = *header.source;
  return {io::address_of(IpBytes{source.is_v6, source.ip}, source.port), Route::forwarded};
}

ClientAddress forwarded_client(const wire::HttpRequest& request, const io::Address& proxy,
                               const io::AddressRanges& trusted) {
  ClientAddress client(proxy, Route::forwarded);
  // Lines of one name are one list (RFC 9110, 5.3). The right-most element is the last one of the last line.
  for (auto line = request.fields.rbegin(); line != request.fields.rend(); ++line) {
    if (!wire::is_same_word(line->name, "x-forwarded-for")) continue;
    for (std::string_view rest = line->value; !rest.empty();) {
      const std::size_t comma = rest.rfind(',');
      const std::string_view element = trimmed(comma == rest.npos ? rest : rest.substr(comma + 1));
      rest = rest.substr(0, comma == rest.npos ? 0 : comma);
      if (element.empty()) continue;
      const std::optional<io::Address> address = parse_element(element);
      if (!address) return client;
      client.address = *address;
      if (!io::contains(trusted, *address)) return client;
    }
  }
  return client;
}

bool has_proxy_field(const wire::HttpRequest& request) {
  constexpr std::array<std::string_view, 4> names = {"forwarded", "x-forwarded-for", "x-real-ip", "via"};
  return std::ranges::any_of(names, [&](std::string_view name) { return request.has(name); });
}

}  // namespace madang::net
