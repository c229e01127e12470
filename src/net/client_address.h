// ClientAddress: where a client comes from, and how that is known. A plain value; any thread.
//
// Somebody behind a proxy is never "this machine", whatever address is claimed: see Admission.
#pragma once

#include <cstdint>
#include <optional>

#include "io/address.h"
#include "io/address_range.h"
#include "wire/http.h"
#include "wire/proxy_header.h"

namespace madang::net {

/// How the address of a client is known.
enum class Route : std::uint8_t {
  direct,     ///< the connection's own peer
  proxy,      ///< a trusted proxy's; which client it hands on is not known yet
  forwarded,  ///< as a trusted proxy says; or the proxy's own, when it says nothing
};

struct ClientAddress {
  io::Address address;
  Route route = Route::direct;

  // NOLINTNEXTLINE: a peer's address is a client's that came directly
  ClientAddress(const io::Address& a = {}, Route r = Route::direct) : address(a), route(r) {}

  /// A program on this machine, which no limit by address holds for.
  bool is_this_machine() const { return route == Route::direct && address.is_loopback(); }
};

/// Whose word about a client's address is believed on a port, and how it is given.
enum class ProxyWord : std::uint8_t {
  none,             ///< nobody's
  x_forwarded_for,  ///< in a request's X-Forwarded-For
  proxy_protocol,   ///< in a PROXY header, with which a trusted proxy's connection must begin
};

/// What a whole PROXY header of the trusted `proxy` says.
ClientAddress client_of(const wire::ProxyHeader& header, const io::Address& proxy);

/// The client of a request that the trusted `proxy` has handed on: the right-most address in X-Forwarded-For
/// that is not a trusted proxy's, because each proxy appends the peer that it has seen, and only those to the
/// right of the first stranger are ours. Where all are trusted, the left-most. From an element that is no
/// address ("unknown", RFC 7239's "_hidden") nothing further to the left is believed: the client is then the
/// last hop before it. An element may have a port ("192.0.2.1:80", "[::1]:80").
ClientAddress forwarded_client(const wire::HttpRequest& request, const io::Address& proxy,
                               const io::AddressRanges& trusted);

/// Whether the request tells of a proxy: Forwarded, X-Forwarded-For, X-Real-IP or Via is there, also empty.
bool tells_of_a_proxy(const wire::HttpRequest& request);

}  // namespace madang::net
