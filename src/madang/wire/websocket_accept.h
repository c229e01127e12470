// accept_key(): the server's proof in a WebSocket handshake (RFC 6455, 4.2.2). Pure function; any thread.
#pragma once

#include <string>
#include <string_view>

namespace madang::wire {

/// Returns Sec-WebSocket-Accept for the client's Sec-WebSocket-Key. Every text is allowed.
std::string accept_key(std::string_view sec_websocket_key);

}  // namespace madang::wire
