// Who may see what is for the operator only, and do what only the operator may. Pure; any thread.
//
// Without a token: programs on this machine that name it as such. The port is bound to loopback then. Two
// more doors stay shut behind it: a request that tells of a proxy, and one for another host's name, which a
// page from elsewhere could have had looked up as 127.0.0.1 (DNS rebinding). With a token: a request that
// brings it, from wherever and for whatever name. A page of another host does not know the token, so DNS
// rebinding gains nothing.
#pragma once

#include <optional>
#include <string_view>

#include "net/http_service.h"

namespace madang::app {

/// None: it may. `token` is empty when none is configured.
std::optional<wire::HttpResponse> refuse_stranger(const net::HttpExchange& exchange, std::string_view token);

/// None: it may change something: it is a POST of JSON, and no page of another host has made it.
std::optional<wire::HttpResponse> refuse_change(const wire::HttpRequest& request);

}  // namespace madang::app
