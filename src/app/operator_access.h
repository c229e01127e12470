// Who may see what is for the operator only, and do what only the operator may. Pure; any thread.
//
// Without a token: programs on this machine. A request that a proxy on this machine has handed on does not
// count as such, and neither does one for another host's name, which a page from elsewhere could have had
// looked up as 127.0.0.1 (DNS rebinding). With a token: who brings it, from wherever.
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
