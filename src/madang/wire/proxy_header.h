// ProxyHeader: the first bytes of a connection from a proxy, in the PROXY protocol (HAProxy's
// proxy-protocol.txt, versions 1 and 2). They hold the address of the client behind the proxy.
//
// Any client can write such bytes. So the caller reads a header only on connections of a proxy that it
// trusts. The address is plain bytes, because wire does not include io::Address. Pure functions; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "madang/base/bytes.h"

namespace madang::wire {

/// Maximum bytes of a header of version 1, with CR LF.
inline constexpr std::size_t proxy_v1_bytes_max = 107;
/// Maximum bytes of a header of version 2, with all its extensions (TLVs). A longer one is malformed.
inline constexpr std::size_t proxy_v2_bytes_max = 536;

/// Address and port of a client.
struct ProxySource {
  bool is_v6 = false;
  std::array<std::uint8_t, 16> ip{};  ///< in network order; an IPv4 address uses the first four bytes
  std::uint16_t port = 0;
  bool operator==(const ProxySource&) const = default;
};

enum class ProxyHeaderState : std::uint8_t {
  need_more,  ///< the bytes may be the beginning of a header
  whole,      ///< the header is complete
  absent,     ///< no header begins with these bytes
  malformed,  ///< the bytes begin like a header, but are no valid one
};

struct ProxyHeader {
  ProxyHeaderState state = ProxyHeaderState::need_more;
  std::size_t size = 0;  ///< bytes of a complete header; the bytes after it come from the client
  /// The client of a complete header. None when the header has no address: v1 UNKNOWN, v2 LOCAL, or a family
  /// other than TCP over IPv4 or IPv6.
  std::optional<ProxySource> source;
  /// Whether the connection of a complete header comes from the proxy itself (v2 LOCAL: a health check).
  bool is_local = false;
};

/// Parses the header at the beginning of `bytes`. While the state is need_more, the caller calls it again
/// with all bytes so far. With proxy_v2_bytes_max bytes the state is never need_more.
ProxyHeader read_proxy_header(Bytes bytes);

}  // namespace madang::wire
