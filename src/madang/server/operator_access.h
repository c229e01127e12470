// Decides which requests may use the operator's port. Pure; any thread.
//
// Without a token, the port listens on loopback, and only programs on this machine may use it. A request that
// names a proxy is refused. A request for another host's name is refused too, because a web page from
// elsewhere can make that name stand for 127.0.0.1 (DNS rebinding). With a token, every request that carries
// the token is allowed. A web page of another host does not know the token, so DNS rebinding is not a danger.
#pragma once

#include <optional>
#include <string_view>

#include "madang/net/http_service.h"

namespace madang::server {

/// Returns the refusal of a request that may not use the operator's port, or none. `token` is empty if no
/// token is configured.
std::optional<wire::HttpResponse> refuse_stranger(const net::HttpExchange& exchange, std::string_view token);

/// Returns the refusal of a request that may not change anything, or none. A request may change something if
/// its body is JSON and no web page of another host sent it.
std::optional<wire::HttpResponse> refuse_change(const wire::HttpRequest& request);

}  // namespace madang::server
