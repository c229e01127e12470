// ProxyHeader: the first bytes of a connection that a proxy hands on, in the PROXY protocol (HAProxy's
// proxy-protocol.txt, versions 1 and 2). They say which client the connection comes from.
//
// Pure: no socket, no clock, no thread. A reader believes nothing here by itself: the caller asks only for
// connections of a proxy that it trusts. The address is plain bytes, because wire knows no io::Address.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace madang::wire {

/// Longest line of version 1, with its CR and LF.
inline constexpr std::size_t proxy_v1_bytes_max = 107;
/// Longest header of version 2 that is taken, with all its extensions (TLVs). More is malformed.
inline constexpr std::size_t proxy_v2_bytes_max = 536;

/// An address and a port over TCP.
struct ProxySource {
  bool is_v6 = false;
  std::array<std::uint8_t, 16> ip{};  ///< network order; an IPv4 address stands in the first four
  std::uint16_t port = 0;
  bool operator==(const ProxySource&) const = default;
};

enum class ProxyHeaderState : std::uint8_t {
  need_more,  ///< a proxy header may begin so; the rest has not come
  whole,
  absent,     ///< no proxy header begins so
  malformed,  ///< it begins like one, and goes on in a way that none does
};

struct ProxyHeader {
  ProxyHeaderState state = ProxyHeaderState::need_more;
  std::size_t size = 0;  ///< in bytes, when whole: what stands behind belongs to the client
  /// When whole: the client. None: the proxy does not say (v1 UNKNOWN; v2 LOCAL; a family other than TCP over
  /// IPv4 or IPv6).
  std::optional<ProxySource> source;
  /// When whole: the connection is the proxy's own, for nobody else (v2 LOCAL: a health check).
  bool is_local = false;
};

/// Reads the header at the beginning of `bytes`. Called again with more bytes behind the same ones until the
/// state is not need_more; it needs no more than proxy_v2_bytes_max bytes to decide. Any thread.
ProxyHeader read_proxy_header(Bytes bytes);

}  // namespace madang::wire
