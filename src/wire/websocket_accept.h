// What a server answers a WebSocket's handshake with, to show that it knows what it was asked (RFC
// 6455, 4.2.2).
#pragma once

#include <string>
#include <string_view>

namespace madang::wire {

/// Sec-WebSocket-Accept for the Sec-WebSocket-Key that the client sent, whatever that holds.
std::string accept_key(std::string_view sec_websocket_key);

}  // namespace madang::wire
