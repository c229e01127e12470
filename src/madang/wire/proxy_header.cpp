#include "madang/wire/proxy_header.h"

#include <algorithm>
#include <string_view>

#include "madang/base/ip_text.h"

namespace madang::wire {

namespace {

constexpr std::string_view v1_signature = "PROXY ";
constexpr std::string_view v2_signature{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t v2_head_bytes = 16;  // signature, version and command, family, length

ProxyHeader only(ProxyHeaderState state) {
  ProxyHeader header;
  header.state = state;
  return header;
}

/// Removes the text before the next space, and the space, from `text`. Returns the removed text. The last
/// word is the rest.
std::string_view cut_word(std::string_view& text) {
  const std::size_t at = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return word;
}

/// Parses "TCP4 192.0.2.1 198.51.100.1 56324 443", a line without the signature and CR LF.
ProxyHeader read_v1_line(std::string_view line, std::size_t size) {
  ProxyHeader header;
  header.state = ProxyHeaderState::whole;
  header.size = size;
  const std::size_t words = static_cast<std::size_t>(std::ranges::count(line, ' ')) + 1;
  const std::string_view family = cut_word(line);
  if (family == "UNKNOWN") return header;  // the rest of the line does not count
  if ((family != "TCP4" && family != "TCP6") || words != 5) return only(ProxyHeaderState::malformed);

  const bool is_v6 = family == "TCP6";
  const std::optional<IpBytes> from = parse_ip(cut_word(line));
  const std::optional<IpBytes> to = parse_ip(cut_word(line));
  const std::optional<std::uint16_t> from_port = parse_port(cut_word(line));
  const std::optional<std::uint16_t> to_port = parse_port(cut_word(line));
  if (!from || !to || from->is_v6 != is_v6 || to->is_v6 != is_v6 || !from_port || !to_port)
    return only(ProxyHeaderState::malformed);
  header.source = ProxySource{is_v6, from->ip, *from_port};
  return header;
}

ProxyHeader read_v1(std::string_view text) {
  const std::string_view line = text.substr(0, proxy_v1_bytes_max);
  const std::size_t end = line.find('\r');
  if (end == line.npos || end + 1 == line.size())
    return only(line.size() == proxy_v1_bytes_max ? ProxyHeaderState::malformed
                                                  : ProxyHeaderState::need_more);
  if (line[end + 1] != '\n') return only(ProxyHeaderState::malformed);
  return read_v1_line(line.substr(v1_signature.size(), end - v1_signature.size()), end + 2);
}

ProxyHeader read_v2(Bytes bytes) {
  if (bytes.size() < v2_head_bytes) return only(ProxyHeaderState::need_more);
  const auto byte = [&](std::size_t at) { return std::to_integer<std::uint8_t>(bytes[at]); };
  const auto big_endian = [&](std::size_t at) {
    return static_cast<std::uint16_t>(byte(at) << 8 | byte(at + 1));
  };
  const std::uint8_t version = byte(12) >> 4;
  const std::uint8_t command = byte(12) & 0x0f;
  const std::uint8_t family = byte(13);
  const std::size_t size = v2_head_bytes + big_endian(14);
  if (version != 2 || command > 1 || size > proxy_v2_bytes_max) return only(ProxyHeaderState::malformed);
  if (bytes.size() < size) return only(ProxyHeaderState::need_more);

  ProxyHeader header;
  header.state = ProxyHeaderState::whole;
  header.size = size;
  header.is_local = command == 0;
  if (header.is_local) return header;
  const bool is_v6 = family == 0x21;
  if (family != 0x11 && !is_v6)
    return header;  // unspecified, datagrams, Unix sockets: they have no TCP address
  const std::size_t ip_bytes = is_v6 ? 16 : 4;
  if (size < v2_head_bytes + 2 * ip_bytes + 4) return only(ProxyHeaderState::malformed);
  header.source.emplace();
  header.source->is_v6 = is_v6;
  for (std::size_t i = 0; i < ip_bytes; ++i) header.source->ip[i] = byte(v2_head_bytes + i);
  header.source->port = big_endian(v2_head_bytes + 2 * ip_bytes);
  return header;
}

}  // namespace

ProxyHeader read_proxy_header(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  for (const std::string_view signature : {v1_signature, v2_signature}) {
    const std::size_t seen = std::min(text.size(), signature.size());
    if (text.substr(0, seen) != signature.substr(0, seen)) continue;
    if (seen < signature.size()) return only(ProxyHeaderState::need_more);
    return signature == v1_signature ? read_v1(text) : read_v2(bytes);
  }
  return only(ProxyHeaderState::absent);
}

}  // namespace madang::wire
