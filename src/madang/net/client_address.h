// ClientAddress: the address of a client, and how the server knows it. A plain value; any thread.
//
// A client behind a proxy is never "this machine", also if the proxy claims a loopback address: see
// Admission.
#pragma once

#include <cstdint>
#include <optional>

#include "madang/io/address.h"
#include "madang/io/address_range.h"
#include "madang/wire/http.h"
#include "madang/wire/proxy_header.h"

namespace madang::net {

/// How the server knows the address of a client.
enum class Route : std::uint8_t {
  direct,     ///< it is the peer of the connection
  proxy,      ///< it is that of a trusted proxy; the client is not known yet
  forwarded,  ///< a trusted proxy has named it; or it is the proxy's own, because the proxy names no client
};

struct ClientAddress {
  io::Address address;
  Route route = Route::direct;

  // NOLINTNEXTLINE: the address of a peer converts to that of a client without a proxy
  ClientAddress(const io::Address& a = {}, Route r = Route::direct) : address(a), route(r) {}

  /// Returns whether the client is a program on this machine. Limits by address do not apply to these.
  bool is_this_machine() const { return route == Route::direct && address.is_loopback(); }
};

/// How trusted proxies name the addresses of clients on a port.
enum class ProxyWord : std::uint8_t {
  none,             ///< not at all
  x_forwarded_for,  ///< in the X-Forwarded-For of a request
  proxy_protocol,   ///< in a PROXY header, which must be the beginning of a trusted proxy's connection
};

/// Returns the client that a whole PROXY header of the trusted `proxy` names.
ClientAddress client_of(const wire::ProxyHeader& header, const io::Address& proxy);

/// Returns the client of a request that the trusted `proxy` has forwarded: the right-most address in
/// X-Forwarded-For that is not a trusted proxy. Each proxy appends the address of its peer, so everything to
/// the left of that address may be invented. If all addresses are trusted, returns the left-most one. The
/// search stops at an element that is no address ("unknown", "_hidden" of RFC 7239): the client is then the
/// address to the right of this element. An element may have a port ("192.0.2.1:80", "[::1]:80").
ClientAddress forwarded_client(const wire::HttpRequest& request, const io::Address& proxy,
                               const io::AddressRanges& trusted);

/// Returns whether a field of the request comes from a proxy: Forwarded, X-Forwarded-For, X-Real-IP or Via.
/// The field may be empty.
bool has_proxy_field(const wire::HttpRequest& request);

}  // namespace madang::net
